/**
 * The life of an order, as OrdStatus(39) has it, and two states that FIX has no word for: `inDoubt`, sent
 * before the session was lost and never answered, and `neverReached`, which the venue says it has never had.
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
] as const;

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
} as const satisfies { readonly [Name in (typeof ORDER_STATES)[number]]: number };

/** True while the venue may still execute the order. */
export const isOpen = (state: number): boolean =>
  state !== ORDER_STATE.none &&
  state !== ORDER_STATE.filled &&
  state !== ORDER_STATE.cancelled &&
  state !== ORDER_STATE.rejected &&
  state !== ORDER_STATE.neverReached;

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
] as const;

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
  busted: 11,
  corrected: 12,
} as const satisfies { readonly [Name in (typeof ORDER_EVENTS)[number]]: number };
