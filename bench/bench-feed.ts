/** The feed that both subjects hear: generated once per rate with fixed parameters, kept in the system's folder for temporary files. */
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_FEED } from '../app/config/index.ts';
import { generateRecording } from '../app/generate.ts';
import type { FeedSettings } from '../app/options.ts';
import type { Progress } from '../app/progress.ts';

/** The busiest symbol has about a sixth of the messages: what is decoded for others is part of the job. */
export const BENCH_SYMBOLS = 100;
export const BENCH_SYMBOL = 'AAPL';
export const BENCH_SEED = 20_260_105;

/** At 1,000,000 messages a second half a second of packets, with the kernel's overhead: a stall of the host loses nothing. */
export const BENCH_FEED: FeedSettings = { ...DEFAULT_FEED, receiveBufferBytes: 64 << 20 };

/** Bytes of a recording depend on these and on the generator's version. */
const FORMAT = 1;

/** @returns a recording of `messages` messages */
export async function benchFeed(messages: number, onProgress?: (progress: Progress) => void): Promise<string> {
  const folder = join(tmpdir(), `hotlap-bench-${process.getuid?.() ?? 0}`);
  const file = join(folder, `feed-${FORMAT}-${BENCH_SEED}-${BENCH_SYMBOLS}-${messages}.pcap`);
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const unfinished = join(folder, `${process.pid}.pcap`);
  await generateRecording({
    seed: BENCH_SEED,
    symbols: BENCH_SYMBOLS,
    messages,
    outputPath: unfinished,
    onProgress: (done, total) => onProgress?.({ step: 'generating', done, total, unit: 'messages' }),
  });
  renameSync(unfinished, file);
  return file;
}
