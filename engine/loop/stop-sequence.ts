import { CAUSE, CELL } from '../../native/layout.ts';
import type { OrderDesk } from '../orders/order-desk.ts';
import type { OrderTable } from '../orders/order-table.ts';
import type { OrderGateway } from '../ports/order-gateway.ts';
import { HEARTBEAT } from './heartbeat.ts';

const RUNNING = 0;
const CANCELLING = 1;
const LOGGING_OUT = 2;
const STOPPED = 3;

const NS_PER_MS = 1e6;
/** Cancels of one order that a stop sends, when the venue refuses the first (of a replace that was refused). */
const MAX_ROUNDS = 3;

/** An orderly end: cancel open orders, wait for the answers, log out, wait for the answer. Each wait is bounded in engine time. */
export class StopSequence {
  reason = '';
  private readonly cells: Float64Array;
  private readonly heartbeat: Int32Array;
  private readonly table: OrderTable;
  private readonly desk: OrderDesk;
  private readonly gateway: OrderGateway;
  private readonly timeoutNs: number;
  private readonly limit = new Float64Array(1);
  private phase = RUNNING;
  private rounds = 0;

  constructor(
    cells: Float64Array,
    heartbeat: Int32Array,
    table: OrderTable,
    desk: OrderDesk,
    gateway: OrderGateway,
    timeoutMs: number,
  ) {
    this.cells = cells;
    this.heartbeat = heartbeat;
    this.table = table;
    this.desk = desk;
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
    if (this.rounds >= MAX_ROUNDS) return 0;
    const cancels = this.desk.cancelAll(-1, CAUSE.control);
    // Refused by the transport for now: the next turn tries again. All on their way: one round is over.
    if (cancels.sent > 0 && cancels.left === 0) this.rounds += 1;
    return cancels.sent;
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
