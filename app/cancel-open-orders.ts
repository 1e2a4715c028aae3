/**
 * What the main thread does for orders that the loop has left open: once the hot thread is gone it resumes the FIX
 * session from its store, cancels every open order, writes into the journal what it sends and hears, and logs out.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecutionReport } from '../engine/domain/execution.ts';
import { DEFAULT_INSTRUMENT } from '../engine/market/instrument-registry.ts';
import { type OpenOrder, openOrders } from '../engine/orders/open-orders.ts';
import { readOrderTerms } from '../engine/orders/order-terms-table.ts';
import { GATEWAY_RESULT, type OrderEventSink } from '../engine/ports/order-gateway.ts';
import { FixOrderGateway, MemoryStore } from '../gateway/index.ts';
import { CAUSE, CELL, CELLS_DOUBLES, native } from '../native/index.ts';
import { isFallback, sendSentence } from '../report/receive-text.ts';
import type { EnginePlan, LivePlan } from './engine-plan.ts';
import type { ReceiveBackend } from './options.ts';
import type { JournalWriter } from './order-journal.ts';
import { ringStoreOf } from './session-store.ts';
import { TakeoverJournal } from './takeover-journal.ts';
import { openVenueStream } from './venue-stream.ts';

/** Time that the venue gets to take the Logon and answer every cancel. */
const RECOVERY_MS = 5_000;
/** Of it, what an OrderMassCancelRequest(q) gets to leave, and then to be answered, before orders are cancelled singly. */
const MASS_CANCEL_MS = 1_000;
/** Time that it then gets to answer the Logout. */
const LOGOUT_MS = 1_000;
/** A venue that has not yet noticed the end of the loop's connection refuses the next one, for a moment. */
const RECONNECT = { intervalMs: 100, maxIntervalMs: 100, maxAttempts: 20 };

/** OrdStatus(39) of an order that nothing can fill any more: done for day, filled, canceled, rejected, expired. */
const REJECTED = '8'.charCodeAt(0);
const FILLED = '2'.charCodeAt(0);
const DEAD = new Set([...'3248C'].map((character) => character.charCodeAt(0)));

type Log = (level: 'info' | 'warn' | 'error', text: string) => void;

export interface LeftOrders {
  /** Orders that the loop left open. */
  readonly open: number;
  /** Of these, not confirmed as cancelled or done. */
  readonly left: number;
  /** Both as a clause; empty when there were none. */
  readonly sentence: string;
}

export const NONE_LEFT: LeftOrders = { open: 0, left: 0, sentence: '' };

/** An order under way to its end. */
interface Target {
  readonly order: OpenOrder;
  /** Ordinals that it may be known by: the one of a replace that was not answered comes first. */
  names: readonly number[];
  tried: number;
  /** Ordinal of the cancel that waits for its answer; 0 for none. */
  asked: number;
}

/** A strategy that has to be latched, because it did not return. */
export interface Culprit {
  readonly strategy: string;
  readonly reason: string;
}

export interface TakeoverOptions {
  readonly log?: Log;
  /** Writes to the journal that the loop has written to. */
  readonly writer?: (() => JournalWriter) | undefined;
  readonly culprit?: Culprit | undefined;
  /** Transport that the loop had the feed by; null: it was not open. */
  readonly feedBackend?: ReceiveBackend | null;
  /** Resolves once the hot thread is gone: of a TCP stack there is one in a process. */
  readonly gone?: () => Promise<unknown>;
}

/** After the Worker is gone. Replays have no venue and leave nothing. */
export async function cancelOpenOrders(plan: EnginePlan, options: TakeoverOptions = {}): Promise<LeftOrders> {
  const { source } = plan;
  const { log = () => {}, writer, culprit, feedBackend = null, gone } = options;
  const orders = openOrders(plan.memory.orders);
  if (source.mode !== 'live' || (orders.length === 0 && culprit === undefined)) return NONE_LEFT;
  const cells = new Float64Array(CELLS_DOUBLES);
  cells[CELL.nowNs] = native().host.monotonicNs() + source.monotonicOffsetNs;
  const journal = new TakeoverJournal(plan, cells, writer?.());
  try {
    if (culprit !== undefined) journal.killed(culprit.strategy, culprit.reason);
    const count = orders.length;
    if (count === 0) return NONE_LEFT;
    await gone?.();
    log('error', `Cancelling ${count} open ${count === 1 ? 'order' : 'orders'} from outside the loop.`);
    const { left, filled } = await cancelAll(plan, source, { orders, cells, journal, feedBackend, log });
    const sentence =
      left === 0
        ? endedSentence(count, filled)
        : leftSentence(count, left, `${source.venue.host}:${source.venue.port}`);
    return { open: count, left, sentence };
  } finally {
    journal.close();
  }
}

