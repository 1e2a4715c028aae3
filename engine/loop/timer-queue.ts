import { CELL } from '../../native/layout.ts';
import { HotlapError } from '../domain/errors.ts';

/** Timers that may exist at once, of all strategies. */
const CAPACITY = 4_096;
/** Timers that one turn may fire. */
const MAX_FIRED = 64;

/**
 * Timers on engine time: a binary heap over typed arrays, nothing allocated. Equal times fire in the order in which they
 * were set. Until `begin`, engine time is not known: delays count from there.
 */
export class TimerQueue {
  private readonly cells: Float64Array;
  private readonly fire: (owner: number, timer: number) => void;
  private readonly heap = new Int32Array(CAPACITY);
  private readonly place = new Int32Array(CAPACITY).fill(-1);
  private readonly dueNs = new Float64Array(CAPACITY);
  private readonly periodNs = new Float64Array(CAPACITY);
  private readonly order = new Float64Array(CAPACITY);
  private readonly owner = new Int32Array(CAPACITY);
  private readonly free = Int32Array.from({ length: CAPACITY }, (_, index) => CAPACITY - 1 - index);
  private readonly used = new Uint8Array(CAPACITY);
  private readonly counters = new Float64Array(1);
  private freeCount = CAPACITY;
  private size = 0;
  private begun = false;

  constructor(cells: Float64Array, fire: (owner: number, timer: number) => void) {
    this.cells = cells;
    this.fire = fire;
  }

  /** Engine time is known: timers that were set before count from now. */
  begin(): void {
    if (this.begun) return;
    this.begun = true;
    const now = this.cells[CELL.nowNs] as number;
    // All due times move by the same amount, so the heap's order stands.
    for (let at = 0; at < this.size; at += 1) {
      const timer = this.heap[at] as number;
      this.dueNs[timer] = (this.dueNs[timer] as number) + now;
    }
  }

  /**
   * @param scratch delay at `delaySlot`, period after it (0: once), in ns
   * @throws HotlapError ERR_TOO_MANY_TIMERS
   */
  start(owner: number, scratch: Float64Array, delaySlot: number): number {
    if (this.freeCount === 0) {
      throw new HotlapError('ERR_TOO_MANY_TIMERS', `More than ${CAPACITY} timers at once: cancel some.`);
    }
    this.freeCount -= 1;
    const timer = this.free[this.freeCount] as number;
    this.used[timer] = 1;
    this.owner[timer] = owner;
    const now = this.begun ? (this.cells[CELL.nowNs] as number) : 0;
    this.dueNs[timer] = now + (scratch[delaySlot] as number);
    this.periodNs[timer] = scratch[delaySlot + 1] as number;
    this.insert(timer);
    return timer;
  }

  stop(owner: number, timer: number): void {
    if (this.used[timer] !== 1 || this.owner[timer] !== owner) return;
    if ((this.place[timer] as number) >= 0) this.remove(timer);
    this.release(timer);
  }

  /** Numbers of an owner's timers. Cold. */
  of(owner: number): number[] {
    return Array.from(this.used.keys()).filter((timer) => this.used[timer] === 1 && this.owner[timer] === owner);
  }

  /** Ends every timer of an owner. */
  stopAll(owner: number): void {
    for (let timer = 0; timer < CAPACITY; timer += 1) if (this.owner[timer] === owner) this.stop(owner, timer);
  }

  /** Writes the time of the earliest timer, Infinity when there is none, into out[slot]. */
  nextDue(out: Float64Array, slot: number): void {
    out[slot] = this.size > 0 && this.begun ? (this.dueNs[this.heap[0] as number] as number) : Number.POSITIVE_INFINITY;
  }

  /** Fires what is due; bounded. @returns timers fired */
  poll(): number {
    if (!this.begun) return 0;
    let fired = 0;
    const now = this.cells[CELL.nowNs] as number;
    while (fired < MAX_FIRED && this.size > 0) {
      const timer = this.heap[0] as number;
      const due = this.dueNs[timer] as number;
      if (due > now) break;
      fired += 1;
      const owner = this.owner[timer] as number;
      this.remove(timer);
      const period = this.periodNs[timer] as number;
      if (period > 0) {
        // A loop that fell behind passes over what it missed.
        const behind = Math.floor((now - due) / period);
        this.dueNs[timer] = due + period * (behind + 1);
        this.insert(timer);
      } else {
        this.release(timer);
      }
      this.fire(owner, timer);
    }
    return fired;
  }

  private release(timer: number): void {
    this.used[timer] = 0;
    this.free[this.freeCount] = timer;
    this.freeCount += 1;
  }

  private insert(timer: number): void {
    this.order[timer] = this.counters[0] as number;
    this.counters[0] = (this.counters[0] as number) + 1;
    this.size += 1;
    this.put(timer, this.size - 1);
    this.up(this.size - 1);
  }

  private remove(timer: number): void {
    const at = this.place[timer] as number;
    this.size -= 1;
    this.place[timer] = -1;
    if (at === this.size) return;
    const last = this.heap[this.size] as number;
    this.put(last, at);
    this.up(at);
    this.down(this.place[last] as number);
  }

  private put(timer: number, at: number): void {
    this.heap[at] = timer;
    this.place[timer] = at;
  }

  private before(left: number, right: number): boolean {
    const a = this.dueNs[left] as number;
    const b = this.dueNs[right] as number;
    return a < b || (a === b && (this.order[left] as number) < (this.order[right] as number));
  }

  private up(start: number): void {
    const timer = this.heap[start] as number;
    let at = start;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.before(timer, this.heap[parent] as number)) break;
      this.put(this.heap[parent] as number, at);
      at = parent;
    }
    this.put(timer, at);
  }

  private down(start: number): void {
    const timer = this.heap[start] as number;
    let at = start;
    for (let child = 2 * at + 1; child < this.size; child = 2 * at + 1) {
      const right = child + 1;
      const least =
        right < this.size && this.before(this.heap[right] as number, this.heap[child] as number) ? right : child;
      if (!this.before(this.heap[least] as number, timer)) break;
      this.put(this.heap[least] as number, at);
      at = least;
    }
    this.put(timer, at);
  }
}
