/**
 * The life of an order as a table: what a message says of it × the state it is in → what is done, where it goes, and what
 * its strategy hears. The report handler is driven by it, docs/reference/order-states.md is made from it, and
 * test/property/order-transitions.test.ts has a model that interprets it. States and their matrices: FIX 4.4, volume 7, appendix D.
 */
import { ORDER_EVENT, ORDER_STATE, type OrderEvent, type OrderState } from '../domain/order-state.ts';

/** What can be said of an order, and by which message. Numbers of FIX are ExecType(150), OrdStatus(39), MsgType(35). */
export const SAYINGS = {
  noNews: 'What is known already: the same ExecID(17) again, a second New, an answer to nothing that was asked',
  pendingNew: 'ExecType A: received, not yet accepted',
  accepted: 'ExecType 0: it works',
  pending: 'ExecType 6, E, B: a request was received, or fees are being calculated',
  trade: 'ExecType F (1 and 2 before FIX 4.3) with an ExecID(17) that was not seen before',
  replaced: 'ExecType 5 that names the replacement under way, or the one in doubt',
  restated: 'ExecType D, or 5 that names no replacement: the venue has changed price or quantity by itself',
  cancelled:
    'ExecType 4, asked for or not; D or a status with OrdStatus 4; a status with 8 of an order that has executed',
  doneForDay: 'ExecType or status 3 of an order that is not good till cancelled',
  expired: 'ExecType or status C',
  rejected: 'ExecType 8; OrderCancelReject(9) with OrdStatus 8 of an order that was never answered',
  unknown: 'The same with OrdRejReason(103) 5 or CxlRejReason(102) 1: the venue has never had it',
  stopped: 'ExecType or status 7: an execution is guaranteed',
  suspended: 'ExecType or status 9; 3 of an order that is good till cancelled',
  busted: 'ExecType H: the execution that ExecRefID(19) names did not happen',
  corrected: 'ExecType G: it had another price or quantity',
  statusLive: 'ExecType I with OrdStatus 0, 1, 5, 6, A, B, D, E',
  statusFilled: 'ExecType I or D with OrdStatus 2',
  statusRejected: 'ExecType I with OrdStatus 8',
  statusUnknown: 'The same with OrdRejReason(103) 5',
  replacementUnknown: 'OrdStatus 8 of the replacement that is in doubt',
  cancelRefused: 'OrderCancelReject(9) of our cancel: the order lives',
  replaceRefused: 'OrderCancelReject(9) of our replace: the order lives',
  cancelDropped: 'The cancel was refused and nothing is said of the order: Reject(3), BusinessMessageReject(j)',
  replaceDropped: 'The same of the replace; ExecType 8 that names the replacement',
  orderLost: 'OrderCancelReject(9), CxlRejReason(102) 1, of an order that was accepted: the venue has it no more',
  sessionLost:
    'The session ended before the first answer, or asks again for an order that is not sent twice; the venue is to be asked after a start',
  replacementAskedAgain: 'The session asks again for a replacement, which is not sent twice',
  cancelAskedAgain: 'The session will not send the cancel again',
} as const;

export type Saying = keyof typeof SAYINGS;
const NAMES = Object.keys(SAYINGS) as Saying[];

/** Codes by name: `SAID.trade`. */
export const SAID = Object.fromEntries(NAMES.map((name, code) => [name, code])) as Readonly<Record<Saying, number>>;

/** What is done, always in this order. */
export const EFFECTS = {
  answer: 'the venue has answered it: no longer in doubt after the session is lost',
  endCancel: 'no cancel is under way any more',
  endReplace: 'no replace is under way any more',
  name: 'where the message names the replacement, the replacement is the order',
  terms: 'Price(44) and OrderQty(38) are those of the message',
  reverse: 'the execution is taken back at its own price, from order and position',
  execute: 'LastQty(32) at LastPx(31) counts, in order and position; what was assumed gives way',
  count: 'what CumQty(14) counts beyond the executions told is assumed, at AvgPx(6)',
  leaves: 'LeavesQty(151), where the message is not older than what is known',
  nothingLeft: 'nothing is left to execute',
  reason: 'Text(58) is kept',
  release: 'no longer stopped or suspended',
  stop: 'stopped until it executes',
  suspend: 'suspended until it is restated or accepted anew',
  reopen: 'it is open again, where OrdStatus(39), LeavesQty(151) and CumQty(14) say that something is left now',
  doubt: 'in doubt and asked for, where the message does not tell whether anything is left (`inDoubt` is told)',
  ask: 'its status is asked for',
  late: 'counted as late',
} as const;
export type Effect = keyof typeof EFFECTS;
const EFFECT_NAMES = Object.keys(EFFECTS) as Effect[];
export const EFFECT = Object.fromEntries(EFFECT_NAMES.map((name, bit) => [name, 1 << bit])) as Readonly<
  Record<Effect, number>
>;