/** Nothing could be done about the orders that the loop left open. */
export function allLeft({ memory, source }: EnginePlan): LeftOrders {
  const open = openOrders(memory.orders).length;
  if (source.mode !== 'live' || open === 0) return NONE_LEFT;
  return { open, left: open, sentence: leftSentence(open, open, `${source.venue.host}:${source.venue.port}`) };
}

const ordersOf = (count: number): string => (count === 1 ? 'its open order' : `its ${count} open orders`);
const was = (count: number): string => (count === 1 ? 'was' : 'were');

/** @param filled orders that the market had taken before the cancel reached the venue */
function endedSentence(count: number, filled: number): string {
  if (filled === 0) return `${ordersOf(count)} ${was(count)} cancelled`;
  if (filled === count) return `${ordersOf(count)} had been filled before`;
  return `of ${ordersOf(count)} ${count - filled} ${was(count - filled)} cancelled, ${filled} had been filled before`;
}

const leftSentence = (count: number, left: number, venue: string): string =>
  `${left} of ${ordersOf(count)} could not be confirmed as cancelled: check at ${venue}`;

interface Takeover {
  readonly orders: readonly OpenOrder[];
  readonly cells: Float64Array;
  readonly journal: TakeoverJournal;
  readonly feedBackend: ReceiveBackend | null;
  readonly log: Log;
}

/** @returns orders not confirmed as ended, and of the ended those that were filled */
async function cancelAll(
  plan: EnginePlan,
  source: LivePlan,
  takeover: Takeover,
): Promise<{ left: number; filled: number }> {
  const { orders, cells, journal, feedBackend, log } = takeover;
  // By the same list as the loop; what cannot be had from here is passed over where the list has something else.
  const { stream, transport } = openVenueStream(source, { feed: { feed: source.feed, backend: feedBackend } });
  if (isFallback(transport())) log('warn', sendSentence(transport()));
  // Now, with the numbers as they stand.
  const { schedule: _, ...session } = source.session;
  const targets = new Set<Target>(orders.map(targetOf));
  let filled = 0;
  let isDown = false;
  /** Single cancels wait for what a mass cancel does, from the first Logon on. */
  let singleFromMs = Number.POSITIVE_INFINITY;
  let isMassSent = false;
  const sink: OrderEventSink = {
    onExecution: (report) => {
      for (const target of targets) {
        if (!isDead(target, report)) continue;
        targets.delete(target);
        if (report.ordStatus === FILLED) filled++;
        journal.ended(target.order.row, report);
      }
    },
    onInDoubt: () => {},
    onMassCancel: (_ordinal, accepted, reason) => {
      if (accepted) return;
      log('warn', `The venue refused the OrderMassCancelRequest(q): ${reason}`);
      singleFromMs = 0;
    },
    onMassStatus: () => {},
    onSessionUp: () => {},
    onSessionDown: (reason, final) => {
      isDown = final;
      log('warn', reason);
      // What was asked on a connection that is gone is asked again on the next.
      for (const target of targets) forget(target);
    },
  };
  const durable = source.store === undefined ? undefined : ringStoreOf(source.store);
  const store = durable ?? new MemoryStore(new Int32Array(plan.memory.sequences));
  const gateway = new FixOrderGateway({
    stream,
    clock: { cells, day0Ms: plan.day0Ms },
    sink,
    session: { ...session, resetOnLogon: false, reconnect: RECONNECT },
    orders: source.orders,
    clOrdIdPrefix: plan.clOrdIdPrefix,
    store,
    onLog: log,
  });
  for (const { instrument, symbol } of orders) {
    gateway.addInstrument({ ...DEFAULT_INSTRUMENT, handle: instrument, symbol });
  }
  for (const { number, terms } of readOrderTerms(plan.memory.terms)) gateway.addTerms(number, terms);
  const endMs = performance.now() + RECOVERY_MS;
  const mass = new MassCancelOnce(gateway, journal);
  if (!gateway.offers.massCancel) singleFromMs = 0;
  const tick = (): void => {
    cells[CELL.nowNs] = native().host.monotonicNs() + source.monotonicOffsetNs;
  };
  // The session's patience begins with its start.
  tick();
  gateway.start();
  while (targets.size > 0 && !isDown && performance.now() < endMs) {
    tick();
    gateway.poll();
    if (gateway.isReady()) {
      const nowMs = performance.now();
      if (singleFromMs === Number.POSITIVE_INFINITY) singleFromMs = nowMs + MASS_CANCEL_MS;
      if (!isMassSent && nowMs < singleFromMs && mass.send()) {
        isMassSent = true;
        singleFromMs = nowMs + MASS_CANCEL_MS;
      }
      if (nowMs >= singleFromMs) for (const target of targets) ask(target, gateway, journal);
    }
    await sleep(1);
  }
  if (!isMassSent) mass.giveUp();
  gateway.logout('the orders of an engine that has ended were cancelled');
  // The numbers go on from here: both sides must agree that the session has ended.
  const logoutEndMs = performance.now() + LOGOUT_MS;
  while (!isDown && performance.now() < logoutEndMs) {
    tick();
    gateway.poll();
    await sleep(1);
  }
  gateway.session.stop('the venue has not answered the Logout');
  durable?.close();
  return { left: targets.size, filled };
}

