import type { Saying } from '../../../engine/orders/transitions.ts';
import type { Random } from '../../fuzz/fix/random.ts';
import type { Told } from '../engine/report-bench.ts';
import type { OrderModel } from './order-model.ts';

const MOST_SHARES = 60;
const UNKNOWN_ORDER = 5;
const CANCEL_OF_UNKNOWN_ORDER = 1;

/** One thing that is said: a message of the venue, or of the session what `session` names. */
export interface Said {
  readonly says: Saying;
  readonly report: Told;
  readonly session?: 'lost' | 'asksAgain';
  /** An ExecID(17) that was applied already. */
  readonly isRepeated?: boolean;
}

/** Builds messages that mean a given saying of an order as it is; consistent with the order or of any other moment. */
export class RandomSayings {
  readonly #random: Random;
  #ids = 0;
  /** Reports with an ExecID(17) that counts once, which may be told again. */
  readonly #once: Said[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  /** What can be said just now; each is built when it is called. */
  choices(model: OrderModel): (() => Said)[] {
    const { state, replace, cancel, doubtedReplace, isAnswered, executed, executions } = model;
    const isNews = !isAnswered || model.hold !== 'none' || state === 'neverReached';
    const isDoubted = state === 'inDoubt' && doubtedReplace !== 0;
    const named = replace !== 0 ? replace : doubtedReplace;
    const once = (says: Saying, report: Told) => () => this.#say(says, { ...report, id: this.#id() });
    const say = (says: Saying, report: Told) => () => ({ says, report });
    const own = { clOrd: model.ordinal };
    /** By the name of a replacement, which accepts it. */
    const any = { clOrd: named !== 0 && this.#random.oneIn(3) ? named : model.ordinal };
    const counts = this.#counts(model);
    const live = { status: executed > 0 ? '1' : '0', ...counts };
    const trade = { last: 1 + this.#random.below(MOST_SHARES), px: this.#price() };
    const ref =
      this.#random.oneIn(6) || executions.size === 0 ? `early${this.#ids}` : this.#random.of([...executions.keys()]);
    const status = this.#random.of(['0', '1', '2', '4', undefined]);
    const taken = { ...own, ...counts, ...(status && { status }), ref };
    const list = [
      say('pendingNew', { ...own, type: 'A', status: 'A' }),
      say('pending', { ...own, type: this.#random.of(['6', 'E', 'B']), ...live }),
      say(isNews ? 'accepted' : 'noNews', { ...own, type: '0', status: '0', ...counts, id: this.#id() }),
      once('trade', {
        ...any,
        type: 'F',
        status: this.#random.of(['1', '2']),
        ...counts,
        ...trade,
        cum: this.#cum(model, trade.last),
      }),
      once('trade', {
        ...own,
        type: 'F',
        status: '1',
        ...trade,
        cum: executed + trade.last,
        leaves: Math.max(0, model.leaves - trade.last),
      }),
      once('restated', { ...own, type: 'D', ...live, price: this.#price(), quantity: 1 + this.#random.below(200) }),
      once('stopped', { ...any, type: '7', status: '7', ...counts }),
      once('suspended', { ...any, type: '9', status: '9', ...counts }),
      once('busted', { ...taken, type: 'H' }),
      once('corrected', { ...taken, type: 'G', ...trade }),
      say('statusLive', { ...any, type: 'I', ...live }),
      say('statusRejected', { ...own, type: 'I', status: '8' }),
      say('statusUnknown', { ...own, type: 'I', status: '8', reason: UNKNOWN_ORDER }),
    ];
    if (executed > 0 && state === 'inDoubt') list.splice(-2);
    // What ends an order is said less often, so that there is something to end.
    if (this.#random.oneIn(4))
      list.push(
        once('cancelled', { ...any, type: '4', status: '4', ...counts }),
        once('expired', { ...any, type: 'C', status: 'C', ...counts }),
        once('doneForDay', { ...any, type: '3', status: '3', ...counts }),
        say('statusFilled', { ...any, type: 'I', status: '2', ...counts }),
      );
    if (this.#random.oneIn(8) && executed <= 0)
      list.push(
        say('rejected', { ...own, type: '8', status: '8' }),
        say('unknown', { ...own, type: '8', status: '8', reason: UNKNOWN_ORDER }),
      );
    if (named !== 0)
      list.push(
        once('replaced', {
          clOrd: named,
          orig: model.ordinal,
          type: '5',
          ...live,
          price: model.newPrice,
          quantity: model.newQuantity,
        }),
      );
    if (isDoubted) list.push(say('replacementUnknown', { clOrd: doubtedReplace, type: 'I', status: '8' }));
    if (replace !== 0)
      list.push(
        say('replaceRefused', { clOrd: replace, orig: model.ordinal, type: 'reject', status: '0' }),
        say('replaceDropped', { clOrd: replace, orig: model.ordinal, type: '8', status: '8' }),
        () => ({ says: 'replacementAskedAgain', report: { clOrd: replace, type: 'I' }, session: 'asksAgain' }),
      );
    if (cancel !== 0) {
      const refusal = { clOrd: cancel, orig: model.ordinal, type: 'reject' };
      const unknown = { ...refusal, status: '8', reason: CANCEL_OF_UNKNOWN_ORDER };
      list.push(
        say('cancelRefused', { ...refusal, status: '0' }),
        say('cancelDropped', refusal),
        say(isAnswered ? 'orderLost' : 'unknown', unknown),
        () => ({ says: 'cancelAskedAgain', report: { clOrd: cancel, type: 'I' }, session: 'asksAgain' }),
      );
    }
    if (model.isOpen && !isAnswered) list.push(() => ({ says: 'sessionLost', report: { type: 'I' }, session: 'lost' }));
    const repeated = this.#once.length === 0 ? undefined : this.#random.of(this.#once);
    if (repeated !== undefined) list.push(() => ({ ...repeated, says: 'noNews', isRepeated: true }));
    return list;
  }

  #say(says: Saying, report: Told): Said {
    const said = { says, report };
    if (COUNTS_ONCE.includes(says)) this.#once.push(said);
    return said;
  }

  /** CumQty(14) and LeavesQty(151): of now, of another moment, or absent. */
  #counts(model: OrderModel): Pick<Told, 'cum' | 'leaves'> {
    const random = this.#random;
    const cum = random.oneIn(2) ? model.executed : Math.max(0, model.executed + random.below(41) - 20);
    const leaves = random.oneIn(2) ? Math.max(0, model.quantity - cum) : random.below(100);
    return { ...(!random.oneIn(8) && { cum }), ...(!random.oneIn(8) && { leaves }) };
  }

  /** With the execution told, and by chance others that were not. */
  #cum(model: OrderModel, last: number): number {
    return model.executed + last + (this.#random.oneIn(3) ? this.#random.below(30) : 0);
  }

  #price(): number {
    return 990 + this.#random.below(20);
  }

  #id(): string {
    this.#ids++;
    return `E${this.#ids}`;
  }
}

const COUNTS_ONCE: readonly Saying[] = [
  'trade',
  'busted',
  'corrected',
  'restated',
  'cancelled',
  'expired',
  'doneForDay',
];
