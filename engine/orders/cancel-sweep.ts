import { CAUSE, CELL } from '../../native/layout.ts';
import { isOpen } from '../domain/order-state.ts';
import { GATEWAY_RESULT, type OrderGateway } from '../ports/order-gateway.ts';
import { MASS_CANCEL, type MassCancel } from './mass-cancel.ts';
import type { OrderTable } from './order-table.ts';

/** Of one turn: cancels sent, so that reports are read between them; and rows looked at for one that is due. */
const CANCELS_PER_TURN = 64;
const ROWS_PER_TURN = 1_024;
/** Cancels that one order gets, until the next Logon: a venue that refuses or keeps silent is not asked for ever. */
const MAX_ROUNDS = 3;
/** Wait for the answer to a cancel, and after one that the session did not take. */
const ANSWER_NS = 2e9;
const REFUSED_NS = 1e6;

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
  onCancelSent(strategy: number): void;
  /** An order that was to be cancelled is not open any more. */
  onClosed(strategy: number): void;
  /** So many orders are left that nothing more is sent for until the next Logon: a person has to ask the venue. */
  onGivenUp(orders: number): void;
}

/**
 * Cancels what is open, of one strategy or of all, over as many turns as it takes: what the transport refuses, the venue
 * refuses or nobody answers is asked again, and what a lost session has left is asked after the next Logon. Where all is
 * to go and the venue takes an OrderMassCancelRequest(q), that goes first, and single cancels follow for what it leaves.
 */
export class CancelSweep {
  listener: SweepListener = { onCancelSent: () => {}, onClosed: () => {}, onGivenUp: () => {} };
  private readonly parts: SweepParts;
  private gateway!: OrderGateway;
  /** By row: 1 for an order that is to go; its cancels, and when the last of them left. */
  private readonly wanted: Uint8Array;
  private readonly rounds: Uint8Array;
  private readonly askedNs: Float64Array;
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

  /** The venue has said something of an order. */
  changed(row: number): void {
    if (this.wanted[row] !== 1) return;
    if (!isOpen(this.parts.table.state[row] as number)) this.closed(row);
    // A cancel that was refused is sent again.
    else if (this.parts.table.cancelOrdinal[row] === 0) this.look();
  }

  /** What was asked on the connection before may be lost with it. */
  sessionUp(): void {
    this.parts.massCancel.sessionUp();
    if (this.left === 0) return;
    this.rounds.fill(0);
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
    if (mass !== MASS_CANCEL.over) return mass === MASS_CANCEL.sent ? 1 : 0;
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
      if (!this.send(row, now)) return sent;
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
    return sent;
  }

  private isDue(row: number, now: number): boolean {
    const isLast = (this.rounds[row] as number) >= MAX_ROUNDS;
    if (!isLast && this.parts.table.cancelOrdinal[row] === 0) return true;
    const due = (this.askedNs[row] as number) + ANSWER_NS;
    if (due > now) this.pass[1] = Math.min(this.pass[1] as number, due);
    else if (isLast) this.givenUp += 1;
    return due <= now && !isLast;
  }

  /** @returns false where the session takes no message just now: the pass goes on with this row */
  private send(row: number, now: number): boolean {
    const { table } = this.parts;
    // One that nobody has answered: another asks under a name of its own.
    if (table.cancelOrdinal[row] !== 0) table.clearCancel(row);
    // By the name of a replacement that was never answered the venue did not know the order: by its own it may.
    if ((this.rounds[row] as number) === MAX_ROUNDS - 1 && table.replaceOrdinal[row] !== 0) table.clearReplace(row);
    if (this.parts.sendCancel(row, CAUSE.control) !== GATEWAY_RESULT.sent) {
      this.pass[0] = now + REFUSED_NS;
      return false;
    }
    this.rounds[row] = (this.rounds[row] as number) + 1;
    this.askedNs[row] = now;
    this.pass[1] = Math.min(this.pass[1] as number, now + ANSWER_NS);
    this.listener.onCancelSent(table.strategy[row] as number);
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
    // A cancel that its strategy has sent already gets its time.
    this.askedNs[row] = this.parts.cells[CELL.nowNs] as number;
  }

  private closed(row: number): void {
    this.wanted[row] = 0;
    this.left -= 1;
    if (this.left === 0) this.parts.massCancel.settled();
    this.listener.onClosed(this.parts.table.strategy[row] as number);
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
