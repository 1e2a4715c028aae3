/** Where a limit may be set; `strategy` and `symbol` stand for each by its name. */
export type LimitScope = 'firm' | 'session' | 'strategy' | 'symbol';

export interface LimitSpec {
  readonly name: LimitName;
  readonly unit: string;
  readonly scopes: readonly LimitScope[];
  /** What holds where nothing is configured, by scope; absent: no limit there. */
  readonly default: Readonly<Partial<Record<LimitScope, number>>>;
  readonly min: number;
  readonly max: number;
  /** Only whole numbers; a flag is 0 or 1. */
  readonly kind: 'integer' | 'number' | 'flag';
  /** Which of two is the stricter. Without a limit the value is Infinity, or 0. */
  readonly strictest: 'least' | 'most';
  readonly description: string;
}

/** Columns of the limits' array. */
export const LIMIT = {
  maxQuantity: 0,
  maxNotional: 1,
  collar: 2,
  collarTicks: 3,
  maxOpenOrders: 4,
  maxOpenNotional: 5,
  maxPosition: 6,
  maxGross: 7,
  maxNet: 8,
  maxLoss: 9,
  ordersPerSecond: 10,
  ordersPer10Seconds: 11,
  cancelsPerSecond: 12,
  cancelsPer10Seconds: 13,
  executionsPer10Seconds: 14,
  duplicateMs: 15,
  reduceOnly: 16,
  restricted: 17,
  noBuys: 18,
  noSells: 19,
  noShortSales: 20,
  refuseStale: 21,
  refuseHalted: 22,
  refuseLocked: 23,
  refuseSelfMatch: 24,
} as const;

/** Bits of the limits that are only on or off. */
export const FLAG = {
  reduceOnly: 1 << 0,
  restricted: 1 << 1,
  noBuys: 1 << 2,
  noSells: 1 << 3,
  noShortSales: 1 << 4,
  refuseStale: 1 << 5,
  refuseHalted: 1 << 6,
  refuseLocked: 1 << 7,
  refuseSelfMatch: 1 << 8,
} as const satisfies Partial<Record<keyof typeof LIMIT, number>>;

export type LimitName = keyof typeof LIMIT;

/** Doubles of one row: a place for each limit, and room for more. */
export const LIMIT_ROW = 32;

const EVERYWHERE = ['firm', 'session', 'strategy', 'symbol'] as const;
const NOT_BY_SYMBOL = ['firm', 'session', 'strategy'] as const;

type Described = Omit<LimitSpec, 'name' | 'scopes' | 'default' | 'kind' | 'strictest'> &
  Partial<Pick<LimitSpec, 'scopes' | 'default' | 'kind' | 'strictest'>>;

const describe = (name: LimitName, spec: Described): LimitSpec =>
  Object.freeze({ name, scopes: EVERYWHERE, default: {}, kind: 'integer', strictest: 'least', ...spec });
const flag = (name: LimitName, description: string, on: 0 | 1 = 0): LimitSpec =>
  describe(name, {
    unit: 'flag',
    min: 0,
    max: 1,
    kind: 'flag',
    strictest: 'most',
    default: on === 1 ? { firm: 1 } : {},
    description,
  });
const currency = (name: LimitName, firm: number, scopes: LimitSpec['scopes'], description: string): LimitSpec =>
  describe(name, { unit: 'currency', min: 0, max: 1e12, kind: 'number', default: { firm }, scopes, description });
const rate = (name: LimitName, unit: string, most: number, each: number, description: string): LimitSpec =>
  describe(name, {
    unit,
    min: 0,
    max: 1e9,
    scopes: NOT_BY_SYMBOL,
    default: { firm: most, strategy: each },
    description,
  });

/**
 * Every limit that is held before an order leaves, by LIMIT: configuration, `hotlap ctl` and documentation are made from
 * it. Of all scopes that an order belongs to, the strictest limit holds. The defaults are what a first strategy may do
 * without harm: who needs more says so.
 */
export const LIMITS: readonly LimitSpec[] = Object.freeze([
  describe('maxQuantity', {
    unit: 'shares',
    min: 0,
    max: 1e9,
    default: { firm: 10_000 },
    description: 'Largest OrderQty(38).',
  }),
  currency('maxNotional', 1_000_000, EVERYWHERE, 'Largest price × quantity of one order, in its currency.'),
  describe('collar', {
    unit: 'share',
    min: 0,
    max: 1,
    kind: 'number',
    default: { firm: 0.05 },
    description: 'Largest distance from the mid (else the last trade), as a share of it.',
  }),
  describe('collarTicks', {
    unit: 'ticks',
    min: 0,
    max: 1e9,
    description: 'The same in ticks.',
  }),
  describe('maxOpenOrders', {
    unit: 'orders',
    min: 0,
    max: 1e9,
    default: { firm: 2_000, strategy: 1_000 },
    description: 'Orders open at once.',
  }),
  currency('maxOpenNotional', 10_000_000, EVERYWHERE, 'Price × quantity of all open orders together, in currency.'),
  describe('maxPosition', {
    unit: 'shares',
    min: 0,
    max: 1e12,
    default: { firm: 100_000 },
    description:
      'Largest position in one symbol, long or short, once every open order of that side has executed: of the firm, or of a strategy.',
  }),
  currency(
    'maxGross',
    20_000_000,
    NOT_BY_SYMBOL,
    'Worst-case positions of all symbols at market, long and short added, in currency.',
  ),
  currency('maxNet', 10_000_000, NOT_BY_SYMBOL, 'The same, short taken from long.'),
  currency(
    'maxLoss',
    100_000,
    NOT_BY_SYMBOL,
    'Loss of the day in currency, of closed and open positions; beyond it orders may only reduce positions.',
  ),
  rate('ordersPerSecond', 'messages', 1_000, 500, 'New orders and replaces a second, and the most at once.'),
  rate('ordersPer10Seconds', 'messages', 5_000, 2_500, 'The same over ten seconds.'),
  rate(
    'cancelsPerSecond',
    'messages',
    1_000,
    500,
    'Cancels a second, kept free for them; once used up they take what is left to new orders.',
  ),
  rate('cancelsPer10Seconds', 'messages', 5_000, 2_500, 'The same over ten seconds.'),
  describe('executionsPer10Seconds', {
    unit: 'executions',
    min: 1,
    max: 1e9,
    scopes: NOT_BY_SYMBOL,
    default: { firm: 1_000 },
    description: 'Executions of one strategy in one symbol and side, within ten seconds: more is taken for a runaway.',
  }),
  describe('duplicateMs', {
    unit: 'ms',
    min: 0,
    max: 60_000,
    kind: 'number',
    strictest: 'most',
    default: { firm: 1 },
    description: 'For so long a strategy may not send an order of the same symbol, side, price and quantity again.',
  }),
  flag('reduceOnly', 'Only orders that make a position smaller.'),
  flag('restricted', 'No new orders.'),
  flag('noBuys', 'No buying.'),
  flag('noSells', 'No selling.'),
  flag('noShortSales', 'No order that may make a position short.'),
  flag('refuseStale', 'No new orders on a book that has missed messages.', 1),
  flag('refuseHalted', 'No new orders while trading is halted.', 1),
  flag('refuseLocked', 'No new orders while bid and ask are equal or crossed.', 1),
  flag('refuseSelfMatch', 'No order that would trade with an open one of your own.', 1),
]);

export const NO_LIMIT = { least: Number.POSITIVE_INFINITY, most: 0 } as const;
