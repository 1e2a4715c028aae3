import type { OrderState } from '../../../engine/domain/order-state.ts';
import { EFFECTS, type Effect, RULES, type Saying } from '../../../engine/orders/transitions.ts';
import type { Told } from '../engine/report-bench.ts';

interface ModelExecution {
  status: 'live' | 'gone' | 'awaited' | 'note';
  quantity: number;
  price: number;
  successor?: string;
}

const CLOSED: readonly OrderState[] = ['filled', 'cancelled', 'rejected', 'doneForDay', 'expired', 'neverReached'];
const ANSWERS: readonly Saying[] = ['statusLive', 'statusFilled'];
const TAKEN_BACK: readonly Saying[] = ['busted', 'corrected'];
const REFUSED: readonly Saying[] = ['rejected', 'unknown', 'statusRejected', 'statusUnknown'];
const LIVE_STATUS = '01567ABDE9';

/**
 * One order as the rules of transitions.ts, taken as data, and the words of their effects make it. Shares nothing with the
 * engine but the rules: an effect is written down here a second time, from what the documentation says of it.
 */
export class OrderModel {
  state: OrderState = 'pendingNew';
  /** Numbers in ClOrdID(11); 0 for none. */
  ordinal = 1;
  replace = 0;
  cancel = 0;
  doubtedReplace = 0;
  price: number;
  quantity: number;
  newPrice = 0;
  newQuantity = 0;
  leaves: number;
  executed = 0;
  value = 0;
  assumed = 0;
  assumedValue = 0;
  isAnswered = false;
  isReplaced = false;
  isBusted = false;
  hold: 'none' | 'stopped' | 'suspended' = 'none';
  reason = '';
  late = 0;
  asked = 0;
  readonly executions = new Map<string, ModelExecution>();
  /** What the strategy has heard of the last saying. */
  told: string[] = [];

  /** Something has executed or was taken back, told or not. */
  #isMoved = false;

  constructor(quantity: number, price: number) {
    this.quantity = quantity;
    this.price = price;
    this.leaves = quantity;
  }

  get isOpen(): boolean {
    return !CLOSED.includes(this.state);
  }

  hear(says: Saying, report: Told, text: string): void {
    const rule = RULES.find((each) => each.says === says && each.from.includes(this.state));
    if (rule === undefined) throw new Error(`no rule for ${says} in ${this.state}`);
    const before = { state: this.state, isAnswered: this.isAnswered, replacement: this.doubtedReplace };
    const was = { isBusted: this.isBusted, executed: this.executed, quantity: this.quantity };
    this.told = [];
    this.#isMoved = false;
    let reopened: OrderState | undefined;
    const effects: Record<Effect, () => void> = {
      answer: () => void (this.isAnswered = true),
      endCancel: () => void (this.cancel = 0),
      endReplace: () => void (this.replace = 0),
      name: () => this.#name(says, report),
      terms: () => this.#terms(report),
      reverse: () => this.#reverse(says, report),
      execute: () => this.#execute(says, report),
      count: () => this.#count(says, report, was.isBusted),
      leaves: () => void (this.leaves = this.#leavesBy(says, report, was)),
      nothingLeft: () => void (this.leaves = 0),
      reason: () => {
        this.reason = text;
        if (REFUSED.includes(says)) this.isAnswered = true;
      },
      release: () => void (this.hold = 'none'),
      stop: () => void (this.hold = 'stopped'),
      suspend: () => void (this.hold = 'suspended'),
      reopen: () => {
        if (this.#life(report) !== 'open') return;
        this.leaves = report.leaves ?? this.quantity - this.executed;
        reopened = this.#resting();
      },
      doubt: () => {
        if (reopened !== undefined || this.#life(report) !== 'unsaid') return;
        this.leaves = this.quantity - this.executed;
        this.doubtedReplace = 0;
        this.asked++;
        reopened = 'inDoubt';
      },
      ask: () => {
        this.asked++;
        this.doubtedReplace = says === 'replacementAskedAgain' ? (report.clOrd as number) : 0;
      },
      late: () => void this.late++,
    };
    for (const effect of Object.keys(EFFECTS) as Effect[]) if (rule.does.includes(effect)) effects[effect]();
    const { to } = rule;
    this.state = reopened ?? (to === 'same' ? before.state : to === 'resting' ? this.#resting() : to);
    if (before.state === 'inDoubt' && this.state !== 'inDoubt') this.doubtedReplace = 0;
    const isDoubted = before.state === 'inDoubt' && before.replacement !== 0;
    if (rule.event === 'accepted') {
      // Beside executions or a new name it says nothing new; by the old name the replacement never came.
      if (this.told.length === 0 && !this.#isMoved)
        this.told.push(isDoubted && before.isAnswered ? 'replaceRejected' : 'accepted');
    } else if (rule.event !== 'none') this.told.push(rule.event);
    else if (reopened === 'inDoubt') this.told.push('inDoubt');
    else if (this.told.length > 0 || this.#isMoved) return;
    else if (reopened !== undefined || (this.state !== before.state && !this.isOpen)) this.told.push('restated');
  }

  #resting(): OrderState {
    if (this.leaves <= 0) return 'filled';
    if (this.cancel !== 0) return 'pendingCancel';
    if (this.replace !== 0) return 'pendingReplace';
    if (this.hold !== 'none') return this.hold;
    if (this.executed > 0) return 'partiallyFilled';
    if (this.isReplaced) return 'replaced';
    return this.isAnswered ? 'new' : 'pendingNew';
  }

  #name(says: Saying, report: Told): void {
    const name = this.replace !== 0 ? this.replace : this.doubtedReplace;
    if (name === 0 || report.clOrd !== name) return;
    this.ordinal = name;
    this.replace = 0;
    this.isReplaced = true;
    this.price = this.newPrice;
    this.quantity = this.newQuantity;
    if (says === 'replaced') return;
    this.#terms(report);
    this.told.push('replaced');
  }

  #terms(report: Told): void {
    this.price = report.price ?? this.price;
    this.quantity = report.quantity ?? this.quantity;
  }

  #reverse(says: Saying, report: Told): void {
    this.isBusted = true;
    let name = report.ref as string;
    while (this.executions.get(name)?.successor !== undefined) name = this.executions.get(name)?.successor as string;
    const execution = this.executions.get(name);
    if (execution === undefined) this.executions.set(name, { status: 'awaited', quantity: 0, price: 0 });
    else if (execution.status === 'live') {
      execution.status = 'gone';
      this.#move(-execution.quantity, -execution.quantity * execution.price);
      if (says === 'busted') this.told.push('busted');
    }
    const reversed = this.executions.get(name) as ModelExecution;
    if (says === 'corrected') reversed.successor = report.id as string;
    else this.executions.set(report.id as string, { status: 'note', quantity: 0, price: 0 });
  }

  #execute(says: Saying, report: Told): void {
    if (this.hold === 'stopped') this.hold = 'none';
    const known = this.executions.get(report.id as string);
    if (known !== undefined) {
      known.status = 'gone';
      return;
    }
    const quantity = report.last as number;
    const price = report.px as number;
    this.executions.set(report.id as string, { status: 'live', quantity, price });
    const late = this.#assumedBefore(quantity, report);
    if (late > 0) {
      this.late++;
      const value = this.#takeAssumed(late);
      if (value !== late * price) this.told.push('corrected');
      this.#move(late, late * price);
    }
    if (late === quantity) return;
    this.#move(quantity - late, (quantity - late) * price);
    this.told.push(says === 'corrected' ? 'corrected' : 'fill');
  }

  /** Assumed shares stay where the venue still counts more than has been told, this execution included. */
  #assumedBefore(quantity: number, report: Told): number {
    const isTrusted = !this.isBusted && report.cum !== undefined;
    const venue = isTrusted ? Math.max(this.executed, report.cum as number) : this.executed;
    const toldSingly = this.executed - this.assumed + quantity;
    const untold = Math.min(this.assumed, Math.max(0, venue - toldSingly));
    return Math.min(quantity, this.assumed - untold);
  }

