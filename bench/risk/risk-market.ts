/** Production checks over books, positions and open orders in memory: everything that an order meets before it leaves. */
import { ORDER_STATE } from '../../engine/domain/order-state.ts';
import { InstrumentRegistry } from '../../engine/market/instrument-registry.ts';
import { OrderTable } from '../../engine/orders/order-table.ts';
import { createOrderTable } from '../../engine/orders/order-table-layout.ts';
import { createPositions, Positions } from '../../engine/orders/positions.ts';
import { RiskChecks } from '../../engine/risk/checks.ts';
import { createLimits, LimitTable, type RiskLimits } from '../../engine/risk/limits.ts';
import { ReferencePrices } from '../../engine/risk/reference-prices.ts';
import { CELLS_DOUBLES, DEPTH, depthStride } from '../../native/layout.ts';

const LEVELS = 10;
const INSTRUMENTS = 64;
const BID = 3_200_000;
const TICK = 100;

export interface RiskMarket {
  readonly risk: RiskChecks;
  readonly table: OrderTable;
  readonly cells: Float64Array;
  /** Price and quantity of the order to be checked. */
  readonly scratch: Float64Array;
  readonly strategies: number;
  readonly instruments: number;
  readonly bid: number;
  readonly tick: number;
  /** First row without an order. */
  readonly freeRow: number;
}

/** @param openOrders resting ones, spread over strategies, instruments and sides */
export function riskMarket(limits: RiskLimits, strategies: number, openOrders: number): RiskMarket {
  const ids = Array.from({ length: strategies }, (_, index) => `s${index}`);
  const depth = new Float64Array(INSTRUMENTS * depthStride(LEVELS));
  const cells = new Float64Array(CELLS_DOUBLES);
  const scratch = new Float64Array(4);
  const table = new OrderTable(createOrderTable(8_192, INSTRUMENTS));
  const positions = new Positions(createPositions(strategies, INSTRUMENTS));
  const limitTable = new LimitTable(createLimits(strategies, INSTRUMENTS), ids);
  limitTable.configure(limits);
  let handle = -1;
  const registry = new InstrumentRegistry({
    feed: { subscribe: () => ++handle, setInterest: () => {} },
    depth,
    depthLevels: LEVELS,
    maxInstruments: INSTRUMENTS,
    strategies,
    specOf: () => ({ priceScale: 10_000, tickSize: TICK, lotSize: 1, multiplier: 1 }),
    matching: false,
    added: () => {},
  });
  const risk = new RiskChecks({
    limits: limitTable,
    trading: { armed: true, recovering: false, sessionReady: () => true },
    registry,
    references: new ReferencePrices(INSTRUMENTS),
    table,
    positions,
    cells,
    scratch,
    maxInstruments: INSTRUMENTS,
  });
  positions.listener = risk.exposure;
  for (let index = 0; index < INSTRUMENTS; index += 1) {
    const instrument = registry.ask(`SYM${index}`);
    limitTable.nameSymbol(instrument.handle, instrument.symbol);
    risk.exposure.addInstrument(instrument);
    const base = index * depthStride(LEVELS);
    depth[base + DEPTH.bidLevels] = 1;
    depth[base + DEPTH.askLevels] = 1;
    depth.set([BID, 500, 1], base + DEPTH.header);
    // A mid between two whole numbers, as many are.
    depth.set([BID + TICK + 1, 500, 1], base + DEPTH.header + LEVELS * DEPTH.perLevel);
    positions.fill(index % strategies, index, 1 + (index % 2), BID, 100);
  }
  for (let row = 0; row < openOrders; row += 1) {
    const side = 1 + (row % 2);
    table.take(row + 1);
    table.strategy[row] = row % strategies;
    table.instrument[row] = row % INSTRUMENTS;
    table.side[row] = side;
    table.price[row] = side === 1 ? BID - TICK * (1 + (row % 20)) : BID + TICK * (2 + (row % 20));
    table.quantity[row] = 100;
    table.leaves[row] = 100;
    table.state[row] = ORDER_STATE.new;
    risk.changed(row);
  }
  return {
    risk,
    table,
    cells,
    scratch,
    strategies,
    instruments: INSTRUMENTS,
    bid: BID,
    tick: TICK,
    freeRow: openOrders,
  };
}
