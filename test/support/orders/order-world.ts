import { createEngine } from '../../../engine/create-engine.ts';
import { isOpen, ORDER_STATE } from '../../../engine/domain/order-state.ts';
import type { Engine } from '../../../engine/engine.ts';
import type { OrderTable } from '../../../engine/orders/order-table.ts';
import { OrderTable as Table } from '../../../engine/orders/order-table.ts';
import { createOrderTable } from '../../../engine/orders/order-table-layout.ts';
import { createPositions, Positions } from '../../../engine/orders/positions.ts';
import { WIDE_LIMITS } from '../../../engine/risk/limits.ts';
import type { Context, StrategyInstrument } from '../../../engine/strategy/context.ts';
import { defineStrategy } from '../../../engine/strategy/define-strategy.ts';
import { strategyBundle } from '../../../engine/strategy/runtime.ts';
import {
  type ByteStream,
  createMemoryPair,
  FixOrderGateway,
  MemoryStore,
  type SessionConfig,
} from '../../../gateway/index.ts';
import { CELL } from '../../../native/layout.ts';
import { constantDelays, Exchange, NO_FEES, type Scenario } from '../../../simulator/index.ts';
import type { Random } from '../../fuzz/fix/random.ts';
import { SYMBOLS, SyntheticMarket } from './synthetic-market.ts';
import { TracedStream } from './traced-stream.ts';

export const CLORDID_PREFIX = 'W-';
const STRATEGIES = 3;
const DAY0_MS = Date.UTC(2026, 0, 5);

const SESSION = {
  beginString: 'FIX.4.4',
  heartBtIntMs: 10_000,
  resetOnLogon: false,
  logonTimeoutMs: 5_000,
  logoutTimeoutMs: 1_000,
} as const;
const INITIATOR: SessionConfig = {
  ...SESSION,
  role: 'initiator',
  senderCompId: 'ENGINE',
  targetCompId: 'VENUE',
  reconnect: { intervalMs: 20, maxIntervalMs: 200, maxAttempts: 0 },
};
const ACCEPTOR: SessionConfig = { ...SESSION, role: 'acceptor', senderCompId: 'VENUE', targetCompId: 'ENGINE' };

/** Steps of simulated time that coming to rest may take, and how long one is: three minutes, as long as any silence and its time-outs. */
const REST_STEPS = 3_600;
const REST_STEP_NS = 50e6;
/** Steps without anything to do that count as rest. */
const QUIET_STEPS = 4;

export interface WorldOptions {
  random: Random;
  scenario: Scenario;
  /** Orders that the engine can know at one time. */
  rows: number;
  /** Hears every message of both sides. */
  trace?: ((line: string) => void) | undefined;
}

/** One strategy, as a puppet of the test. */
export interface Trader {
  readonly ctx: Context;
  readonly instruments: readonly StrategyInstrument[];
}

/** The production engine and gateway, the production exchange behind them, and a market; nothing moves by itself. */
export class OrderWorld {
  readonly market: SyntheticMarket;
  readonly engine: Engine;
  readonly gateway: FixOrderGateway;
  readonly exchange: Exchange;
  readonly table: OrderTable;
  readonly positions: Positions;
  readonly traders: readonly Trader[];
  /** What both sides' sessions said, newest last. */
  readonly log: string[] = [];

