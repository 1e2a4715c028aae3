/** A process of its own for the guard, since V8's flags cannot be set later: `node FLAGS guard-process.ts REQUEST`, with an IPC channel. */
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { DEFAULT_LOOP, DEFAULT_SIMULATION } from '../../../app/config/index.ts';
import { bundleAll, openWarmUp, planEngine } from '../../../app/drive-engine.ts';
import { feedMidnightMs } from '../../../app/engine-time.ts';
import type { EngineOptions } from '../../../app/options.ts';
import { OrderLogDrain } from '../../../app/order-log-drain.ts';
import { openRecording } from '../../../app/recording/open-recording.ts';
import { WIDE_LIMITS } from '../../../engine/risk/limits.ts';
import type { GuardReport, GuardRequest } from './guard-report.ts';

const request = JSON.parse(process.argv[2] as string) as GuardRequest;
const date = '2026-01-05';
const options: EngineOptions = {
  strategies: request.strategies.map(({ source, params }) => ({
    source,
    folder: process.cwd(),
    params: { symbol: request.symbol, ...params },
  })),
  // Orders are what is watched: none may be refused.
  risk: WIDE_LIMITS,
  loop: DEFAULT_LOOP,
  seconds: null,
  out: null,
  date,
  warmUpMessages: request.rehearsedMessages,
};
/** All of it: while the hot thread is watched, no other one works. */
const RING_BYTES = 64 << 20;
const recording = await openRecording(request.recording, null, RING_BYTES);
const warmUp = await openWarmUp(options);
const plan = planEngine(options, {
  venue: 'simulator',
  strategies: await bundleAll(options),
  source: { mode: 'replay', recording: recording.plan, speed: 0, paused: false, simulation: DEFAULT_SIMULATION },
  rehearsals: warmUp.plans,
  armed: true,
  day0Ms: feedMidnightMs(date),
});
const orderLog = new OrderLogDrain(plan.memory.orderLog, false);
setInterval(() => orderLog.drain(), 2);
const worker = new Worker(new URL('./guard-worker.ts', import.meta.url), { workerData: { ...request, plan } });
worker.once('error', (error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
worker.once('message', (report: Omit<GuardReport, 'otherStack'>) => {
  process.send?.({ ...report, otherStack: ownStack() } satisfies GuardReport, () => process.exit(0));
});

function ownStack(): GuardReport['otherStack'] {
  const [, from, to] = /^(\w+)-(\w+) .*\[stack\]$/m.exec(readFileSync('/proc/self/maps', 'utf8')) as RegExpExecArray;
  return { from: BigInt(`0x${from}`), to: BigInt(`0x${to}`) };
}
