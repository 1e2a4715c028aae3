import { CAUSE, CELL } from '../../native/layout.ts';
import { EXEC_TYPE, type ExecutionReport } from '../domain/execution.ts';
import { isOpen, ORDER_STATE } from '../domain/order-state.ts';
import type { RecoveredOrder, RecoveryReport } from '../domain/recovery-report.ts';
import type { RecoveredState } from '../journal/recovered.ts';
import type { InstrumentRegistry } from '../market/instrument-registry.ts';
import type { CancelSweep } from '../orders/cancel-sweep.ts';
import type { Executions } from '../orders/executions.ts';
import { COUNT, type OrderCounts } from '../orders/order-counts.ts';
import { FATE, fateOf } from '../orders/order-status.ts';
import type { OrderTable } from '../orders/order-table.ts';
import type { Positions } from '../orders/positions.ts';
import type { ReportHandler } from '../orders/report-handler.ts';
import type { StatusQueries } from '../orders/status-queries.ts';
import { GATEWAY_RESULT, type OrderGateway } from '../ports/order-gateway.ts';
import type { RiskChecks } from '../risk/checks.ts';
import type { KillSwitch } from '../risk/kill-switch.ts';
import { LOG_LEVEL } from '../strategy/host.ts';
import { Adoption } from './adoption.ts';
import { type CarryParts, carry } from './carry.ts';
import { findingSentence } from './finding-sentence.ts';
import { OrderMemory } from './order-memory.ts';
import { type RestoreParts, restore } from './restore.ts';
import { Findings, RowList } from './row-list.ts';
import type { RecoverySettings } from './settings.ts';

export interface ReconciliationParts {
  settings: RecoverySettings;
  table: OrderTable;
  executions: Executions;
  positions: Positions;
  counts: OrderCounts;
  queries: StatusQueries;
  sweep: CancelSweep;
  kills: Pick<KillSwitch, 'enforce' | 'leftBehind'>;
  registry: InstrumentRegistry;
  cells: Float64Array;
  /** Names by index, the house behind the last. */
  strategies: readonly string[];
  trading: { armed: boolean; recovering: boolean };
  /** Hears of each row that is in doubt or taken over. */
  changed: (row: number) => void;
  tell: (level: number, text: string) => void;
  /** What a person must hear of: into the log and the journal. */
  alert: (what: string) => void;
}

const NS_PER_MS = 1e6;
/** Wait for the answer to a mass status request, and after one that the session did not take. */
const MASS_ANSWER_NS = 5e9;
const RETRY_NS = 100e6;
/** Rows looked at in one turn. */
const ROWS_PER_TURN = 256;

const MASS = { none: 0, due: 1, asked: 2 } as const;

/**
 * Start and reconnection: asks the venue about every open order, by one OrderMassStatusRequest(AF) where it takes one and
 * by an OrderStatusRequest(H) each else, applies what it says, tells what was otherwise, and lets orders leave only then.
 * The answers come in sequence behind everything that the venue had to send again.
 *
 *   off     waiting ──Logon──▶ asking ──▶ cancelling ──▶ reconciled
 *             ▲  ▲               │            │       └─▶ refused ── `arm` by a person ──▶ reconciled
 *             │  └── connection lost ─────────┴───────────────┘
 */
export class Reconciliation {
  private readonly parts: ReconciliationParts;
  private readonly memory: OrderMemory;
  private readonly findings = new Findings();
  private readonly adoption: Adoption;
  /** Orders that are waited for: for an answer, then for the end of their cancel. */
  private readonly waiting: RowList;
  /** By row: the venue has answered it, in this round. */
  private readonly answered: Uint8Array;
  private gateway!: OrderGateway;
  private reports!: ReportHandler;
  private phase: RecoveryReport['state'] | 'off' = 'off';
  /** What the last round came to: a connection that is lost afterwards takes nothing of it back. */
  private concluded: RecoveryReport['state'] = 'waiting';
  /** When the round began, when it is given up, when something is due about the mass status request. */
  private readonly times = new Float64Array(3);
  private mass: number = MASS.none;
  private massOrdinal = 0;
  private rounds = 0;
  private asked = 0;
  private confirmed = 0;
  private elapsedMs = 0;
  private readonly reasons: string[] = [];
  private refusal = '';