  constructor({ random, scenario, rows, trace }: WorldOptions) {
    const market = new SyntheticMarket(random);
    this.market = market;
    const { cells, record, depth, depthLevels, maxInstruments } = market;
    const clock = { cells, day0Ms: DAY0_MS };
    const pair = createMemoryPair({ bytes: 1 << 17 });
    const traced = (stream: ByteStream, who: string): ByteStream =>
      trace === undefined ? stream : new TracedStream(stream, (message) => trace(`${this.time()} ${who}: ${message}`));
    const [a, b] = [traced(pair.a, 'engine'), traced(pair.b, 'venue')];
    const onLog =
      (who: string) =>
      (level: string, text: string): void =>
        void this.log.push(`${this.time()} ${who} ${level}: ${text}`);
    this.exchange = new Exchange({
      stream: b,
      feed: market,
      feedCells: cells,
      record,
      depth,
      depthLevels,
      clock,
      delays: constantDelays(20_000, 30_000),
      fees: NO_FEES,
      session: ACCEPTOR,
      maxOpenOrders: 1_024,
      scenario,
      onLog: onLog('venue'),
    });
    const orders = createOrderTable(rows, maxInstruments);
    const positions = createPositions(STRATEGIES, maxInstruments);
    let gateway!: FixOrderGateway;
    const traders: Trader[] = [];
    const puppet = defineStrategy({
      name: 'puppet',
      setup(ctx) {
        traders.push({ ctx, instruments: SYMBOLS.map((symbol) => ctx.instrument(symbol)) });
      },
    });
    this.engine = createEngine({
      feed: market,
      cells,
      record,
      depth,
      depthLevels,
      maxInstruments,
      day0Ms: DAY0_MS,
      armed: true,
      stopOnSessionLoss: false,
      shared: { orders, positions },
      risk: { ...WIDE_LIMITS, collar: 0.5, refuseLocked: false, refuseSelfMatch: false },
      gateway: (sink) => {
        gateway = new FixOrderGateway({
          stream: a,
          clock,
          sink,
          session: INITIATOR,
          clOrdIdPrefix: CLORDID_PREFIX,
          store: new MemoryStore(new Int32Array(2)),
          onLog: onLog('engine'),
        });
        return gateway;
      },
      strategies: Array.from({ length: STRATEGIES }, (_, index) => ({
        id: `s${index}`,
        bundle: strategyBundle(puppet),
        params: {},
      })),
    });
    this.gateway = gateway;
    this.traders = traders;
    this.table = new Table(orders);
    this.positions = new Positions(positions);
    this.exchange.start();
    this.gateway.start();
    for (let turn = 0; turn < 100 && !this.gateway.isReady(); turn++) this.turn(1_000);
  }

  /** Lets time pass, then each side take one turn. @returns what was handled */
  turn(ns: number): number {
    this.pass(ns);
    return this.engineTurn() + this.exchange.poll();
  }

  time(): string {
    return (this.market.cells[CELL.nowNs] / 1e9).toFixed(6);
  }

  pass(ns: number): void {
    this.market.cells[CELL.nowNs] += ns;
  }

  engineTurn(): number {
    const handled = this.engine.turn();
    if (this.market.hasEvent) {
      this.market.hasEvent = false;
      this.exchange.onEvent();
    }
    return handled;
  }

  /** Until nobody has anything to say, and every request has its answer. @returns false where that never came */
  rest(): boolean {
    let quiet = 0;
    for (let step = 0; step < REST_STEPS && quiet < QUIET_STEPS; step++) {
      let handled = 0;
      for (let turn = 0; turn < 4; turn++) handled += this.turn(turn === 0 ? REST_STEP_NS : 0);
      quiet = handled === 0 && this.isSettled() ? quiet + 1 : 0;
    }
    return quiet === QUIET_STEPS;
  }

  isSettled(): boolean {
    // Not while a gap is open: what lies behind it has not been heard.
    if (this.gateway.session.stateName() !== 'logged-on' || !this.exchange.isLoggedOn()) return false;
    if (this.exchange.stats().waiting > 0) return false;
    const { table } = this;
    for (let row = 0; row < table.capacity; row++) if (isUnsettled(table.state[row])) return false;
    return true;
  }
}

/** Waits for an answer of the venue. */
export const isUnsettled = (state: number): boolean =>
  isOpen(state) && state !== ORDER_STATE.new && state !== ORDER_STATE.partiallyFilled && state !== ORDER_STATE.replaced;
