/** How the engine is: what the main thread sees of it, and what the loop says of itself. */
import type { EngineStatus } from '../../engine/engine.ts';
import { HEARTBEAT } from '../../engine/loop/heartbeat.ts';
import { CELL, CELLS_DOUBLES } from '../../native/index.ts';
import type { ReceiveTransport, SendTransport } from '../../report/run-result.ts';
import { version } from '../version.ts';
import type { Controlled } from './answer-requests.ts';

/** HEARTBEAT.phase. */
const PHASES = ['starting', 'running', 'stopping', 'stopped'] as const;

export interface StatusReport {
  readonly version: string;
  readonly pid: number;
  readonly uptimeSeconds: number;
  readonly venue: string;
  readonly phase: (typeof PHASES)[number];
  /** The strategy that is being called just now, where the loop does not answer. */
  readonly calling: string | null;
  readonly clOrdIdPrefix: string;
  /** How the feed comes, and what was passed over for it; null as long as it is not open. */
  readonly receive: ReceiveTransport | null;
  /** How orders leave, in the same way. */
  readonly send: SendTransport | null;
  /** Messages of the feed so far. */
  readonly messages: number;
  /** Null where the loop has not answered. */
  readonly loop: EngineStatus | null;
}

export function statusReport({ plan, venue, receiving, sending }: Controlled, loop: EngineStatus | null): StatusReport {
  const heartbeat = new Int32Array(plan.memory.heartbeat);
  const called = plan.strategies[Atomics.load(heartbeat, HEARTBEAT.strategy) - 1];
  return {
    version: version(),
    pid: process.pid,
    uptimeSeconds: Math.round(process.uptime()),
    venue,
    phase: PHASES[Atomics.load(heartbeat, HEARTBEAT.phase)] ?? 'starting',
    calling: loop === null ? (called?.id ?? null) : null,
    clOrdIdPrefix: plan.clOrdIdPrefix,
    receive: receiving(),
    send: sending(),
    messages: new Float64Array(plan.memory.cells, 0, CELLS_DOUBLES)[CELL.messages] as number,
    loop,
  };
}
