/** The whole path of a recording, with few and many strategies, on few and many instruments, in turn. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getHeapStatistics } from 'node:v8';
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
/** Whose books open with 48 orders each: what follows has to be most of it. The n-th symbol has the n-th part of the first one's. */
const MESSAGES = 2_000_000;
/** Stands for one strategy that asks for all instruments and listens to none: decoder and books alone. */
const NOBODY = 0;
const SEED = 20_260_105;
const WATCHER = fileURLToPath(workerUrl(import.meta.url, 'watcher'));
/** More strategies than these have fewer messages: each of them is as many deliveries. */
const MOST_IN_FULL = 10;
const fewerMessages = (instruments: number): number => Math.max(300_000, 200 * instruments);
/** A pipeline for each instrument of each strategy: a million of them are 3 GB of heap while they are set up. */
const MOST_PIPELINES = getHeapStatistics().heap_size_limit > 4e9 ? 1_000_000 : 100_000;
/** Enough that V8 has compiled the path. */
const WARM_UP = 20_000;

interface Market {
  readonly instruments: number;
  readonly strategies: readonly number[];
  readonly messages: number;
  readonly recording: string;
  /** File with a symbol a line. */
  readonly symbols: string;
}

export const isMeasured = (strategies: number, instruments: number): boolean =>
  strategies * instruments <= MOST_PIPELINES;

export async function benchPath(rounds: number, onStep: (step: string) => void): Promise<PathRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'hotlap-bench-'));
  try {
    const markets: Market[] = [];
    for (const instruments of INSTRUMENTS) {
      for (const many of [false, true]) {
        const strategies = STRATEGIES.filter((each) => each > MOST_IN_FULL === many && isMeasured(each, instruments));
        if (strategies.length === 0) continue;
        onStep(`a recording of ${instruments} instruments`);
        markets.push(await market(folder, instruments, strategies, many ? fewerMessages(instruments) : MESSAGES));
      }
    }
    return await measured(markets, rounds, onStep);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function market(
  folder: string,
  instruments: number,
  strategies: readonly number[],
  messages: number,
): Promise<Market> {
  const recording = join(folder, `${instruments}-${messages}.pcap`);
  const symbols = join(folder, `${instruments}.txt`);
  await generateRecording({ seed: SEED, symbols: instruments, messages, outputPath: recording });
  writeFileSync(symbols, inventSymbols(instruments).join('\n'));
  return { instruments, strategies, messages, recording, symbols };
}

async function measured(
  markets: readonly Market[],
  rounds: number,
  onStep: (step: string) => void,
): Promise<PathRow[]> {
  const runs = new Map<string, RunResult[]>();
  const key = ({ instruments, messages }: Market, strategies: number): string =>
    `${strategies}/${instruments}/${messages}`;
  for (let round = 1; round <= rounds; round++) {
    for (const of of markets) {
      for (const strategies of [NOBODY, ...of.strategies]) {
        onStep(`${strategies} strategies, ${of.instruments} instruments, round ${round}`);
        const own = runs.get(key(of, strategies)) ?? [];
        runs.set(key(of, strategies), [...own, await watched(of, strategies)]);
      }
    }
  }
  return markets.flatMap((of) => {
    const bare = median((runs.get(key(of, NOBODY)) as RunResult[]).map(({ loopSeconds }) => loopSeconds));
    return of.strategies.map((strategies): PathRow => {
      const own = runs.get(key(of, strategies)) as RunResult[];
      const seconds = median(own.map(({ loopSeconds }) => loopSeconds));
      const { events } = own[0] as RunResult;
      const deliveries = events * strategies;
      return {
        strategies,
        instruments: of.instruments,
        events,
        nsPerDelivery: (seconds * 1e9) / deliveries,
        nsInStrategies: ((seconds - bare) * 1e9) / deliveries,
        bytesPerEvent: median(own.map(({ memory }) => memory.bytesPerEvent ?? 0)),
      };
    });
  });
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
