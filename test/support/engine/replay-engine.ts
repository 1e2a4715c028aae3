import { createByteRing, feedRecording } from '../../../app/recording/recording-feeder.ts';
import { bundleStrategy, compileStrategy } from '../../../app/strategy-loader/index.ts';
import { createEngine } from '../../../engine/create-engine.ts';
import type { Engine, EngineOptions } from '../../../engine/engine.ts';
import type { StrategyDefinition } from '../../../engine/strategy/define-strategy.ts';
import { type ParamValue, parseParams } from '../../../engine/strategy/params.ts';
import { strategyBundle } from '../../../engine/strategy/runtime.ts';
import { createMemoryPair, FixOrderGateway, MemoryStore, type SessionConfig } from '../../../gateway/index.ts';
import { native } from '../../../native/index.ts';
import { CELLS_DOUBLES, depthStride, RECORD_DOUBLES } from '../../../native/layout.ts';
import { constantDelays, Exchange, NO_FEES, shareFeed } from '../../../simulator/index.ts';

const SESSION = {
  beginString: 'FIX.4.4',
  heartBtIntMs: 30_000,
  resetOnLogon: true,
  logonTimeoutMs: 5_000,
  logoutTimeoutMs: 5_000,
} as const;
const INITIATOR: SessionConfig = { ...SESSION, role: 'initiator', senderCompId: 'ENGINE', targetCompId: 'SIM' };
const ACCEPTOR: SessionConfig = { ...SESSION, role: 'acceptor', senderCompId: 'SIM', targetCompId: 'ENGINE' };

export interface ReplayStrategy {
  id: string;
  /** Bundled and compiled as in production; or one of the test's own, hosted where it is. */
  source: string | StrategyDefinition<Record<never, never>>;
  values?: Record<string, ParamValue>;
}

/** Everything that a replay is made of, on one thread: the native receiver, the gateway, and the exchange behind it. */
export const replayEngine = async (
  recording: string,
  strategies: readonly ReplayStrategy[],
  options: Partial<EngineOptions> & { speed?: number } = {},
) => {
  const ring = createByteRing(1 << 22);
  const source = await feedRecording(recording, ring);
  const maxInstruments = 64;
  const depthLevels = 10;
  const cells = new Float64Array(new SharedArrayBuffer(8 * CELLS_DOUBLES));
  const record = new Float64Array(RECORD_DOUBLES);
  const depth = new Float64Array(maxInstruments * depthStride(depthLevels));
  const { FeedReceiver } = native();
  const feed = new FeedReceiver({
    source: { kind: 'recording', ring, format: source.format, speed: options.speed ?? 0 },
    cells,
    record,
    depth,
    depthLevels,
    maxInstruments,
    expectedOrders: 1 << 16,
  });
  const faces = shareFeed(feed, maxInstruments);
  const day0Ms = Date.UTC(2020, 0, 30);
  const { a, b } = createMemoryPair({ bytes: 1 << 18 });
  const clock = { cells, day0Ms };
  const lines: string[] = [];
  const onLog = (level: string, text: string) => void lines.push(`${level}: ${text}`);
  const exchange = new Exchange({
    stream: b,
    feed: faces.exchange,
    feedCells: cells,
    record,
    depth,
    depthLevels,
    clock,
    delays: constantDelays(),
    fees: NO_FEES,
    session: ACCEPTOR,
    onLog,
  });
  let gateway!: FixOrderGateway;
  const hosted = await Promise.all(
    strategies.map(async ({ id, source: given, values = {} }) => {
      const bundle = typeof given === 'string' ? compileStrategy(await bundleStrategy(given))() : strategyBundle(given);
      return { id, bundle, params: parseParams(bundle.params, values) };
    }),
  );
  const engine: Engine = createEngine({
    feed: faces.engine,
    cells,
    record,
    depth,
    depthLevels,
    maxInstruments,
    day0Ms,
    gateway: (sink) => {
      gateway = new FixOrderGateway({
        stream: a,
        clock,
        sink,
        session: INITIATOR,
        clOrdIdPrefix: 'T-',
        store: new MemoryStore(new Int32Array(2)),
        onLog,
      });
      return gateway;
    },
    strategies: hosted,
    armed: true,
    matching: exchange,
    onTimeKnown: () => {
      exchange.start();
      gateway.start();
    },
    ...options,
  });
  /** Runs to the end, feeding the ring in between. */
  const run = async (): Promise<void> => {
    let more = await source.pump();
    while (!engine.stopped) {
      for (let turn = 0; turn < 10_000 && !engine.stopped; turn += 1) engine.turn();
      if (more) more = await source.pump();
    }
    feed.close();
    await source.close();
  };
  return { engine, run, feed, cells, exchange, lines };
};
