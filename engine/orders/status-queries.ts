import { CAUSE, CELL } from '../../native/layout.ts';
import { ORDER_STATE } from '../domain/order-state.ts';
import type { Side } from '../domain/side.ts';
import { GATEWAY_RESULT, type OrderGateway } from '../ports/order-gateway.ts';
import { COUNT, type OrderCounts } from './order-counts.ts';
import type { OrderTable } from './order-table.ts';

/** Of one turn: questions sent, and rows looked at for one that is due. */
const QUESTIONS_PER_TURN = 16;
const ROWS_PER_TURN = 512;
/** Questions about one order after each Logon: a venue that stays silent is not asked for ever. */
const MAX_QUESTIONS = 3;
/** Wait for an answer, and after a question that the session did not take. */
const ANSWER_NS = 5e9;
const REFUSED_NS = 100e6;

/** Asks the venue what it knows of each order in doubt; what it answers, the report handler applies. */
export class StatusQueries {
  private readonly table: OrderTable;
  private readonly counts: OrderCounts;
  private readonly cells: Float64Array;
  private gateway!: OrderGateway;
  /** By row: questions since the Logon or the doubt, when the next is due. */
  private readonly questions: Uint8Array;
  private readonly dueNs: Float64Array;
  /** When a pass over the rows is due, and the earliest time that the pass under way has seen. */
  private readonly pass = Float64Array.of(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
  private row = 0;
  /** One question about all orders is under way: none is asked about singly. */
  isHeld = false;

  constructor(table: OrderTable, counts: OrderCounts, cells: Float64Array) {
    this.table = table;
    this.counts = counts;
    this.cells = cells;
    this.questions = new Uint8Array(table.capacity);
    this.dueNs = new Float64Array(table.capacity);
  }

  connect(gateway: OrderGateway): void {
    this.gateway = gateway;
  }

  /** What was asked on the connection before may be lost with it: everything is asked anew. */
  sessionUp(): void {
    this.questions.fill(0);
    this.dueNs.fill(Number.NEGATIVE_INFINITY);
    this.begin();
  }

  /** @param replacement ordinal of the replacement that is in doubt; 0 where the order itself is */
  doubted(row: number, replacement: number): void {
    this.table.doubtedReplacement[row] = replacement;
    this.ask(row);
  }

  settled(row: number): void {
    this.table.doubtedReplacement[row] = 0;
  }

  /** Ordinal of the replacement that is in doubt; 0 for none. */
  replacementOf(row: number): number {
    return this.table.doubtedReplacement[row] as number;
  }

  isReplacement(row: number, ordinal: number): boolean {
    return ordinal > 0 && this.table.doubtedReplacement[row] === ordinal;
  }

  /** The venue never had the replacement: what is left to ask for is the order. */
  replacementUnknown(row: number): void {
    this.table.doubtedReplacement[row] = 0;
    this.ask(row);
  }

  /** Row of an order whose replacement is in doubt, by the replacement's ordinal; -1 for none. Cold. */
  rowOf(ordinal: number): number {
    return ordinal > 0 && this.counts.of(COUNT.inDoubt) > 0 ? this.table.doubtedReplacement.indexOf(ordinal) : -1;
  }

  /** Engine time of the next question; Infinity while there is none, or nobody to ask. */
  nextDueNs(): number {
    return this.counts.of(COUNT.inDoubt) > 0 && !this.isHeld && this.gateway.isReady()
      ? (this.pass[0] as number)
      : Number.POSITIVE_INFINITY;
  }

  /** Bounded. @returns questions sent, and one more while a pass is under way */
  poll(): number {
    if (this.isHeld || this.counts.of(COUNT.inDoubt) === 0) return 0;
    const now = this.cells[CELL.nowNs] as number;
    if (now < (this.pass[0] as number) || !this.gateway.isReady()) return 0;
    const { table, pass, dueNs } = this;
    const end = Math.min(table.capacity, this.row + ROWS_PER_TURN);
    let sent = 0;
    for (; this.row < end && sent < QUESTIONS_PER_TURN; this.row += 1) {
      const { row } = this;
      if (table.state[row] !== ORDER_STATE.inDoubt || (this.questions[row] as number) >= MAX_QUESTIONS) continue;
      if ((dueNs[row] as number) <= now) {
        if (this.question(row) !== GATEWAY_RESULT.sent) {
          // Messages are being sent again, or the transport is full: the pass goes on here.
          pass[0] = now + REFUSED_NS;
          return sent + 1;
        }
        sent += 1;
        this.questions[row] = (this.questions[row] as number) + 1;
        dueNs[row] = now + ANSWER_NS;
      }
      pass[1] = Math.min(pass[1] as number, dueNs[row] as number);
    }
    // There is more to look at: no turn to idle after.
    if (this.row < table.capacity) return sent + 1;
    pass[0] = pass[1] as number;
    pass[1] = Number.POSITIVE_INFINITY;
    this.row = 0;
    return sent + 1;
  }

  private question(row: number): number {
    const { table } = this;
    const replacement = table.doubtedReplacement[row] as number;
    // A venue that keeps silent about a name that it has never had is asked by the other one.
    const isByReplacement = replacement > 0 && (this.questions[row] as number) % 2 === 0;
    return this.gateway.queryStatus(
      isByReplacement ? replacement : (table.ordinal[row] as number),
      table.instrument[row] as number,
      table.side[row] as Side,
      table.terms[row] as number,
      CAUSE.control,
    );
  }

  private ask(row: number): void {
    this.questions[row] = 0;
    this.dueNs[row] = Number.NEGATIVE_INFINITY;
    this.begin();
  }

  private begin(): void {
    this.row = 0;
    this.pass[0] = Number.NEGATIVE_INFINITY;
    this.pass[1] = Number.POSITIVE_INFINITY;
  }
}
