import { CAUSE, CELL } from '../../native/layout.ts';
import type { JournalCommand } from '../journal/records.ts';
import { GATEWAY_RESULT, type OrderGateway } from '../ports/order-gateway.ts';
import { LOG_LEVEL } from '../strategy/host.ts';
import type { OrderTable } from './order-table.ts';

/** Wait for the answer, for the orders' own reports behind it, and after a request that the session did not take. */
const ANSWER_NS = 1e9;
const REFUSED_NS = 1e6;

/** What `poll` has to say: nothing is under way, the venue has just been asked, or it waits. */
export const MASS_CANCEL = { over: 0, asked: 1, waiting: 2 } as const;

const IDLE = 0;
const WANTED = 1;
const ASKED = 2;
const ACCEPTED = 3;

export interface MassCancelParts {
  table: OrderTable;
  cells: Float64Array;
  log: (level: number, text: string) => void;
  /** Keeps that it has left: it belongs to no order, and its ClOrdID(11) is used up. */
  record: (command: JournalCommand) => void;
}

/** One OrderMassCancelRequest(q) for all orders of the session, and what becomes of it. */
export class MassCancel {
  private readonly parts: MassCancelParts;
  private gateway!: OrderGateway;
  private phase = IDLE;
  private ordinal = 0;
  /** Engine time until which the present phase lasts. */
  private readonly limit = Float64Array.of(Number.NEGATIVE_INFINITY);

  constructor(parts: MassCancelParts) {
    this.parts = parts;
  }

  connect(gateway: OrderGateway): void {
    this.gateway = gateway;
  }

  /** Engine time before which single cancels have to wait. */
  get dueNs(): number {
    return this.phase === IDLE ? Number.NEGATIVE_INFINITY : (this.limit[0] as number);
  }

  /** All that is open is to go. */
  want(): void {
    // One under way does not cover what has left behind it.
    if (this.gateway.offers.massCancel) this.enter(WANTED, Number.NEGATIVE_INFINITY);
  }

  /** Nothing is left that could be cancelled, or something that no request under way covers. */
  settled(): void {
    this.phase = IDLE;
  }

  /** What was asked on the connection before may be lost with it. */
  sessionUp(): void {
    if (this.phase !== IDLE) this.enter(WANTED, Number.NEGATIVE_INFINITY);
  }

  answered(ordinal: number, accepted: boolean, reason: string): void {
    if (this.phase !== ASKED || ordinal !== this.ordinal) return;
    if (accepted) {
      this.enter(ACCEPTED, (this.parts.cells[CELL.nowNs] as number) + ANSWER_NS);
      return;
    }
    this.phase = IDLE;
    this.parts.log(
      LOG_LEVEL.warn,
      `The venue refused the OrderMassCancelRequest(q): ${reason} Each order is cancelled singly.`,
    );
  }

  /** @returns one of MASS_CANCEL */
  poll(now: number): number {
    if (this.phase === IDLE) return MASS_CANCEL.over;
    if (now < (this.limit[0] as number)) return MASS_CANCEL.waiting;
    if (this.phase === WANTED) return this.ask(now);
    const what =
      this.phase === ASKED
        ? 'The venue has not answered the OrderMassCancelRequest(q)'
        : 'The venue took the OrderMassCancelRequest(q) and has not reported every order';
    this.parts.log(LOG_LEVEL.warn, `${what} within ${ANSWER_NS / 1e9} s: what is left is cancelled singly.`);
    this.phase = IDLE;
    return MASS_CANCEL.over;
  }

  private ask(now: number): number {
    const ordinal = this.parts.table.takeOrdinal();
    const result = ordinal < 0 ? GATEWAY_RESULT.storeFull : this.gateway.massCancel(ordinal, CAUSE.control);
    if (result !== GATEWAY_RESULT.sent) {
      this.limit[0] = now + REFUSED_NS;
      return MASS_CANCEL.asked;
    }
    this.ordinal = ordinal;
    this.enter(ASKED, now + ANSWER_NS);
    this.parts.record({
      timeNs: now,
      who: 'program',
      command: 'massCancel',
      arguments: { ordinal },
      ok: true,
      answer: 'An OrderMassCancelRequest(q) has left for all open orders.',
    });
    return MASS_CANCEL.asked;
  }

  private enter(phase: number, limitNs: number): void {
    this.phase = phase;
    this.limit[0] = limitNs;
  }
}
