import { CELL } from '../../native/layout.ts';
import type { CancelSweep } from '../orders/cancel-sweep.ts';
import type { OrderTable } from '../orders/order-table.ts';
import type { OrderGateway } from '../ports/order-gateway.ts';
import { HEARTBEAT } from './heartbeat.ts';

const RUNNING = 0;
const CANCELLING = 1;
const LOGGING_OUT = 2;
const STOPPED = 3;

const NS_PER_MS = 1e6;

/** An orderly end: cancel open orders, wait for the answers, log out, wait for the answer. Each wait is bounded in engine time. */
export class StopSequence {
  reason = '';
  private readonly cells: Float64Array;
  private readonly heartbeat: Int32Array;
  private readonly table: OrderTable;
  private readonly sweep: CancelSweep;
  private readonly gateway: OrderGateway;
  private readonly timeoutNs: number;
  private readonly limit = new Float64Array(1);
  private phase = RUNNING;

  constructor(
    cells: Float64Array,
    heartbeat: Int32Array,
    table: OrderTable,
    sweep: CancelSweep,
    gateway: OrderGateway,
    timeoutMs: number,
  ) {
    this.cells = cells;
    this.heartbeat = heartbeat;
    this.table = table;
    this.sweep = sweep;
    this.gateway = gateway;
    this.timeoutNs = timeoutMs * NS_PER_MS;
  }

  get requested(): boolean {
    return this.phase !== RUNNING;
  }

  get over(): boolean {
    return this.phase === STOPPED;
  }

  /** Engine time at which the present wait is given up; Infinity when there is none. */
  get limitNs(): number {
    return this.requested && !this.over ? (this.limit[0] as number) : Number.POSITIVE_INFINITY;
  }

  begin(reason: string): void {
    this.reason = reason;
    this.enter(CANCELLING);
    this.heartbeat[HEARTBEAT.phase] = 2;
    this.sweep.begin(-1);
  }

  /** At once, without a word to the venue. */
  abandon(reason: string): void {
    this.reason = reason;
    this.finish();
  }

  /** The venue's side is down: nothing more can come. */
  sessionDown(): void {
    if (this.requested) this.finish();
  }

  /** @returns 1 when something was done */
  poll(): number {
    if (this.phase === CANCELLING) return this.cancelling();
    if (this.phase === LOGGING_OUT && this.timedOut()) return this.finish();
    return 0;
  }

  private cancelling(): number {
    if (this.table.open === 0 || !this.gateway.isReady() || this.timedOut()) return this.logOut();
    return 0;
  }

  private logOut(): number {
    if (!this.gateway.isReady()) return this.finish();
    this.enter(LOGGING_OUT);
    this.gateway.logout(this.reason);
    return 1;
  }

  private finish(): number {
    this.phase = STOPPED;
    this.heartbeat[HEARTBEAT.phase] = 3;
    return 1;
  }

  private enter(phase: number): void {
    this.phase = phase;
    this.limit[0] = (this.cells[CELL.nowNs] as number) + this.timeoutNs;
  }

  private timedOut(): boolean {
    return (this.cells[CELL.nowNs] as number) >= (this.limit[0] as number);
  }
}
