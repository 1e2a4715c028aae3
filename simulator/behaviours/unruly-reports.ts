import type { EngineClock } from '../../engine/ports/clock.ts';
import { EXEC_TYPE, type SessionStore } from '../../gateway/index.ts';
import { CELL } from '../../native/layout.ts';
import { REPORT, ReportQueue } from '../acceptor/report-queue.ts';
import type { DiceSet } from './dice.ts';
import type { UnrulyStream } from './unruly-stream.ts';

/** Reports that wait to be told once more. */
const REPEATS = 1_024;
/** MsgSeqNums that a jump leaves out, at most. */
const MAX_JUMP = 5;

/** What goes wrong on the way of a report: it changes nothing of what has happened. */
export class UnrulyReports {
  /** Until then nothing is said or heard. */
  readonly silentUntilNs: Float64Array = Float64Array.of(Number.NEGATIVE_INFINITY);
  readonly repeats = new ReportQueue(REPEATS);
  readonly #dice: DiceSet;
  readonly #clock: EngineClock;
  readonly #reports: ReportQueue;
  readonly #store: SessionStore;
  readonly #stream: UnrulyStream;
  /** True once the dice were rolled for the report that is next. */
  #isConsidered = false;

  constructor(dice: DiceSet, clock: EngineClock, reports: ReportQueue, store: SessionStore, stream: UnrulyStream) {
    this.#dice = dice;
    this.#clock = clock;
    this.#reports = reports;
    this.#store = store;
    this.#stream = stream;
  }

  isSilent(): boolean {
    return this.#clock.cells[CELL.nowNs] < this.silentUntilNs[0];
  }

  /** Puts what is to be told once more behind the reports that wait. @returns how many */
  poll(): number {
    const { repeats } = this;
    let moved = 0;
    for (let entry = repeats.head(); entry >= 0 && this.#reports.room > 1; entry = repeats.head()) {
      if (repeats.dueNs[entry] > this.#clock.cells[CELL.nowNs]) break;
      repeats.repeat(entry, this.#reports);
      repeats.shift();
      moved++;
    }
    return moved;
  }

  /** The head of the queue is about to leave, and there is a session. @param entry the one that is the head then */
  consider(): void {
    if (this.#isConsidered) return;
    this.#isConsidered = true;
    const dice = this.#dice;
    if (this.#mayFollow() && dice.reorder.roll()) this.#reports.swapHead();
    if (dice.disconnect.roll()) this.#stream.cutNext(dice.disconnect.below(1_000));
    else if (dice.sequence.roll()) this.#mistake();
  }

  /** The head of the queue has left; it is still there. */
  sent(entry: number): void {
    this.#isConsidered = false;
    const dice = this.#dice;
    const nowNs = this.#clock.cells[CELL.nowNs];
    const { repeats } = this;
    if (this.#reports.execId[entry] > 0 && this.#isExecution(entry) && repeats.room > 0 && dice.duplicate.roll()) {
      const last = repeats.last();
      const copy = this.#reports.repeat(entry, repeats);
      const dueNs = nowNs + dice.duplicate.waitNs();
      repeats.dueNs[copy] = last < 0 ? dueNs : Math.max(dueNs, repeats.dueNs[last]);
    }
    if (dice.silence.roll()) this.silentUntilNs[0] = nowNs + dice.silence.waitNs();
  }

  #mistake(): void {
    const dice = this.#dice.sequence;
    if (dice.below(2) === 0) this.#stream.repeatNext();
    else this.#store.setNextSender(this.#store.nextSenderMsgSeqNum() + 1 + dice.below(MAX_JUMP));
  }

  /**
   * Whether the head may leave behind its successor and still be understood: executions of different orders, or a trade
   * and another event of the same order. What refers to a trade, or says what an order is now, stays where it is.
   */
  #mayFollow(): boolean {
    const reports = this.#reports;
    const head = reports.head();
    const next = reports.second();
    if (next < 0 || reports.dueNs[next] > this.#clock.cells[CELL.nowNs]) return false;
    if (!this.#isMovable(head) || !this.#isMovable(next)) return false;
    return (
      reports.orderNumber[head] !== reports.orderNumber[next] ||
      reports.execType[head] === EXEC_TYPE.trade ||
      reports.execType[next] === EXEC_TYPE.trade
    );
  }

  #isMovable(entry: number): boolean {
    const execType = this.#reports.execType[entry];
    const tellsNow =
      execType === EXEC_TYPE.orderStatus ||
      execType === EXEC_TYPE.restated ||
      execType === EXEC_TYPE.tradeCancel ||
      execType === EXEC_TYPE.tradeCorrect;
    return this.#isExecution(entry) && !tellsNow;
  }

  #isExecution(entry: number): boolean {
    return this.#reports.kind[entry] === REPORT.execution;
  }
}