  constructor(parts: ReconciliationParts) {
    this.parts = parts;
    const { capacity } = parts.table;
    this.memory = new OrderMemory(parts.table);
    this.waiting = new RowList(capacity);
    this.answered = new Uint8Array(capacity);
    this.adoption = new Adoption(parts);
  }

  connect(gateway: OrderGateway, reports: ReportHandler): void {
    this.gateway = gateway;
    this.reports = reports;
  }

  /** A start behind an earlier run. */
  resume(recovered: RecoveredState, parts: RestoreParts & CarryParts & { risk: RiskChecks }): void {
    restore(recovered, { ...parts, leftBehind: (strategy, row) => this.parts.kills.leftBehind(strategy, row) });
    parts.risk.rebuild();
    carry(parts);
    this.begin();
  }

  /** From now on nothing new leaves before the venue has said what is open. */
  private begin(): void {
    this.phase = 'waiting';
    this.parts.trading.recovering = true;
  }

  /** Reports go through `hear`. */
  get isAsking(): boolean {
    return this.phase === 'asking' || this.phase === 'cancelling';
  }

  /** A person who has looked at the venue arms all the same. */
  overrule(): void {
    if (this.phase === 'refused') this.settle();
  }

  sessionDown(): void {
    if (this.phase === 'off') return;
    if (this.phase === 'cancelling') this.waiting.clear();
    this.begin();
  }

  sessionUp(): void {
    if (this.phase === 'off') return;
    const { table, queries, settings } = this.parts;
    const now = this.now();
    this.phase = 'asking';
    this.concluded = 'waiting';
    this.rounds += 1;
    this.confirmed = 0;
    this.reasons.length = 0;
    this.adoption.begin();
    this.times[0] = now;
    this.times[1] = now + settings.timeoutMs * NS_PER_MS;
    this.times[2] = now;
    this.answered.fill(0);
    for (let row = 0; row < table.capacity; row += 1) {
      if (!isOpen(table.state[row] as number)) continue;
      // What a connection that was lost has left unanswered is still what it was before.
      if (!this.waiting.has(row)) this.memory.remember(row);
      this.doubt(row);
    }
    this.waiting.clear();
    this.waiting.addOpen(table);
    this.asked = this.waiting.count;
    this.mass = this.gateway.offers.massStatus ? MASS.due : MASS.none;
    queries.isHeld = this.mass !== MASS.none;
  }

  /** A report while the venue is being asked. Cold. */
  hear(report: ExecutionReport): void {
    const { table } = this.parts;
    const isStatus = report.execType === EXEC_TYPE.orderStatus;
    let row = this.reports.find(report);
    if (row < 0 && isStatus && fateOf(report) === FATE.live) row = this.adopt(report);
    const isAnswer =
      row >= 0 && (isStatus || report.execType === EXEC_TYPE.rejected) && table.state[row] === ORDER_STATE.inDoubt;
    if (isAnswer) {
      // Without its price the answer to the question about this one order has to come.
      if (!this.adoption.complete(row, report)) return;
      this.memory.recount(row);
    }
    this.reports.handle(report);
    if (isAnswer && table.state[row] !== ORDER_STATE.inDoubt) this.answered[row] = 1;
  }

  /** @param orders -1 where the venue refused the question */
  massStatus(ordinal: number, orders: number): void {
    if (this.mass !== MASS.asked || ordinal !== this.massOrdinal) return;
    if (orders < 0)
      this.parts.tell(
        LOG_LEVEL.warn,
        'The venue refuses an OrderMassStatusRequest(AF): orders are asked about singly.',
      );
    this.askSingly();
  }

