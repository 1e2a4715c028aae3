/** sockperf's ping-pong between the same ends: the kernel's figure by somebody else's program. */
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { HotlapError } from '../../engine/domain/errors.ts';
import { cpusOfEnds } from './leg.ts';
import type { Place } from './place.ts';
import type { SockperfRow } from './transport-result.ts';

const PORT = 46_301;
const SERVER_START_MS = 10_000;
/** sockperf takes whole seconds, and warms up for 0.4 s. */
const LEAST_SECONDS = 1;
const EXTRA_MS = 30_000;

export function whyNoSockperf(): string | undefined {
  const { status } = spawnSync('sockperf', ['--version']);
  return status === 0
    ? undefined
    : 'sockperf is not installed: `apt-get install sockperf` puts its kernel figure beside these.';
}

/** One turn; NaN: it said nothing, as it does after too few answers. */
export interface SockperfLeg {
  readonly achievedPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
}

const pinned = (cpu: number | null, command: string, args: readonly string[]): [string, string[]] =>
  cpu === null ? [command, [...args]] : ['taskset', ['-c', String(cpu), command, ...args]];

export async function sockperfLeg(
  place: Place,
  plan: { packetsPerSecond: number; payloadBytes: number; seconds: number },
): Promise<SockperfLeg> {
  const cpus = cpusOfEnds();
  const where = ['-i', place.address('engine'), '-p', String(PORT), '--nonblocked'];
  const [command, args] = pinned(cpus.receiver, 'sockperf', ['server', ...where]);
  const server = place.at('engine', () => spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] }));
  try {
    await started(server);
    const seconds = Math.max(LEAST_SECONDS, Math.ceil(plan.seconds));
    const [client, clientArgs] = pinned(cpus.sender, 'sockperf', [
      ...['ping-pong', ...where, '--mps', String(plan.packetsPerSecond), '-m', String(plan.payloadBytes)],
      ...['-t', String(seconds)],
    ]);
    const asked = place.at('venue', () =>
      promisify(execFile)(client, clientArgs, { timeout: seconds * 1_000 + EXTRA_MS }),
    );
    return parse((await asked).stdout);
  } finally {
    server.kill('SIGKILL');
  }
}

async function started(server: ChildProcess): Promise<void> {
  let said = '';
  const untilMs = performance.now() + SERVER_START_MS;
  const listen = (text: Buffer): void => {
    said += text;
  };
  server.stdout?.on('data', listen);
  server.stderr?.on('data', listen);
  while (!said.includes('using recvfrom')) {
    if (server.exitCode !== null || performance.now() > untilMs) {
      throw new HotlapError('ERR_BENCH_LEG', `sockperf's server did not start: ${said.trim().split('\n').at(-1)}`);
    }
    await Promise.race([once(server.stdout as NodeJS.ReadableStream, 'data'), once(server, 'close')]);
  }
}

function parse(output: string): SockperfLeg {
  const number = (pattern: RegExp): number => Number(pattern.exec(output)?.[1] ?? Number.NaN);
  const percentile = (percent: string): number => number(new RegExp(`percentile ${percent} =\\s*([\\d.]+)`)) * 1_000;
  return {
    achievedPerSecond: number(/Total (\d+) observations/) / number(/Valid Duration\] RunTime=([\d.]+)/),
    p50: percentile('50\\.000'),
    p99: percentile('99\\.000'),
    p999: percentile('99\\.900'),
  };
}

function median(values: readonly number[]): number | null {
  const known = values.filter((value) => !Number.isNaN(value)).toSorted((a, b) => a - b);
  return known[known.length >> 1] ?? null;
}

/** sockperf gives percentiles only: of its turns, the one in the middle. */
export function sockperfRow(rate: number, packetsPerSecond: number, legs: readonly SockperfLeg[]): SockperfRow {
  const of = (pick: (leg: SockperfLeg) => number): number | null => median(legs.map(pick));
  return {
    rate,
    packetsPerSecond,
    achievedPerSecond: of((leg) => leg.achievedPerSecond),
    p50: of((leg) => leg.p50),
    p99: of((leg) => leg.p99),
    p999: of((leg) => leg.p999),
  };
}
