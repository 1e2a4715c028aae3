/**
 * Two order logs beside each other, message of the feed by message: which order of one is which of the other, where each
 * goes another way, and why. In memory are the orders that are open, and what one message of the feed has caused.
 */
import { isOpen, type ORDER_STATE } from '../../engine/domain/order-state.ts';
import { ORDER_LOG, ORDER_LOG_KIND } from '../../engine/orders/order-log.ts';
import { REFUSAL_LOG } from '../../engine/orders/refusal-log.ts';
import { CAUSE } from '../../native/layout.ts';
import type { FirstDifference, OrderComparison } from '../../report/diff-result.ts';
import { DifferenceTeller } from './difference-teller.ts';
import type { Judge } from './judge.ts';
import { comparePlace, type LogEvent } from './log-stream.ts';
import {
  type Entry,
  type Heard,
  type Intent,
  Order,
  type OrderCause,
  otherRun,
  Pair,
  type Run,
  type StrategyLine,
} from './order.ts';
import type { Bucket, Profit } from './profit.ts';
import type { Tracks } from './tracks.ts';

export interface AlignmentParts {
  readonly tracks: Tracks;
  readonly judge: Judge;
  readonly profit: Profit;
}

/** By key: what is to meet, of each run. */
type Pool = Map<string, [Intent[], Intent[]]>;

type Counts = { -readonly [Key in keyof OrderComparison]: number };

/** What is over is waited for as long as an engine knows it: until as many others have taken its place in the order table. */
const RESTED = 4_096;

const next = (log: Iterator<LogEvent>): LogEvent | undefined => {
  const { done, value } = log.next();
  return done === true ? undefined : value;
};

export class Alignment {
  readonly #parts: AlignmentParts;
  /** By number in ClOrdID(11). */
  readonly #orders = [new Map<number, Order>(), new Map<number, Order>()] as const;
  /** By strategy: the report that it has heard last. */
  readonly #heard = [new Map<number, Heard>(), new Map<number, Heard>()] as const;
  readonly #pool: Pool = new Map();
  readonly #touched = new Set<Pair>();
  readonly #pairs = new Set<Pair>();
  #logs: readonly [Iterator<LogEvent>, Iterator<LogEvent>] = [[].values(), [].values()];
  #heads: [LogEvent | undefined, LogEvent | undefined] = [undefined, undefined];
  /** Over, as far as anybody knows: a bust may still come. */
  readonly #rested = new Set<Pair | Order>();
  #alone: Intent[] = [];
  #closed: Order[] = [];
  #group = 0;
  readonly #first = new DifferenceTeller();
  readonly records: [number, number] = [0, 0];
  readonly counts: Counts = {
    same: 0,
    onlyInA: 0,
    onlyInB: 0,
    changed: 0,
    executedOtherwise: 0,
    answeredAtAnotherTime: 0,
  };

  constructor(parts: AlignmentParts) {
    this.#parts = parts;
  }

  begin(a: Iterator<LogEvent>, b: Iterator<LogEvent>): void {
    this.#logs = [a, b];
    this.#heads = [next(a), next(b)];
  }

  /** @param groups messages of the feed that are worked through @returns false once both logs are at their end */
  step(groups: number): boolean {
    for (let group = 0; group < groups; group += 1) {
      const [a, b] = this.#heads;
      const place = a !== undefined && (b === undefined || comparePlace(a, b) <= 0) ? a : b;
      if (place === undefined) {
        this.#finish();
        return false;
      }
      this.#group += 1;
      this.#takeGroup(place);
      this.#endGroup();
    }
    return true;
  }

