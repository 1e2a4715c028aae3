import type { Subscriber } from 'rxjs';
import type { ViewOperator } from '../borrowed-stream.ts';
import { OperatorSubscriber, viewOperator } from './view-operator.ts';

class SendSubscriber<In, Result> extends OperatorSubscriber<In, Result> {
  private readonly act: (value: In) => Result;

  constructor(destination: Subscriber<Result>, act: (value: In) => Result) {
    super(destination);
    this.act = act;
  }

  protected override _next(value: In): void {
    this.out.next(this.act(value));
  }
}

/** Sends an order for each value and passes its answer on: `send(() => ctx.orders.ioc(aapl, Side.Buy, price, 100))`. */
export const send = <In, Result>(act: (value: In) => Result): ViewOperator<In, Result> =>
  viewOperator<In, Result>((destination) => new SendSubscriber(destination, act));
