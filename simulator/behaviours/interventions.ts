import type { EngineClock } from '../../engine/ports/clock.ts';
import { EXEC_TYPE, ORD_STATUS } from '../../gateway/index.ts';
import { CELL } from '../../native/layout.ts';
import type { Identifiers } from '../acceptor/identifiers.ts';
import type { ReportQueue } from '../acceptor/report-queue.ts';
import type { ReportWriter } from '../acceptor/report-writer.ts';
import type { Matching } from '../matching/matching.ts';
import { Agenda, DEED } from './agenda.ts';
import type { Dice, DiceSet } from './dice.ts';

const CAPACITY = 4_096;
/** Reports that one deed may cause. */
const REPORTS_OF_A_DEED = 4;
/** ExecRestatementReason(378): partial decline of OrderQty. */
const PARTIAL_DECLINE = 5;
/** A correction moves the price by so much, in 1/10,000. */
const CENT = 100;

export interface InterventionOptions {
  dice: DiceSet;
  clock: EngineClock;
  identifiers: Identifiers;
  reports: ReportQueue;
  matching: Matching;
  writer: ReportWriter;
}

/** What happens to orders and trades though neither client nor market wanted it. */
export class Interventions {
  readonly agenda = new Agenda(CAPACITY);
  readonly #options: InterventionOptions;

  constructor(options: InterventionOptions) {
    this.#options = options;
  }

  /** An order has come to rest. */
  rested(row: number): void {
    const { dice } = this.#options;
    const { identifier } = this.#options.matching.orders;
    this.#plan(dice.partialFill, DEED.fill, identifier[row], 0, 0, 0);
    this.#plan(dice.cancel, DEED.cancel, identifier[row], 0, 0, 0);
    this.#plan(dice.restate, DEED.restate, identifier[row], 0, 0, 0);
  }

  /** A trade was reported; it is either busted or corrected, once at most. */
  traded(row: number, execId: number, quantity: number, price: number): void {
    const { dice } = this.#options;
    const slot = this.#options.matching.orders.identifier[row];
    if (this.#plan(dice.bust, DEED.bust, slot, execId, quantity, price)) return;
    this.#plan(dice.correct, DEED.correct, slot, execId, quantity, price);
  }

  /** Does what is due. @returns how much that was */
  poll(): number {
    const { agenda } = this;
    const { clock, reports } = this.#options;
    let done = 0;
    while (agenda.count > 0 && agenda.dueNs[0] <= clock.cells[CELL.nowNs] && reports.room >= REPORTS_OF_A_DEED) {
      this.#act();
      agenda.shift();
      done++;
    }
    return done;
  }

  #plan(dice: Dice, deed: number, slot: number, execId: number, quantity: number, price: number): boolean {
    const { agenda } = this;
    const { clock, identifiers } = this.#options;
    if (agenda.isFull || !dice.roll()) return false;
    const dueNs = clock.cells[CELL.nowNs] + dice.waitNs();
    agenda.add(dueNs, deed, slot, identifiers.orderNumber[slot], execId, quantity, price);
    return true;
  }

  #act(): void {
    const { agenda } = this;
    const { identifiers, matching } = this.#options;
    const was = agenda.slot[0];
    if (identifiers.orderNumber[was] !== agenda.orderNumber[0]) return;
    const slot = identifiers.latest(was);
    if (slot < 0) return;
    const row = identifiers.row[slot];
    const deed = agenda.deed[0];
    if (deed === DEED.bust) this.#amend(slot, row, EXEC_TYPE.tradeCancel, 0, 0);
    else if (deed === DEED.correct) this.#correct(slot, row);
    else if (row < 0) return;
    else if (deed === DEED.cancel) matching.cancel(row, -1);
    else if (deed === DEED.fill) this.#fill(row);
    else this.#restate(row);
  }

  #fill(row: number): void {
    const { dice, matching } = this.#options;
    const left = matching.orders.quantity[row] - matching.orders.filled[row];
    matching.fill(row, left === 1 ? 1 : 1 + dice.partialFill.below(left - 1));
  }

  #restate(row: number): void {
    const { dice, matching, reports, writer } = this.#options;
    const { quantity, filled } = matching.orders;
    const left = quantity[row] - filled[row];
    if (left === 1) return;
    quantity[row] = filled[row] + 1 + dice.restate.below(left - 1);
    const status = filled[row] > 0 ? ORD_STATUS.partiallyFilled : ORD_STATUS.new;
    const entry = writer.order(row, EXEC_TYPE.restated, status, -1);
    if (entry >= 0) reports.restatement[entry] = PARTIAL_DECLINE;
  }

  #correct(slot: number, row: number): void {
    const { dice } = this.#options;
    const { quantity, price } = this.agenda;
    const corrected = 1 + dice.correct.below(quantity[0]);
    const upward = dice.correct.below(2) === 0 || price[0] <= CENT;
    this.#amend(slot, row, EXEC_TYPE.tradeCorrect, corrected, price[0] + (upward ? CENT : -CENT));
  }

  /** What the trade was becomes another one, or none. A live order gets the shares back; one that is over stays as it ended. */
  #amend(slot: number, row: number, execType: number, quantity: number, price: number): void {
    const { agenda } = this;
    const { identifiers, matching, reports, writer } = this.#options;
    const more = quantity - agenda.quantity[0];
    const value = quantity * price - agenda.quantity[0] * agenda.price[0];
    const of = row < 0 ? identifiers : matching.orders;
    const at = row < 0 ? slot : row;
    of.filled[at] += more;
    of.notional[at] += value;
    const live = of.filled[at] > 0 ? ORD_STATUS.partiallyFilled : ORD_STATUS.new;
    const entry = row < 0 ? writer.ended(slot, execType) : writer.order(row, execType, live, -1);
    if (entry < 0) return;
    reports.execRefId[entry] = agenda.execId[0];
    const isBust = execType === EXEC_TYPE.tradeCancel;
    reports.lastQuantity[entry] = isBust ? agenda.quantity[0] : quantity;
    reports.lastPrice[entry] = isBust ? agenda.price[0] : price;
  }
}