/** An OrderMassCancelRequest(q) under one number, which is journalled once, however often the session does not take it. */
class MassCancelOnce {
  readonly #gateway: FixOrderGateway;
  readonly #journal: TakeoverJournal;
  #ordinal = 0;

  constructor(gateway: FixOrderGateway, journal: TakeoverJournal) {
    this.#gateway = gateway;
    this.#journal = journal;
  }

  /** @returns true once it has left */
  send(): boolean {
    if (this.#ordinal === 0) {
      const ordinal = this.#journal.takeOrdinal();
      if (ordinal < 0) return false;
      this.#ordinal = ordinal;
      this.#journal.massCancelling(ordinal);
    }
    return this.#gateway.massCancel(this.#ordinal, CAUSE.control) === GATEWAY_RESULT.sent;
  }

  /** It has not left and does not leave any more. */
  giveUp(): void {
    if (this.#ordinal !== 0) this.#journal.massCancelNotSent(this.#ordinal);
  }
}

/** Sends the next cancel of an order, where there is one that nobody has refused. */
function ask(target: Target, gateway: FixOrderGateway, journal: TakeoverJournal): void {
  if (target.asked !== 0 || target.tried === target.names.length) return;
  const { row, instrument, side, quantity, terms } = target.order;
  const ordinal = journal.takeOrdinal();
  if (ordinal < 0) return;
  journal.cancelling(row, ordinal);
  const name = target.names[target.tried];
  const sent = gateway.cancel(ordinal, name, instrument, side, quantity, terms, CAUSE.control);
  // What the transport refuses is asked again on the next round.
  if (sent !== GATEWAY_RESULT.sent) {
    journal.notSent(row);
    return;
  }
  target.asked = ordinal;
  target.tried++;
}

function targetOf(order: OpenOrder): Target {
  const names = order.replaceOrdinal === 0 ? [order.ordinal] : [order.replaceOrdinal, order.ordinal];
  return { order, names, tried: 0, asked: 0 };
}

function forget(target: Target): void {
  if (target.asked === 0) return;
  target.asked = 0;
  target.tried--;
}

/** The order is not known by that name. */
function strike(target: Target, name: number): void {
  const at = target.names.indexOf(name);
  if (at < 0 || target.names.length === 1) return;
  target.names = target.names.toSpliced(at, 1);
  if (at < target.tried) target.tried -= 1;
}

/** True when the report ends the order. A cancel that was refused by one name is tried by the other. */
function isDead(target: Target, report: ExecutionReport): boolean {
  const { clOrdOrdinal, origClOrdOrdinal, ordStatus, execType } = report;
  const isRejected = ordStatus === REJECTED || execType === REJECTED;
  // The venue refuses the replacement: that name is no order's, the order lives by its own.
  if (isRejected && clOrdOrdinal === target.order.replaceOrdinal && !report.cancelReject) {
    strike(target, clOrdOrdinal);
    return false;
  }
  if (report.cancelReject || (isRejected && clOrdOrdinal === target.asked)) {
    if (clOrdOrdinal !== target.asked) return false;
    target.asked = 0;
    // By its only or last name the venue knows it as dead, or not at all.
    return target.tried === target.names.length && DEAD.has(ordStatus);
  }
  const isIts =
    clOrdOrdinal === target.asked || target.names.includes(clOrdOrdinal) || target.names.includes(origClOrdOrdinal);
  return isIts && DEAD.has(ordStatus);
}