/**
 * `same`: it stays. `resting`: filled where nothing is left, else pendingCancel or pendingReplace while a request waits for its answer,
 * else stopped or suspended while held, else partiallyFilled, replaced, new, pendingNew: the first that is true.
 */
export type Target = OrderState | 'same' | 'resting';
export const SAME = -1;
export const RESTING = -2;

export interface Rule {
  readonly says: Saying;
  readonly from: readonly OrderState[];
  readonly to: Target;
  /** What the strategy hears beside executions, each of which is told as `fill`, `busted` or `corrected`. */
  readonly event: OrderEvent | 'none';
  readonly does: readonly Effect[];
}

const SENT = ['pendingNew'] as const;
const WORKING = [
  'new',
  'partiallyFilled',
  'pendingCancel',
  'pendingReplace',
  'replaced',
  'stopped',
  'suspended',
] as const;
const DOUBT = ['inDoubt'] as const;
const KNOWN = [...SENT, ...WORKING];
const OPEN = [...KNOWN, ...DOUBT];
const NEVER = ['neverReached'] as const;
const ENDED = ['cancelled', 'rejected', 'doneForDay', 'expired'] as const;
const OVER = ['filled', ...ENDED] as const;
const CLOSED = [...OVER, ...NEVER];

const rule = (
  says: Saying,
  from: readonly OrderState[],
  to: Target,
  event: OrderEvent | 'none',
  ...does: Effect[]
): Rule => ({ says, from, to, event, does });

/** Every saying in every state, once. */
export const RULES: readonly Rule[] = [
  rule('noNews', [...OPEN, ...CLOSED], 'same', 'none'),
  rule('pendingNew', KNOWN, 'same', 'none'),
  rule('pendingNew', DOUBT, 'resting', 'none'),
  rule('pendingNew', CLOSED, 'same', 'none', 'late'),
  rule('accepted', OPEN, 'resting', 'accepted', 'answer', 'count', 'release'),
  rule('accepted', NEVER, 'same', 'accepted', 'answer', 'reopen'),
  rule('accepted', OVER, 'same', 'none', 'late'),
  rule('pending', OPEN, 'same', 'none'),
  rule('pending', CLOSED, 'same', 'none', 'late'),
  rule('trade', OPEN, 'resting', 'none', 'answer', 'name', 'execute', 'count', 'leaves'),
  rule('trade', NEVER, 'same', 'none', 'answer', 'execute', 'count', 'reopen', 'late'),
  rule('trade', OVER, 'same', 'none', 'execute', 'count', 'late'),
  rule('replaced', OPEN, 'resting', 'replaced', 'answer', 'name', 'terms', 'count', 'leaves', 'release'),
  rule('replaced', CLOSED, 'same', 'none', 'late'),
  rule('restated', OPEN, 'resting', 'restated', 'answer', 'name', 'terms', 'count', 'leaves', 'release'),
  rule('restated', CLOSED, 'same', 'none', 'late'),
  rule('cancelled', OPEN, 'cancelled', 'cancelled', 'answer', 'name', 'count', 'nothingLeft'),
  rule('cancelled', CLOSED, 'same', 'none', 'count', 'late'),
  rule('doneForDay', OPEN, 'doneForDay', 'doneForDay', 'answer', 'name', 'count', 'nothingLeft'),
  rule('doneForDay', CLOSED, 'same', 'none', 'count', 'late'),
  rule('expired', OPEN, 'expired', 'expired', 'answer', 'name', 'count', 'nothingLeft'),
  rule('expired', CLOSED, 'same', 'none', 'count', 'late'),
  rule('rejected', OPEN, 'rejected', 'rejected', 'nothingLeft', 'reason'),
  rule('rejected', CLOSED, 'same', 'none', 'late'),
  rule('unknown', OPEN, 'neverReached', 'neverReached', 'nothingLeft', 'reason'),
  rule('unknown', CLOSED, 'same', 'none', 'late'),
  rule('stopped', OPEN, 'resting', 'stopped', 'answer', 'name', 'count', 'stop'),
  rule('stopped', CLOSED, 'same', 'none', 'late'),
  rule('suspended', OPEN, 'resting', 'suspended', 'answer', 'name', 'count', 'suspend'),
  rule('suspended', CLOSED, 'same', 'none', 'late'),
  rule('busted', OPEN, 'resting', 'none', 'answer', 'reverse', 'count', 'leaves'),
  rule('busted', ['filled'], 'same', 'none', 'reverse', 'count', 'reopen', 'doubt'),
  rule('busted', [...ENDED, ...NEVER], 'same', 'none', 'reverse', 'count'),
  rule('corrected', OPEN, 'resting', 'none', 'answer', 'reverse', 'execute', 'count', 'leaves'),
  rule('corrected', ['filled'], 'same', 'none', 'reverse', 'execute', 'count', 'reopen', 'doubt'),
  rule('corrected', [...ENDED, ...NEVER], 'same', 'none', 'reverse', 'execute', 'count'),
  rule('statusLive', SENT, 'resting', 'accepted', 'answer', 'name', 'count', 'leaves'),
  rule('statusLive', WORKING, 'resting', 'none', 'answer', 'name', 'count', 'leaves'),
  rule('statusLive', DOUBT, 'resting', 'accepted', 'answer', 'name', 'count', 'leaves'),
  rule('statusLive', NEVER, 'same', 'accepted', 'answer', 'count', 'reopen'),
  rule('statusLive', OVER, 'same', 'none', 'late'),
  rule('statusFilled', OPEN, 'filled', 'none', 'answer', 'name', 'count', 'nothingLeft'),
  rule('statusFilled', CLOSED, 'same', 'none', 'count', 'late'),
  // Who asks while an order is on its way may be answered before the order has arrived.
  rule('statusRejected', KNOWN, 'same', 'none'),
  rule('statusRejected', DOUBT, 'rejected', 'rejected', 'nothingLeft', 'reason'),
  rule('statusRejected', CLOSED, 'same', 'none', 'late'),
  rule('statusUnknown', KNOWN, 'same', 'none'),
  rule('statusUnknown', DOUBT, 'neverReached', 'neverReached', 'nothingLeft', 'reason'),
  rule('statusUnknown', CLOSED, 'same', 'none', 'late'),
  // The order itself is asked for next.
  rule('replacementUnknown', OPEN, 'same', 'replaceRejected', 'endReplace', 'ask'),
  rule('replacementUnknown', CLOSED, 'same', 'none', 'late'),
  rule('cancelRefused', OPEN, 'resting', 'cancelRejected', 'answer', 'endCancel', 'reason'),
  rule('cancelRefused', CLOSED, 'same', 'none', 'endCancel'),
  rule('replaceRefused', OPEN, 'resting', 'replaceRejected', 'answer', 'endReplace', 'reason'),
  rule('replaceRefused', CLOSED, 'same', 'none', 'endReplace'),
  rule('cancelDropped', KNOWN, 'resting', 'cancelRejected', 'endCancel', 'reason'),
  rule('cancelDropped', DOUBT, 'same', 'cancelRejected', 'endCancel', 'reason'),
  rule('cancelDropped', CLOSED, 'same', 'none', 'endCancel'),
  rule('replaceDropped', KNOWN, 'resting', 'replaceRejected', 'endReplace', 'reason'),
  rule('replaceDropped', DOUBT, 'same', 'replaceRejected', 'endReplace', 'reason'),
  rule('replaceDropped', CLOSED, 'same', 'none', 'endReplace'),
  rule('orderLost', OPEN, 'inDoubt', 'inDoubt', 'endCancel', 'reason', 'ask'),
  rule('orderLost', CLOSED, 'same', 'none', 'endCancel'),
  rule('sessionLost', KNOWN, 'inDoubt', 'inDoubt', 'reason', 'ask'),
  rule('sessionLost', [...DOUBT, ...CLOSED], 'same', 'none'),
  rule('replacementAskedAgain', OPEN, 'inDoubt', 'inDoubt', 'endReplace', 'reason', 'ask'),
  rule('replacementAskedAgain', CLOSED, 'same', 'none'),
  rule('cancelAskedAgain', KNOWN, 'resting', 'none', 'endCancel'),
  rule('cancelAskedAgain', DOUBT, 'same', 'none', 'endCancel'),
  rule('cancelAskedAgain', CLOSED, 'same', 'none'),
];

