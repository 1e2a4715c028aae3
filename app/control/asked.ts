/** Commands that wait for the loop's answer. */
import type { ControlAnswer, ControlCommand, ControlMessage } from '../../engine/engine.ts';

/** Longer than any turn that the watchdog suffers by default, and as long as a person waits. */
const PATIENCE_MS = 5_000;

const OVER = 'The engine has ended: nothing can be asked of it any more.';
const SILENT = `The loop has not answered within ${PATIENCE_MS / 1000} s: it is starting, or stuck in a turn. The command waits there, and is executed by the next turn.`;

export type AskedAnswer = ControlAnswer & { readonly silent?: boolean };

export class Asked {
  readonly #send: (message: ControlMessage) => void;
  readonly #waiting = new Map<number, { resolve: (answer: AskedAnswer) => void; timer: NodeJS.Timeout }>();
  #nextId = 1;
  #isOver = false;

  constructor(send: (message: ControlMessage) => void) {
    this.#send = send;
  }

  ask(command: ControlCommand, who: string): Promise<AskedAnswer> {
    const id = this.#nextId++;
    if (this.#isOver) return Promise.resolve({ id, ok: false, sentence: OVER });
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#settle({ id, ok: false, sentence: SILENT, silent: true }), PATIENCE_MS);
      this.#waiting.set(id, { resolve, timer });
      this.#send({ ...command, who, id });
    });
  }

  answered(answer: ControlAnswer): void {
    this.#settle(answer);
  }

  /** The loop has ended. */
  close(): void {
    this.#isOver = true;
    for (const id of [...this.#waiting.keys()]) this.#settle({ id, ok: false, sentence: OVER });
  }

  #settle(answer: AskedAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    // Its asker has been told that it comes late.
    if (waiting === undefined) return;
    this.#waiting.delete(answer.id);
    clearTimeout(waiting.timer);
    waiting.resolve(answer);
  }
}
