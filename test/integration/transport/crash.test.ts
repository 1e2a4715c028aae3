/** An end that is killed: nothing of it is in the way of the next one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { packageRoot } from '../../../native/paths.ts';
import { LAST, numbered, OPENING } from '../../support/transport/payloads.ts';
import { overEachLive } from '../../support/transport/transports.ts';
import type { OwnProcess, Wire } from '../../support/transport/wire.ts';

const ENDS = join(packageRoot, 'build', 'Release', 'transport_ends');

let wire: Wire | undefined;
let child: ChildProcess | undefined;
afterEach(async () => {
  if (child !== undefined) await kill(child);
  child = undefined;
  wire?.close();
  wire = undefined;
});

/** One end in a process of its own, up to its word that it is there. */
async function started(role: 'receive' | 'send', { flags, at }: OwnProcess, more: readonly string[] = []) {
  const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const running = at(() => spawn(ENDS, [role, ...args, ...more], { stdio: ['ignore', 'ignore', 'pipe'] }));
  child = running;
  // Libraries that a transport stands on may have their say before.
  for await (const said of running.stderr) if (String(said).endsWith('ready\n')) return running;
  throw new Error('an end has ended before it was ready');
}

async function kill(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return;
  process.kill('SIGKILL');
  await once(process, 'exit');
}

overEachLive((transport) => {
  test('a receiver that was killed leaves its place to the next one, which gets everything sent from then on', async () => {
    wire = transport.make();
    const own = wire.ownProcess?.('receive');
    if (own === undefined) throw new Error('a live transport has processes');
    const first = await started('receive', own);
    const sending = wire.sender();
    sending.sendAll([OPENING, ...numbered(500, 100)]);
    await kill(first);
    const receiving = wire.receiver();
    const sent = [...numbered(500, 100, 1_000), LAST];
    sending.sendAll(sent);
    expect(receiving.upTo(LAST).slice(-sent.length)).toEqual(sent);
    receiving.close();
    sending.close();
  });

  test('a sender that was killed in the middle leaves only whole packets, and the next one goes on', async () => {
    wire = transport.make();
    const receiving = wire.receiver();
    const own = wire.ownProcess?.('send');
    if (own === undefined) throw new Error('a live transport has processes');
    const first = await started('send', own, ['--packets-per-second', '20000', '--payload', '200', '--seconds', '60']);
    const untilMs = performance.now() + 10_000;
    while (receiving.packets.length < 1_000 && performance.now() < untilMs) receiving.poll();
    await kill(first);
    const sending = wire.sender();
    sending.sendAll([LAST]);
    const packets = receiving.upTo(LAST);
    expect(packets.length).toBeGreaterThan(1_000);
    const sequences = packets.slice(0, -1).map((packet) => Number(packet.readBigUInt64LE(8)));
    expect(packets.slice(0, -1).every((packet) => packet.length === 200)).toBe(true);
    const last = sequences.at(-1) as number;
    expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
    const counters = receiving.counters();
    expect(counters).toMatchObject({ malformed: 0, badChecksums: 0 });
    expect(sequences.length + counters.dropped).toBeGreaterThanOrEqual(last);
    receiving.close();
    sending.close();
  });
});
