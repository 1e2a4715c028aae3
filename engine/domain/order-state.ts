/**
 * The life of an order, as OrdStatus(39) has it, and two states that FIX has no word for: `inDoubt`, sent
 * before the session was lost and never answered, and `neverReached`, which the venue says it has never had.
 * engine/orders/transitions.ts has what leads from one to another.
 */
export const ORDER_STATES = [
  'none',
  'pendingNew',
  'new',
  'partiallyFilled',
  'filled',
  'pendingCancel',
  'cancelled',
  'pendingReplace',
  'replaced',
  'rejected',
  'inDoubt',
  'neverReached',
  'doneForDay',
  'expired',
  'stopped',
  'suspended',
] as const;

/** The states of an order, by name. */
export type OrderState = Exclude<(typeof ORDER_STATES)[number], 'none'>;

/** Codes by name: `ORDER_STATE.filled`. 0 is a row that holds no order. */
export const ORDER_STATE = {
  none: 0,
  pendingNew: 1,
  new: 2,
  partiallyFilled: 3,
  filled: 4,
  pendingCancel: 5,
  cancelled: 6,
  pendingReplace: 7,
  replaced: 8,
  rejected: 9,
  inDoubt: 10,
  neverReached: 11,
  /** A day order that the venue executes no more; one that is good till cancelled is `suspended` until it is restated. */
  doneForDay: 12,
  expired: 13,
  /** The venue guarantees an execution at the stop price; open. */
  stopped: 14,
  /** Not eligible for trading just now; open, and can be cancelled. */
  suspended: 15,
} as const satisfies { readonly [Name in (typeof ORDER_STATES)[number]]: number };

const FINAL: readonly number[] = [
  ORDER_STATE.none,
  ORDER_STATE.filled,
  ORDER_STATE.cancelled,
  ORDER_STATE.rejected,
  ORDER_STATE.neverReached,
  ORDER_STATE.doneForDay,
  ORDER_STATE.expired,
];
/** One bit a state: one load and one shift on the hot path. */
const OPEN = ORDER_STATES.reduce((bits, _, state) => (FINAL.includes(state) ? bits : bits | (1 << state)), 0);

/** True while the venue may still execute the order. */
export const isOpen = (state: number): boolean => ((OPEN >> state) & 1) === 1;

/** What the latest report said of an order. */
export const ORDER_EVENTS = [
  'none',
  'accepted',
  'fill',
  'cancelled',
  'replaced',
  'rejected',
  'cancelRejected',
  'replaceRejected',
  'inDoubt',
  'neverReached',
  'restated',
  'busted',
  'corrected',
  'doneForDay',
  'expired',
  'stopped',
  'suspended',
] as const;

/** What a report can say of an order, by name. */
export type OrderEvent = Exclude<(typeof ORDER_EVENTS)[number], 'none'>;

export const ORDER_EVENT = {
  none: 0,
  accepted: 1,
  fill: 2,
  cancelled: 3,
  replaced: 4,
  rejected: 5,
  cancelRejected: 6,
  replaceRejected: 7,
  inDoubt: 8,
  neverReached: 9,
  restated: 10,
  /** An execution was taken back; `lastPrice` and `lastQuantity` are those of it. */
  busted: 11,
  /** An execution has another price or quantity than was told; `lastPrice` and `lastQuantity` are the new ones. */
  corrected: 12,
  doneForDay: 13,
  expired: 14,
  stopped: 15,
  suspended: 16,
} as const satisfies { readonly [Name in (typeof ORDER_EVENTS)[number]]: number };
