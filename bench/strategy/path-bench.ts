/** The whole path of a recording, with few and many strategies, on few and many instruments, in turn. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEFAULT_LOOP, DEFAULT_SIMULATION, WIDE_LIMITS } from '../../app/config/index.ts';
import { generateRecording } from '../../app/generate.ts';
import { replay } from '../../app/replay.ts';
import { workerUrl } from '../../native/paths.ts';
import type { RunResult } from '../../report/run-result.ts';
import { inventSymbols } from '../../simulator/index.ts';
import { median } from './operator-bench.ts';
import type { PathRow } from './strategy-result.ts';

export const STRATEGIES = [1, 10, 100] as const;
export const INSTRUMENTS = [10, 1_000, 10_000] as const;
/** The n-th symbol has the n-th part of the first one's. */
const MESSAGES = 300_000;
/** Stands for one strategy that asks for all instruments and listens to none: decoder and books alone. */
const NOBODY = 0;
const SEED = 20_260_105;
const WATCHER = fileURLToPath(workerUrl(import.meta.url, 'watcher'));
/** A pipeline for each instrument of each strategy: more than these take gigabytes and minutes to set up. */
const MOST_PIPELINES = 100_000;
/** Enough that V8 has compiled the path. */
const WARM_UP = 20_000;

interface Market {
  readonly recording: string;
  /** File with a symbol a line. */
  readonly symbols: string;
}

export const isMeasured = (strategies: number, instruments: number): boolean =>
  strategies * instruments <= MOST_PIPELINES;

export async function benchPath(rounds: number, onStep: (step: string) => void): Promise<PathRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'hotlap-bench-'));
  try {
    const markets = new Map<number, Market>();
    for (const instruments of INSTRUMENTS) {
      onStep(`a recording of ${instruments} instruments`);
      markets.set(instruments, await market(folder, instruments));
    }
    return await measured(markets, rounds, onStep);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function market(folder: string, instruments: number): Promise<Market> {
  const recording = join(folder, `${instruments}.pcap`);
  const symbols = join(folder, `${instruments}.txt`);
  await generateRecording({ seed: SEED, symbols: instruments, messages: MESSAGES, outputPath: recording });
  writeFileSync(symbols, inventSymbols(instruments).join('\n'));
  return { recording, symbols };
}

async function measured(
  markets: ReadonlyMap<number, Market>,
  rounds: number,
  onStep: (step: string) => void,
): Promise<PathRow[]> {
  const runs = new Map<string, RunResult[]>();
  for (let round = 1; round <= rounds; round++) {
    for (const [instruments, of] of markets) {
      for (const strategies of [NOBODY, ...STRATEGIES]) {
        if (!isMeasured(strategies, instruments)) continue;
        onStep(`${strategies} strategies, ${instruments} instruments, round ${round}`);
        const key = `${strategies}/${instruments}`;
        runs.set(key, [...(runs.get(key) ?? []), await watched(of, strategies)]);
      }
    }
  }
  return INSTRUMENTS.flatMap((instruments) =>
    STRATEGIES.filter((strategies) => isMeasured(strategies, instruments)).map((strategies): PathRow => {
      const own = runs.get(`${strategies}/${instruments}`) as RunResult[];
      const bare = median((runs.get(`${NOBODY}/${instruments}`) as RunResult[]).map(({ loopSeconds }) => loopSeconds));
      const seconds = median(own.map(({ loopSeconds }) => loopSeconds));
      const { events } = own[0] as RunResult;
      const deliveries = events * strategies;
      return {
        strategies,
        instruments,
        events,
        nsPerDelivery: (seconds * 1e9) / deliveries,
        nsInStrategies: ((seconds - bare) * 1e9) / deliveries,
        bytesPerEvent: median(own.map(({ memory }) => memory.bytesPerEvent ?? 0)),
      };
    }),
  );
}

function watched({ recording, symbols }: Market, strategies: number): Promise<RunResult> {
  return replay({
    strategies: Array.from({ length: Math.max(strategies, 1) }, (_, index) => ({
      name: `watcher-${index}`,
      source: WATCHER,
      folder: process.cwd(),
      params: { symbols, listens: strategies !== NOBODY },
    })),
    risk: WIDE_LIMITS,
    // No stage is sampled.
    loop: { ...DEFAULT_LOOP, maxInstruments: Math.max(...INSTRUMENTS), sampleEvery: 0 },
    seconds: null,
    out: null,
    date: null,
    warmUpMessages: WARM_UP,
    recording,
    more: [],
    speed: 'max',
    simulation: DEFAULT_SIMULATION,
    source: null,
    window: {},
    paused: false,
    control: null,
  });
}