  #takeAssumed(quantity: number): number {
    const isAll = quantity === this.assumed;
    const value = isAll ? this.assumedValue : Math.round(this.assumedValue * (quantity / this.assumed));
    this.assumed -= quantity;
    this.assumedValue -= value;
    this.#move(-quantity, -value);
    return value;
  }

  #count(says: Saying, report: Told, wasBusted: boolean): void {
    const isAnswer = ANSWERS.includes(says);
    const counted = report.cum ?? (says === 'statusFilled' ? this.quantity : undefined);
    if (counted === undefined) return;
    const missing = counted - this.executed;
    if (missing > 0 && (!wasBusted || isAnswer)) {
      const value = missing * (report.px ?? this.price);
      this.assumed += missing;
      this.assumedValue += value;
      this.#move(missing, value);
      this.told.push('fill');
    }
    const surplus = Math.min(this.executed - counted, this.assumed);
    if (surplus <= 0 || !(isAnswer || TAKEN_BACK.includes(says))) return;
    this.#takeAssumed(surplus);
    this.told.push('busted');
  }

  #leavesBy(says: Saying, report: Told, was: { executed: number; quantity: number }): number {
    const leaves = this.leaves + this.quantity - was.quantity;
    const isPresent = report.clOrd === this.ordinal && (report.cum ?? this.executed) === this.executed;
    if (isPresent && report.status === '2') return 0;
    if (report.leaves === undefined) return Math.max(0, leaves - Math.max(0, this.executed - was.executed));
    if (isPresent || (says !== 'trade' && !TAKEN_BACK.includes(says))) return report.leaves;
    return says === 'trade' && this.executed > was.executed ? Math.min(leaves, report.leaves) : leaves;
  }

  #life(report: Told): 'open' | 'over' | 'unsaid' {
    const left = report.leaves ?? this.quantity - this.executed;
    if (left <= 0) return 'over';
    const isLive = report.status !== undefined && LIVE_STATUS.includes(report.status);
    if (isLive && (report.cum ?? this.executed) === this.executed) return 'open';
    if (this.executed >= this.quantity) return 'over';
    const saysOver = report.status !== undefined && !isLive && report.leaves === undefined;
    return saysOver ? 'over' : 'unsaid';
  }

  #move(quantity: number, value: number): void {
    this.#isMoved = true;
    this.executed += quantity;
    this.value += value;
  }
}
