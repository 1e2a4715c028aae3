/** The real engine in a replay, on a thread of its own: warm, then watched. Posts one GuardReport. */
import { existsSync, statSync } from 'node:fs';
import { GCProfiler } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import type { EnginePlan, ReplayPlan } from '../../../app/engine-plan.ts';
import { MemoryMeter } from '../../../app/measure-memory.ts';
import { openReplay } from '../../../app/open-replay.ts';
import { planStrategies } from '../../../app/plan-strategies.ts';
import { rehearse } from '../../../app/rehearse.ts';
import { CELL } from '../../../native/index.ts';
import { type GuardReport, type GuardRequest, PARTS } from './guard-report.ts';

const { plan, warmEvents, watchedEvents, traceFile } = workerData as GuardRequest & { plan: EnginePlan };
const source = plan.source as ReplayPlan;
const cast = planStrategies(plan.strategies);
rehearse(plan, cast);
const { engine, cells, close } = openReplay({ plan, strategies: cast(), memory: plan.memory }, source);
const traced = (): number => (traceFile !== null && existsSync(traceFile) ? statSync(traceFile).size : 0);

turnUntil(warmEvents);
const before = engine.stats();
const traceStart = traced();
const bytes: number[] = [];
// What the way here has left is not collected in the watch.
(globalThis as { gc?: (options: { type: 'minor' }) => void }).gc?.({ type: 'minor' });
const collector = new GCProfiler();
collector.start();
for (let part = 1; part <= PARTS; part++) {
  const meter = new MemoryMeter();
  meter.start(cells[CELL.events]);
  turnUntil(before.events + (watchedEvents * part) / PARTS);
  bytes.push(meter.stop().bytes);
}
const collections = collector.stop().statistics.map(({ gcType }) => gcType);
const traceEnd = traced();
const after = engine.stats();
const report: Omit<GuardReport, 'otherStack'> = {
  events: after.events - before.events,
  orders: after.orders.sent - before.orders.sent,
  refused: after.orders.refusedByRisk,
  bytes,
  collections,
  traceStart,
  traceEnd,
};
parentPort?.postMessage(report);
close();

function turnUntil(events: number): void {
  while (cells[CELL.events] < events) {
    for (let i = 0; i < 64; i++) engine.turn();
    if (engine.stopped) throw new Error(`the recording ended after ${cells[CELL.events]} events`);
  }
}
