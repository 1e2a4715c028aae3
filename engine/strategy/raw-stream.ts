import { Observable, type Subscriber } from 'rxjs';
import type { BorrowedStream } from './borrowed-stream.ts';

/**
 * A stream whose subscribers the engine calls itself: 5 ns and 0 B an event, where a Subject costs about 40 ns and 29 B.
 */
export class RawStream<View> {
  readonly stream: BorrowedStream<View>;
  // Replaced, never changed, so that an emission goes on with those who were there when it began.
  private subscribers: readonly Subscriber<View>[] = [];

  /** @param changed called when the first subscriber comes and when the last one goes */
  constructor(changed: () => void) {
    const source = new Observable<View>((subscriber) => {
      this.subscribers = [...this.subscribers, subscriber];
      if (this.subscribers.length === 1) changed();
      return () => {
        this.subscribers = this.subscribers.filter((other) => other !== subscriber);
        if (this.subscribers.length === 0) changed();
      };
    });
    this.stream = source as unknown as BorrowedStream<View>;
  }

  get used(): boolean {
    return this.subscribers.length > 0;
  }

  emit(view: View): void {
    const subscribers = this.subscribers;
    for (let index = 0; index < subscribers.length; index += 1) {
      const subscriber = subscribers[index] as Subscriber<View>;
      if (!subscriber.closed) subscriber.next(view);
    }
  }
}