  /** Bounded. @returns what was done */
  poll(): number {
    if (this.phase === 'asking') return this.askOn();
    return this.phase === 'cancelling' ? this.cancelOn() : 0;
  }

  report(): RecoveryReport | null {
    const summary = this.summary();
    return summary && { ...summary, orders: [...this.findings.orders] };
  }

  summary(): Omit<RecoveryReport, 'orders'> | null {
    if (this.phase === 'off') return null;
    const { rounds, asked, confirmed, elapsedMs, refusal } = this;
    const state = this.phase === 'waiting' ? this.concluded : this.phase;
    return { state, rounds, asked, confirmed, findings: { ...this.findings.counts }, elapsedMs, refusal };
  }

  /** @returns how many are over, and one where there is more to look at */
  private look(isOver: (row: number) => boolean): number {
    const isMore = this.waiting.count > ROWS_PER_TURN;
    return this.waiting.look(ROWS_PER_TURN, isOver) + (isMore ? 1 : 0);
  }

  private askOn(): number {
    const now = this.now();
    const asked = this.mass === MASS.none ? 0 : this.massQuestion(now);
    const over = asked + this.look((row) => this.isSettled(row));
    if (this.mass === MASS.none && this.waiting.count === 0) {
      this.conclude();
      return over + 1;
    }
    if (now >= (this.times[1] as number)) {
      this.waiting.each((row) => this.find(this.orderAt(row, 'unanswered')));
      this.conclude();
      return over + 1;
    }
    return over;
  }

  /** @returns 1 where it was asked, or is given up */
  private massQuestion(now: number): number {
    if (now < (this.times[2] as number) || !this.gateway.isReady()) return 0;
    if (this.mass === MASS.asked) {
      this.parts.tell(
        LOG_LEVEL.warn,
        'The venue does not answer an OrderMassStatusRequest(AF): orders are asked about singly.',
      );
      this.askSingly();
      return 1;
    }
    if (this.massOrdinal === 0) this.massOrdinal = Math.max(0, this.parts.table.takeOrdinal());
    const isSent =
      this.massOrdinal !== 0 && this.gateway.massStatus(this.massOrdinal, CAUSE.control) === GATEWAY_RESULT.sent;
    this.times[2] = now + (isSent ? MASS_ANSWER_NS : RETRY_NS);
    if (isSent) this.mass = MASS.asked;
    return 1;
  }

  private askSingly(): void {
    this.mass = MASS.none;
    this.massOrdinal = 0;
    this.parts.queries.isHeld = false;
  }

  /** Until the venue has answered for it, an order is asked about again whatever older reports have said of it meanwhile. */
  private isSettled(row: number): boolean {
    const { table, settings } = this.parts;
    const isOver = !isOpen(table.state[row] as number);
    if (this.answered[row] === 0 && !isOver) {
      if (table.state[row] !== ORDER_STATE.inDoubt) this.doubt(row);
      return false;
    }
    const isTold = this.answered[row] === 0;
    if (isTold) this.memory.recount(row);
    const finding = this.adoption.has(row) ? 'unknown' : this.memory.finding(row, isTold, settings.cancelOnDisconnect);
    if (finding === 'confirmed') this.confirmed += 1;
    else this.find(this.orderAt(row, finding));
    return true;
  }