  /** In turn, so that what is in both meets at once, however much one message has caused. */
  #takeGroup(place: LogEvent): void {
    for (let isMore = true; isMore; ) {
      isMore = false;
      for (const run of [0, 1] as const) {
        const head = this.#heads[run];
        if (head === undefined || comparePlace(head, place) !== 0) continue;
        this.#take(run, head);
        this.#heads[run] = next(this.#logs[run]);
        isMore = true;
      }
    }
  }

  get first(): FirstDifference | null {
    return this.#first.first;
  }

  #take(run: Run, event: LogEvent): void {
    if (event.refused) this.#takeRefusal(run, event);
    else {
      this.records[run] += 1;
      const kind = event.values[ORDER_LOG.kind] as number;
      if (kind === ORDER_LOG_KIND.newOrder) this.#takeOrder(run, event);
      else if (kind < ORDER_LOG_KIND.report) this.#takeRequest(run, event);
      else this.#takeReport(run, event);
    }
  }

  #takeOrder(run: Run, event: LogEvent): void {
    const ordinal = event.values[ORDER_LOG.ordinal] as number;
    const order = new Order(this.#intent(run, event, ORDER_LOG, 0));
    order.ordinals.push(ordinal);
    this.#orders[run].set(ordinal, order);
    this.#want(order.intent, event.values[ORDER_LOG.strategy] as number);
  }

  #takeRefusal(run: Run, event: LogEvent): void {
    const of = (field: keyof typeof REFUSAL_LOG): number => event.values[REFUSAL_LOG[field]] as number;
    if (of('kind') === ORDER_LOG_KIND.newOrder) {
      this.#want({ ...this.#intent(run, event, REFUSAL_LOG, of('reason')), order: null }, of('strategy'));
      return;
    }
    const order = this.#orders[run].get(of('ordinal'));
    if (order !== undefined && order.refused === 0) order.refused = of('reason');
  }

  /** What both logs have of what a strategy wants. */
  #intent(
    run: Run,
    event: LogEvent,
    log: typeof ORDER_LOG | typeof REFUSAL_LOG,
    reason: number,
  ): Omit<Intent, 'order'> {
    const of = (field: keyof typeof ORDER_LOG & keyof typeof REFUSAL_LOG): number => event.values[log[field]] as number;
    return {
      run,
      track: this.#parts.tracks.at(run, of('strategy'), of('instrument')),
      side: of('side'),
      terms: `${of('quantity')} at ${of('price')}, ${of('timeInForce')}`,
      cause: of('cause'),
      event,
      group: this.#group,
      timeNs: of('timeNs'),
      reason,
    };
  }

  #takeRequest(run: Run, event: LogEvent): void {
    const of = (field: keyof typeof ORDER_LOG): number => event.values[ORDER_LOG[field]] as number;
    const order = this.#orders[run].get(of('origOrdinal'));
    if (order === undefined) return;
    order.ordinals.push(of('ordinal'));
    this.#orders[run].set(of('ordinal'), order);
    const cause = of('cause');
    const when = cause === CAUSE.tick ? event.sequence : '';
    this.#note(order, 'requests', `${of('kind')} ${of('price')} ${of('quantity')} ${cause} ${when}`, event, cause);
  }

  #takeReport(run: Run, event: LogEvent): void {
    const of = (field: keyof typeof ORDER_LOG): number => event.values[ORDER_LOG[field]] as number;
    const order = this.#orders[run].get(of('ordinal')) ?? this.#orders[run].get(of('origOrdinal'));
    const [quantity, value] = [of('movedQuantity'), of('movedValue')];
    const sign = of('side') === 1 ? 1 : -1;
    if (order === undefined) {
      // Of an earlier run's order, of one that is over, of a stranger's: nothing tells which of the other run it is.
      if (quantity !== 0 || value !== 0) {
        const track = this.#parts.tracks.at(run, of('strategy'), of('instrument'));
        this.#parts.profit.add(track, 'unattributed', run, sign * quantity, -sign * value);
      }
      return;
    }
    if (order.heard.length === 0) order.answeredNs = of('timeNs') - order.intent.timeNs;
    const about = of('kind') - ORDER_LOG_KIND.report;
    const count = (order.heard[about] ?? 0) + 1;
    order.heard[about] = count;
    this.#heard[run].set(of('strategy'), { order, event: about, count });
    this.#note(order, 'reports', `${of('kind')}`, event, 0);
    if (quantity !== 0 || value !== 0) {
      this.#note(order, 'executions', `${quantity} ${value}`, event, 0);
      order.shares += sign * quantity;
      order.cash -= sign * value;
    }
    const wasOpen = order.open;
    order.open = isOpen(of('state') as (typeof ORDER_STATE)[keyof typeof ORDER_STATE]);
    if (wasOpen && !order.open) this.#closed.push(order);
  }

  #note(order: Order, what: 'requests' | 'executions' | 'reports', text: string, event: LogEvent, cause: number): void {
    if (order.pair !== null) this.#touched.add(order.pair);
    if (order.single !== null || (order.pair?.divergence != null && what !== 'reports')) return;
    const entry: Entry = {
      text,
      event,
      group: this.#group,
      timeNs: event.values[ORDER_LOG.timeNs] as number,
      cause,
    };
    order[what].push(entry);
  }

  /** Finds what of the other run it is: sent at the same message, or upon the same report of the same order. */
  #want(intent: Intent, strategy: number): void {
    const { run, track, side, cause } = intent;
    const heard = cause === CAUSE.report ? this.#heard[run].get(strategy) : undefined;
    if (heard === undefined || heard.order.over) {
      const key = `${track.id} ${side} ${cause}`;
      const met = this.#pool.get(key) ?? ([[], []] as [Intent[], Intent[]]);
      this.#pool.set(key, met);
      if (!this.#meetIn(intent, met[otherRun(run)])) met[run].push(intent);
      return;
    }
    const causing = heard.order;
    if (causing.single !== null) {
      this.#alone.push(intent);
      return;
    }
    const key = `${heard.event} ${heard.count} ${track.id} ${side}`;
    const { pair } = causing;
    if (pair !== null) this.#touched.add(pair);
    const theirs = pair?.orders[otherRun(run)].reactions.get(key);
    if (theirs !== undefined && this.#meetIn(intent, theirs)) return;
    const mine = causing.reactions.get(key);
    if (mine === undefined) causing.reactions.set(key, [intent]);
    else mine.push(intent);
  }

  /** @returns whether one on the very same terms was there, and is taken out */
  #meetIn(intent: Intent, others: Intent[]): boolean {
    const index = others.findIndex(({ terms }) => terms === intent.terms);
    if (index < 0) return false;
    this.#meet(intent, others.splice(index, 1)[0] as Intent);
    return true;
  }

  #meet(one: Intent, other: Intent): void {
    const [a, b] = one.run === 0 ? [one, other] : [other, one];
    if (a.order !== null && b.order !== null) {
      const pair = new Pair(a.order, b.order);
      this.#pairs.add(pair);
      this.#touched.add(pair);
      for (const [key, mine] of a.order.reactions) {
        const theirs = b.order.reactions.get(key);
        if (theirs !== undefined)
          a.order.reactions.set(
            key,
            mine.filter((intent) => !this.#meetIn(intent, theirs)),
          );
      }
      return;
    }
    const [sent, refused] = a.order !== null ? [a, b] : [b, a];
    if (sent.order === null) return;
    this.#leave(sent, this.#parts.judge.refused(refused.reason, sent), refused.reason);
  }

  /** What is left of both on other terms, in order; then what only one has. */
  #pairOff(mine: Intent[], theirs: Intent[]): void {
    const both = Math.min(mine.length, theirs.length);
    for (let index = 0; index < both; index += 1) this.#meet(mine[index] as Intent, theirs[index] as Intent);
    this.#alone.push(...mine.slice(both), ...theirs.slice(both));
  }

  /** The order has no other: whatever becomes of it has this cause. */
  #leave(intent: Intent, cause: OrderCause, reason: number): void {
    const order = intent.order as Order;
    const { run, track, group } = intent;
    order.single = cause;
    if (!order.open) this.#closed.push(order);
    this.counts[run === 0 ? 'onlyInA' : 'onlyInB'] += 1;
    this.#first.alone(intent, cause, reason);
    this.#takeRoot(track.strategy, group, cause);
    order.requests.length = 0;
    order.executions.length = 0;
    order.reports.length = 0;
    for (const reactions of order.reactions.values()) this.#alone.push(...reactions);
    order.reactions.clear();
  }

  #endGroup(): void {
    for (const [mine, theirs] of this.#pool.values()) this.#pairOff(mine, theirs);
    this.#pool.clear();
    for (const pair of this.#touched) this.#meetReactions(pair, pair.isOver);
    this.#judgeGroup((pair) => pair.isOver && !this.#rested.has(pair));
    for (const pair of this.#touched) if (pair.isOver) this.#rested.add(pair);
    for (const order of this.#closed) if (order.single !== null) this.#rested.add(order);
    this.#closed = [];
    this.#touched.clear();
    for (const rested of this.#rested) {
      if (this.#rested.size <= RESTED) break;
      this.#rested.delete(rested);
      if (rested instanceof Order) this.#settle(rested, rested.single ?? 'unattributed');
      else this.#settlePair(rested);
    }
  }

  /** Upon reports that both have had: what is not there by now does not come. */
  #meetReactions({ orders: [a, b] }: Pair, isOver: boolean): void {
    for (const key of new Set([...a.reactions.keys(), ...b.reactions.keys()])) {
      const [event = 0, count = 0] = key.split(' ').map(Number);
      if (!isOver && Math.min(a.heard[event] ?? 0, b.heard[event] ?? 0) < count) continue;
      this.#pairOff(a.reactions.get(key) ?? [], b.reactions.get(key) ?? []);
      a.reactions.delete(key);
      b.reactions.delete(key);
    }
  }

  /** What was decided upon a message of the feed comes before what came back behind it. */
  #judgeGroup(isOver: (pair: Pair) => boolean): void {
    const compared = [...this.#touched].map((pair) => ({ pair, ...pair.compare(isOver(pair)) }));
    this.#judgeAlone(({ cause }) => cause !== CAUSE.report);
    for (const { pair } of compared) if (pair.divergence?.of !== 'executions') this.#judgePair(pair);
    for (const { pair, late, skewed } of compared) {
      const { strategy } = pair.orders[0].intent.track;
      if (late < (strategy.late?.group ?? Number.POSITIVE_INFINITY)) strategy.late = { group: late, cause: 'latency' };
      this.#judgePair(pair);
      if (skewed === Number.POSITIVE_INFINITY || pair.divergence !== null) continue;
      const [mine, theirs] = pair.orders.map(({ executions }) => executions[0] ?? null);
      const entries = [mine as Entry | null, theirs as Entry | null] as const;
      this.#takeRoot(strategy, skewed, this.#parts.judge.executions(pair, entries));
    }
    this.#judgeAlone(() => true);
  }

  #judgeAlone(isNow: (intent: Intent) => boolean): void {
    // One that is alone leaves others so: those it has caused.
    for (;;) {
      const now = this.#alone.filter(isNow);
      if (now.length === 0) return;
      this.#alone = this.#alone.filter((intent) => !isNow(intent));
      for (const intent of now) if (intent.order !== null) this.#leave(intent, this.#parts.judge.alone(intent), 0);
    }
  }

  #judgePair(pair: Pair): void {
    const { divergence } = pair;
    if (divergence === null || pair.cause !== null) return;
    pair.cause = this.#parts.judge.divergence(pair, divergence);
    this.#first.divergence(pair, divergence, pair.cause);
    this.#takeRoot(pair.orders[0].intent.track.strategy, divergence.group, pair.cause);
  }

  /** From its first difference on, a strategy goes another way. */
  #takeRoot(line: StrategyLine, group: number, cause: OrderCause): void {
    if (line.root === null || group < line.root.group) line.root = { group, cause };
  }

  #settlePair(pair: Pair): void {
    pair.compare(true);
    this.#judgePair(pair);
    const { divergence, cause } = pair;
    this.#pairs.delete(pair);
    if (divergence === null) {
      this.counts.same += 1;
      if (pair.isLate) this.counts.answeredAtAnotherTime += 1;
    } else this.counts[divergence.of === 'executions' ? 'executedOtherwise' : 'changed'] += 1;
    for (const order of pair.orders) this.#settle(order, cause ?? 'same');
  }

  #settle(order: Order, bucket: Bucket): void {
    const { run, track } = order.intent;
    if (order.over) return;
    order.over = true;
    for (const ordinal of order.ordinals) this.#orders[run].delete(ordinal);
    this.#parts.profit.add(track, bucket, run, order.shares, order.cash);
  }

  /** Both logs are at their end: what waits has waited for nothing. */
  #finish(): void {
    for (const pair of this.#pairs) {
      this.#touched.add(pair);
      this.#meetReactions(pair, true);
    }
    this.#judgeGroup(() => true);
    for (const pair of [...this.#pairs]) this.#settlePair(pair);
    for (const orders of this.#orders)
      for (const order of new Set(orders.values())) this.#settle(order, order.single ?? 'unattributed');
  }
}
