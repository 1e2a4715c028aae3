/** NewOrderSingle → ExecutionReport between two processes over TCP on loopback: each engine in turn, and plain TCP under all. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { packageRoot, workerUrl } from '../../native/paths.ts';
import { Samples } from '../samples.ts';
import type { FixBenchResult, RoundTripRow } from './fix-result.ts';
import { orderLine, recordedOrders } from './orders.ts';
import { compile, compileWithQuickfix, whyNoQuickfix } from './quickfix.ts';
import { initiate, SideProcess } from './side-process.ts';
import { wireOf } from './wire.ts';

const TRIPS = 5_000;
/** V8 compiles the loop in the first thousands; the others only fill caches. */
const WARM_UP = { hotlap: 15_000, native: 1_000 };
/** Who asks for one round wants a look, not a figure. */
const WARM_UP_A_ROUND = 5_000;
/** An acceptor listens by then. */
const LISTENING_MS = 300;
const PAIR_TIMEOUT_MS = 120_000;
/** Node starts and the addon loads, on a busy machine. */
const START_TIMEOUT_MS = 20_000;

export interface RoundTripOptions {
  readonly rounds: number;
  /** One for each side; -1 for any. */
  readonly cpus: { readonly initiator: number; readonly acceptor: number };
  readonly onStep: (step: string) => void;
}

export type RoundTripOutcome = Pick<FixBenchResult, 'roundTrips' | 'absent'> & { stalls: string };

interface Measured {
  readonly latencies: number[];
  readonly stalls?: { count: number; lostNs: number; watchedNs: number };
}

interface Contestant {
  readonly subject: string;
  readonly how: string;
  measure(): Promise<Measured>;
}

export async function benchRoundTrips(options: RoundTripOptions): Promise<RoundTripOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'hotlap-bench-fix-'));
  try {
    const orders = await recordedOrders();
    const ordersFile = join(folder, 'orders.tsv');
    writeFileSync(ordersFile, `${orders.map(orderLine).join('\n')}\n`);
    const meanBytes = (kind: 'NewOrderSingle' | 'ExecutionReport'): string =>
      String(Math.round(wireOf(kind, orders).length / orders.length));
    const absent: FixBenchResult['absent'] = [];
    const contestants = [hotlap(ordersFile, options.cpus, Math.min(WARM_UP.hotlap, options.rounds * WARM_UP_A_ROUND))];
    const noQuickfix = await whyNoQuickfix();
    if (noQuickfix === undefined) contestants.push(...(await quickfix(ordersFile, options.cpus)));
    else absent.push({ subject: 'QuickFIX C++ round trip', reason: noQuickfix });
    contestants.push(await echo([meanBytes('NewOrderSingle'), meanBytes('ExecutionReport')], options.cpus));

    const samples = contestants.map(() => new Samples());
    const stalls = { count: 0, lostNs: 0, watchedNs: 0 };
    for (let round = 0; round < options.rounds; round++) {
      for (const [i, contestant] of contestants.entries()) {
        options.onStep(`round trip: ${contestant.subject}`);
        const measured = await contestant.measure();
        samples[i]?.addValues(measured.latencies);
        stalls.count += measured.stalls?.count ?? 0;
        stalls.lostNs += measured.stalls?.lostNs ?? 0;
        stalls.watchedNs += measured.stalls?.watchedNs ?? 0;
      }
    }
    const roundTrips: RoundTripRow[] = contestants.map(({ subject, how }, i) => ({
      subject,
      how,
      roundTrip: (samples[i] as Samples).summary(),
    }));
    const share = ((100 * stalls.lostNs) / stalls.watchedNs).toFixed(1);
    return {
      roundTrips,
      absent,
      stalls: `${stalls.count} stalls over 20 µs in ${stalls.watchedNs / 1e6} ms of an idle loop, ${share} % of its time`,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function hotlap(ordersFile: string, cpus: RoundTripOptions['cpus'], warmUp: number): Contestant {
  const side = (name: string): string[] => [
    process.execPath,
    '--single-threaded-gc',
    '--disable-warning=ExperimentalWarning',
    fileURLToPath(workerUrl(import.meta.url, `sides/${name}`)),
  ];
  return {
    subject: 'hotlap',
    how: 'FixOrderGateway and FixSession over TcpStream, MemoryStore, both sides busy-polled',
    async measure() {
      const acceptor = new SideProcess('hotlap', [...side('round-trip-acceptor'), String(cpus.acceptor)]);
      try {
        const { port } = JSON.parse(await acceptor.firstLine(START_TIMEOUT_MS)) as { port: number };
        const counts = [warmUp, TRIPS].map(String);
        const caller = [...side('round-trip-initiator'), `${port}`, `${cpus.initiator}`, ordersFile, ...counts];
        return await acceptor.whileItRuns((signal) => initiate('hotlap', caller, PAIR_TIMEOUT_MS, signal));
      } finally {
        await acceptor.end();
      }
    },
  };
}

/** As its documentation starts it, with one thread and with a thread for each connection; and spun by its own poll(). */
async function quickfix(ordersFile: string, cpus: RoundTripOptions['cpus']): Promise<Contestant[]> {
  const source = join(packageRoot, 'bench', 'fix', 'quickfix', 'round_trip.cc');
  const { path } = await compileWithQuickfix(source, '-O2');
  const settings = 'MemoryStore, no log, no dictionary, SocketNodelay=Y, CheckLatency=N; -O2';
  const modes = [
    ['select', 'QuickFIX C++', 'SocketInitiator and SocketAcceptor, start()'],
    ['threaded', 'QuickFIX C++, threaded', 'ThreadedSocketInitiator and ThreadedSocketAcceptor, start()'],
    ['poll', 'QuickFIX C++, poll()', 'SocketInitiator and SocketAcceptor, poll() called without a pause'],
  ] as const;
  return modes.map(([mode, subject, classes]) => ({
    subject,
    how: `${classes}; ${settings}`,
    measure: () =>
      pair(
        subject,
        (port) => [path, 'acceptor', port, `${cpus.acceptor}`, mode],
        (port) => [path, 'initiator', port, `${cpus.initiator}`, mode, ordersFile, `${WARM_UP.native}`, `${TRIPS}`],
      ),
  }));
}

async function echo(bytes: readonly string[], cpus: RoundTripOptions['cpus']): Promise<Contestant> {
  const path = await compile(join(packageRoot, 'bench', 'fix', 'echo', 'echo.cc'));
  return {
    subject: 'TCP echo',
    how: `bytes of the same sizes (${bytes.join(' and ')}) in C++, both sides busy-polled: the floor`,
    measure: () =>
      pair(
        'TCP echo',
        (port) => [path, 'acceptor', port, `${cpus.acceptor}`, ...bytes],
        (port) => [path, 'initiator', port, `${cpus.initiator}`, ...bytes, `${WARM_UP.native}`, `${TRIPS}`],
      ),
  };
}

async function pair(
  subject: string,
  acceptorOf: (port: string) => string[],
  initiatorOf: (port: string) => string[],
): Promise<Measured> {
  const port = String(await freePort());
  const acceptor = new SideProcess(subject, acceptorOf(port));
  try {
    return await acceptor.whileItRuns(async (signal) => {
      await sleep(LISTENING_MS, undefined, { signal });
      return initiate(subject, initiatorOf(port), PAIR_TIMEOUT_MS, signal);
    });
  } finally {
    await acceptor.end();
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}
