/** A long replay is as small as a short one: what the kernel says the process has held at most. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packageRoot } from '../../../native/paths.ts';
import { hotlap } from '../../support/hotlap.ts';

const LIMIT_BYTES = 300e6;
/** What four million messages more may add: nothing but what differs between any two runs. */
const DRIFT_BYTES = 40e6;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hotlap-replay-memory-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

async function recordingOf(messages: number): Promise<string> {
  const file = join(folder, `${messages}.pcap`);
  const args = ['generate', file, '--messages', String(messages), '--symbols', 'AAPL,MSFT,NVDA,AMZN'];
  expect(await hotlap(args)).toMatchObject({ status: 0 });
  return file;
}

/** The kernel's high-water mark, read as long as there is one. */
async function peakBytesOf(file: string): Promise<number> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const args = [join(packageRoot, 'bin', 'hotlap.js'), 'replay', file, '--json'];
  const child = spawn(process.execPath, args, { env, stdio: 'ignore' });
  const exited = once(child, 'exit');
  let peak = 0;
  while (child.exitCode === null && child.signalCode === null) {
    const status = statusOf(child.pid);
    peak = Math.max(peak, Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024);
    await sleep(5);
  }
  expect(await exited).toEqual([0, null]);
  return peak;
}

function statusOf(pid: number | undefined): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}

it('five million messages take less than 300 MB, and no more than one million', async ({ annotate }) => {
  const short = await peakBytesOf(await recordingOf(1_000_000));
  const long = await peakBytesOf(await recordingOf(5_000_000));
  annotate(`${short} and ${long} bytes`);
  expect(short).toBeGreaterThan(50e6);
  expect(long).toBeLessThan(LIMIT_BYTES);
  expect(long - short).toBeLessThan(DRIFT_BYTES);
});