  private conclude(): void {
    const { settings, table, queries, sweep } = this.parts;
    const { unsettled } = this.findings;
    queries.isHeld = false;
    const refuse = (isRefused: boolean, count: number, why: string): void => {
      if (isRefused && count > 0) this.reasons.push(`${count} ${count === 1 ? 'order' : 'orders'} ${why}`);
    };
    const unanswered = this.waiting.count;
    refuse(settings.unanswered === 'refuse', unanswered, 'of which the venue has not said in time what became of them');
    refuse(
      settings.differences === 'refuse',
      unsettled.difference,
      'that the venue has otherwise than its reports had told',
    );
    refuse(settings.unknownOrders === 'refuse', unsettled.unknown, 'open at the venue that the journal does not know');
    refuse(true, this.adoption.failed, 'open at the venue that could not be taken over');
    this.waiting.clear();
    if (settings.openOrders === 'cancel') {
      this.waiting.addOpen(table);
      sweep.begin(-1);
    } else if (settings.unknownOrders === 'cancel') {
      this.adoption.each((row) => {
        this.waiting.add(row);
        sweep.beginRow(row);
      });
    }
    // What was taken over just now may belong to what is killed.
    this.parts.kills.enforce();
    this.times[1] = this.now() + settings.timeoutMs * NS_PER_MS;
    this.phase = 'cancelling';
  }

  private cancelOn(): number {
    const { table } = this.parts;
    const over = this.look((row) => !isOpen(table.state[row] as number));
    if (this.waiting.count > 0 && this.now() < (this.times[1] as number)) return over;
    const left = this.waiting.count;
    if (left > 0)
      this.reasons.push(`${left} ${left === 1 ? 'order' : 'orders'} whose cancel the venue has not confirmed in time`);
    this.waiting.clear();
    this.elapsedMs = Math.round((this.now() - (this.times[0] as number)) / NS_PER_MS);
    if (this.reasons.length === 0) this.settle();
    else this.refuse();
    return 1;
  }

  private settle(): void {
    this.phase = 'reconciled';
    this.concluded = 'reconciled';
    this.refusal = '';
    this.findings.settle();
    this.parts.trading.recovering = false;
    const { asked, confirmed } = this;
    const orders = asked === 0 ? 'no order was open' : `of ${asked} open orders ${confirmed} are as they were`;
    this.parts.tell(LOG_LEVEL.info, `Reconciled with the venue: ${orders}.`);
  }

  private refuse(): void {
    const { trading, alert } = this.parts;
    this.phase = 'refused';
    this.concluded = 'refused';
    trading.armed = false;
    this.refusal = `The engine does not arm: ${this.reasons.join('; ')}. Look at the venue, then arm it by hand: hotlap ctl arm.`;
    alert(this.refusal);
  }

  private adopt(report: ExecutionReport): number {
    const { order, row } = this.adoption.adopt(report);
    if (row < 0) {
      if (order !== undefined) this.find(order);
      return -1;
    }
    this.memory.remember(row);
    this.waiting.add(row);
    this.doubt(row);
    return row;
  }

  private doubt(row: number): void {
    const { table, counts, queries } = this.parts;
    const replacement = table.replaceOrdinal[row] as number;
    // A request that nobody answers any more: the order may be cancelled again, by the name that the venue says.
    if (replacement !== 0) table.clearReplace(row);
    if (table.cancelOrdinal[row] !== 0) table.clearCancel(row);
    if (table.state[row] === ORDER_STATE.inDoubt && replacement === 0) return;
    if (table.state[row] !== ORDER_STATE.inDoubt) {
      table.state[row] = ORDER_STATE.inDoubt;
      counts.add(COUNT.inDoubt);
    }
    table.reasons[row] = 'The venue is asked what became of it.';
    queries.doubted(row, replacement);
    this.parts.changed(row);
  }

  private orderAt(row: number, finding: RecoveredOrder['finding']): RecoveredOrder {
    const { table, strategies, registry } = this.parts;
    const symbol = registry.all[table.instrument[row] as number]?.symbol ?? '';
    return this.memory.told(row, finding, strategies[table.strategy[row] as number] ?? '', symbol);
  }

  private find(order: RecoveredOrder): void {
    const { tell, alert } = this.parts;
    this.findings.add(order);
    if (order.finding === 'resolved') tell(LOG_LEVEL.info, findingSentence(order));
    else alert(findingSentence(order));
  }

  private now(): number {
    return this.parts.cells[CELL.nowNs] as number;
  }
}
