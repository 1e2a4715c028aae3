import { CAUSE, CELL } from '../../native/layout.ts';
import type { ExecutionReport } from '../domain/execution.ts';
import { isOpen } from '../domain/order-state.ts';
import { GATEWAY_RESULT, type OrderGateway } from '../ports/order-gateway.ts';
import { MASS_CANCEL, type MassCancel } from './mass-cancel.ts';
import type { OrderTable } from './order-table.ts';

/** Of one turn: cancels sent, so that reports are read between them; and rows looked at for one that is due. */
const CANCELS_PER_TURN = 64;
const ROWS_PER_TURN = 1_024;
/** Cancels that one order gets, until the next Logon, before a person is told; what is killed gets more, slowly. */
const MAX_ROUNDS = 3;
const SLOW_NS = 30e9;
/** Wait for the answer to a cancel, and after one that the session did not take. */
const ANSWER_NS = 2e9;
const NOT_TAKEN_NS = 1e6;
/** Wait after a cancel that the venue has refused, twice as long after each, so many times. */
const REFUSED_NS = 100e6;
const MAX_DOUBLINGS = 6;
/** CxlRejReason(102): the order is in Pending Cancel or Pending Replace status already. */
const ALREADY_PENDING = 3;

export interface SweepParts {
  table: OrderTable;
  cells: Float64Array;
  /** @returns one of GATEWAY_RESULT, or -1 below any where no number is left for ClOrdID(11) */
  sendCancel: (row: number, cause: number) => number;
  massCancel: MassCancel;
}

/** Who hears how a sweep goes on. */
export interface SweepListener {
  /** A cancel has left. */
  onCancelSent(strategy: number, row: number): void;
  /** An order that was to be cancelled is not open any more. */
  onClosed(strategy: number, row: number): void;
  /** So many orders are left that the venue was asked about often enough: a person has to ask it. */
  onGivenUp(orders: number): void;
  /** A latched kill stands against the order: it is asked about for ever. */
  isHeld(strategy: number, row: number): boolean;
}

/**
 * Cancels what is open, of one strategy or of all, over as many turns as it takes: what the transport refuses, the venue
 * refuses or nobody answers is asked again, and what a lost session has left is asked after the next Logon. Where all is
 * to go and the venue takes an OrderMassCancelRequest(q), that goes first, and single cancels follow for what it leaves.
 */