/** A power of two above the highest state, so that an entry is one shift and one or away. */
const STATE_BITS = 4;
const ENTRIES = NAMES.length << STATE_BITS;

/** By `entryOf`: a state, SAME or RESTING; one of ORDER_EVENT; bits of EFFECT. */
export const NEXT_STATE = new Int32Array(ENTRIES);
export const TELLS = new Int32Array(ENTRIES);
export const DOES = new Int32Array(ENTRIES);

export const entryOf = (said: number, state: number): number => (said << STATE_BITS) | state;

const filled = new Uint8Array(ENTRIES);
const codeOf = (to: Target): number => (to === 'same' ? SAME : to === 'resting' ? RESTING : ORDER_STATE[to]);
for (const { says, from, to, event, does } of RULES) {
  for (const state of from) {
    const entry = entryOf(SAID[says], ORDER_STATE[state]);
    if (filled[entry] === 1) throw new Error(`Two rules for ${says} in ${state}.`);
    filled[entry] = 1;
    NEXT_STATE[entry] = codeOf(to);
    TELLS[entry] = ORDER_EVENT[event];
    DOES[entry] = does.reduce((bits, effect) => bits | EFFECT[effect], 0);
  }
}
for (const says of NAMES) {
  for (const [state, code] of Object.entries(ORDER_STATE)) {
    if (code === ORDER_STATE.none || filled[entryOf(SAID[says], code)] === 1) continue;
    throw new Error(`No rule for ${says} in ${state}.`);
  }
}