export class CancelSweep {
  listener: SweepListener = { onCancelSent: () => {}, onClosed: () => {}, onGivenUp: () => {}, isHeld: () => false };
  private readonly parts: SweepParts;
  private gateway!: OrderGateway;
  /** By row: 1 for an order that is to go; its cancels, and when the last of them left. */
  private readonly wanted: Uint8Array;
  private readonly rounds: Uint8Array;
  private readonly askedNs: Float64Array;
  /** By row: 1 while a cancel waits for its answer; how many were refused, and when the next may leave after that. */
  private readonly asked: Uint8Array;
  private readonly refusals: Uint8Array;
  private readonly againNs: Float64Array;
  /** When a pass over the rows is due, and the earliest time that the pass under way has seen. */
  private readonly pass = Float64Array.of(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
  private row = 0;
  /** Orders that are to go and have not gone yet; of them, those that this pass has found given up, and that were told. */
  private left = 0;
  private givenUp = 0;
  private told = 0;

  constructor(parts: SweepParts) {
    this.parts = parts;
    const { capacity } = parts.table;
    this.wanted = new Uint8Array(capacity);
    this.rounds = new Uint8Array(capacity);
    this.askedNs = new Float64Array(capacity);
    this.asked = new Uint8Array(capacity);
    this.refusals = new Uint8Array(capacity);
    this.againNs = new Float64Array(capacity);
  }

  connect(gateway: OrderGateway): void {
    this.gateway = gateway;
    this.parts.massCancel.connect(gateway);
  }

  /** Words for a person: cancels leave now, or once there is a session to send them in. */
  get when(): string {
    return this.gateway.isReady() ? 'being cancelled' : 'to be cancelled after the next Logon';
  }

  /** Open orders of a strategy, or of all (-1). Cold. */
  count(strategy: number): number {
    let open = 0;
    for (let row = 0; row < this.wanted.length; row += 1) if (this.isOf(row, strategy)) open += 1;
    return open;
  }

  /** @param strategy -1 for all @returns orders of it that are open now */
  begin(strategy: number): number {
    const { massCancel } = this.parts;
    const before = this.left;
    let open = 0;
    for (let row = 0; row < this.wanted.length; row += 1) {
      if (!this.isOf(row, strategy)) continue;
      this.want(row);
      open += 1;
    }
    if (open === 0) return 0;
    if (strategy < 0) massCancel.want();
    else if (this.left > before) massCancel.settled();
    this.start();
    return open;
  }

  /** One order alone. */
  beginRow(row: number): void {
    if (this.wanted[row] === 0) this.parts.massCancel.settled();
    this.want(row);
    this.start();
  }

  /** A row was taken for a new order. */
  opened(row: number): void {
    if (this.wanted[row] === 1) this.closed(row);
    this.rounds[row] = 0;
  }

  /** Before the order manager: a refusal because a request is under way at the venue is one more chance, not one less. */
  hear({ cancelReject, rejectReason, clOrdOrdinal }: ExecutionReport): void {
    if (!cancelReject || rejectReason !== ALREADY_PENDING) return;
    const { table } = this.parts;
    const row = table.find(clOrdOrdinal);
    if (row < 0 || table.cancelOrdinal[row] !== clOrdOrdinal) return;
    const rounds = this.rounds[row] as number;
    if (rounds > 0 && rounds <= MAX_ROUNDS && (this.refusals[row] as number) < MAX_DOUBLINGS)
      this.rounds[row] = rounds - 1;
  }

  /** The venue has said something of an order. */
  changed(row: number): void {
    if (this.wanted[row] !== 1) return;
    if (!isOpen(this.parts.table.state[row] as number)) this.closed(row);
    else if (this.asked[row] === 1 && this.parts.table.cancelOrdinal[row] === 0) this.refused(row);
  }

  /** What was asked on the connection before may be lost with it. */
  sessionUp(): void {
    this.parts.massCancel.sessionUp();
    if (this.left === 0) return;
    this.rounds.fill(0);
    this.refusals.fill(0);
    this.againNs.fill(0);
    this.askedNs.fill(this.parts.cells[CELL.nowNs] as number);
    this.look();
  }

  massCancelAnswered(ordinal: number, accepted: boolean, reason: string): void {
    this.parts.massCancel.answered(ordinal, accepted, reason);
    this.look();
  }

  /** Engine time of the next thing to do; Infinity while there is none, or no session to do it in. */
  nextDueNs(): number {
    return this.left > 0 && this.gateway.isReady()
      ? Math.max(this.pass[0] as number, this.parts.massCancel.dueNs)
      : Number.POSITIVE_INFINITY;
  }

  /** Bounded. @returns messages sent, and one more while a pass is under way */
  poll(): number {
    if (this.left === 0) return 0;
    const { table, cells, massCancel } = this.parts;
    const now = cells[CELL.nowNs] as number;
    if (now < (this.pass[0] as number) || !this.gateway.isReady()) return 0;
    const mass = massCancel.poll(now);
    if (mass !== MASS_CANCEL.over) return mass === MASS_CANCEL.asked ? 1 : 0;
    const { pass } = this;
    const end = Math.min(table.capacity, this.row + ROWS_PER_TURN);
    let sent = 0;
    for (; this.row < end && sent < CANCELS_PER_TURN; this.row += 1) {
      const { row } = this;
      if (this.wanted[row] !== 1) continue;
      if (!isOpen(table.state[row] as number)) {
        this.closed(row);
        continue;
      }
      if (!this.isDue(row, now)) continue;
      if (!this.send(row, now)) return sent + 1;
      sent += 1;
    }
    // There is more to look at: no turn to idle after.
    if (this.row < table.capacity) return sent + 1;
    pass[0] = pass[1] as number;
    pass[1] = Number.POSITIVE_INFINITY;
    this.row = 0;
    if (this.givenUp > this.told) this.listener.onGivenUp(this.givenUp);
    this.told = this.givenUp;
    this.givenUp = 0;
    return sent + 1;
  }

  private isDue(row: number, now: number): boolean {
    const { table } = this.parts;
    const askedNs = this.askedNs[row] as number;
    const rounds = this.rounds[row] as number;
    const due = table.cancelOrdinal[row] === 0 ? (this.againNs[row] as number) : askedNs + ANSWER_NS;
    if (rounds < MAX_ROUNDS || (rounds === MAX_ROUNDS && due > now)) return due <= now || this.later(due);
    const isHeld = this.listener.isHeld(table.strategy[row] as number, row);
    const slow = isHeld ? askedNs + SLOW_NS : Number.POSITIVE_INFINITY;
    if (slow <= now) return true;
    this.givenUp += 1;
    return this.later(slow);
  }

  /** @returns false */
  private later(dueNs: number): boolean {
    this.pass[1] = Math.min(this.pass[1] as number, dueNs);
    return false;
  }

  /** Its cancel was refused: another waits a while, so that what the order is busy with may pass. */
  private refused(row: number): void {
    const { pass } = this;
    const refusals = this.refusals[row] as number;
    const again = (this.parts.cells[CELL.nowNs] as number) + REFUSED_NS * 2 ** Math.min(refusals, MAX_DOUBLINGS - 1);
    this.asked[row] = 0;
    this.refusals[row] = Math.min(refusals + 1, MAX_DOUBLINGS);
    this.againNs[row] = again;
    pass[0] = Math.min(pass[0] as number, again);
    pass[1] = Math.min(pass[1] as number, again);
  }

  /** @returns false where the session takes no message just now: the pass goes on with this row */
  private send(row: number, now: number): boolean {
    const { table } = this.parts;
    // One that nobody has answered: another asks under a name of its own.
    if (table.cancelOrdinal[row] !== 0) table.clearCancel(row);
    // By the name of a replacement that was never answered the venue did not know the order: by its own it may.
    const rounds = this.rounds[row] as number;
    if (rounds >= MAX_ROUNDS - 1 && table.replaceOrdinal[row] !== 0) table.clearReplace(row);
    if (this.parts.sendCancel(row, CAUSE.control) !== GATEWAY_RESULT.sent) {
      this.pass[0] = now + NOT_TAKEN_NS;
      return false;
    }
    if (rounds >= MAX_ROUNDS) this.givenUp += 1;
    this.rounds[row] = Math.min(rounds + 1, MAX_ROUNDS + 1);
    this.asked[row] = 1;
    this.askedNs[row] = now;
    this.later(now + ANSWER_NS);
    this.listener.onCancelSent(table.strategy[row] as number, row);
    return true;
  }

  private isOf(row: number, strategy: number): boolean {
    const { table } = this.parts;
    return isOpen(table.state[row] as number) && (strategy < 0 || table.strategy[row] === strategy);
  }

  private want(row: number): void {
    if (this.wanted[row] === 0) this.left += 1;
    this.wanted[row] = 1;
    this.rounds[row] = 0;
    this.refusals[row] = 0;
    this.againNs[row] = 0;
    // A cancel that its strategy has sent already gets its time.
    this.asked[row] = this.parts.table.cancelOrdinal[row] === 0 ? 0 : 1;
    this.askedNs[row] = this.parts.cells[CELL.nowNs] as number;
  }

  private closed(row: number): void {
    this.wanted[row] = 0;
    this.left -= 1;
    if (this.left === 0) this.parts.massCancel.settled();
    this.listener.onClosed(this.parts.table.strategy[row] as number, row);
  }

  private start(): void {
    this.look();
    this.poll();
  }

  private look(): void {
    this.row = 0;
    this.givenUp = 0;
    this.pass[0] = Number.NEGATIVE_INFINITY;
    this.pass[1] = Number.POSITIVE_INFINITY;
  }
}
