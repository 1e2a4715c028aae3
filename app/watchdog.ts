/**
 * Guards the one thing a stuck strategy must not do: leave orders behind. It reads the loop's heartbeat in shared
 * memory; when a turn takes longer than stallMs it says so, and once the Worker is gone it resumes the FIX session
 * from the shared sequence numbers, cancels every open order singly, and logs out.
 */
import { readFileSync } from 'node:fs';
import { HotlapError } from '../engine/domain/errors.ts';
import type { ExecutionReport } from '../engine/domain/execution.ts';
import { HEARTBEAT } from '../engine/loop/heartbeat.ts';
import { DEFAULT_INSTRUMENT } from '../engine/market/instrument-registry.ts';
import { nextOrdinal, type OpenOrder, openOrders } from '../engine/orders/open-orders.ts';
import type { OrderEventSink } from '../engine/ports/order-gateway.ts';
import { FixOrderGateway } from '../gateway/index.ts';
import { CAUSE, CELL, CELLS_DOUBLES, native, STREAM_CELLS } from '../native/index.ts';
import type { EnginePlan, LivePlan } from './engine-plan.ts';

/** Loading, compiling and `setup` have no turns yet: longer than any of them takes on a busy machine. */
const START_LIMIT_MS = 30_000;
/** Of these, one `setup`: it runs cold, and is only to build a graph. */
const SETUP_LIMIT_MS = 5_000;

/** Times the limit that a thread without processor time is waited for. */
const PATIENCE = 10;

/** Time that the venue gets to take the Logon and answer every cancel. */
const RECOVERY_MS = 5_000;

type Log = (level: 'info' | 'warn' | 'error', text: string) => void;

export class Watchdog {
  readonly #plan: EnginePlan;
  readonly #heartbeat: Int32Array;
  #timer: NodeJS.Timeout | undefined;
  #turns = -1;
  #strategy = 0;
  #sinceMs = 0;
  #sinceCpuMs = 0;
  /** Kernel's number of the hot thread, once it is known. */
  threadId = 0;
  #trip: (value: 'stalled') => void = () => {};
  /** Settles once a turn has taken longer than stallMs. */
  readonly stalled: Promise<'stalled'> = new Promise((resolve) => {
    this.#trip = resolve;
  });

  constructor(plan: EnginePlan) {
    this.#plan = plan;
    this.#heartbeat = new Int32Array(plan.memory.heartbeat);
  }

  start(): void {
    const everyMs = Math.max(1, Math.floor(this.#plan.loop.stallMs / 10));
    this.#sinceMs = performance.now();
    this.#sinceCpuMs = this.#cpuMs();
    this.#timer = setInterval(() => this.#look(), everyMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const turns = Atomics.load(this.#heartbeat, HEARTBEAT.turns);
    const strategy = Atomics.load(this.#heartbeat, HEARTBEAT.strategy);
    const now = performance.now();
    // Before the first turn nothing but the strategy being set up tells that it goes on.
    const goesOn = turns !== this.#turns || (!this.#isTurning() && strategy !== this.#strategy);
    this.#turns = turns;
    this.#strategy = strategy;
    if (goesOn) {
      this.#sinceMs = now;
      this.#sinceCpuMs = this.#cpuMs();
      return;
    }
    const limitMs = this.#limitMs(strategy);
    const waitedMs = now - this.#sinceMs;
    if (waitedMs <= limitMs) return;
    // A host that does not run the thread is no strategy that does not return; one that sleeps is, in the end.
    if (waitedMs < PATIENCE * limitMs && this.#cpuMs() - this.#sinceCpuMs < limitMs / 2) return;
    this.stop();
    this.#trip('stalled');
  }

  /** Processor time of the hot thread; grows as the clock does where it cannot be read. */
  #cpuMs(): number {
    try {
      return Number.parseInt(readFileSync(`/proc/self/task/${this.threadId}/schedstat`, 'latin1'), 10) / 1e6;
    } catch {
      return performance.now();
    }
  }

  /** HEARTBEAT.phase 1 and 2: not before the first turn or behind the last. */
  #isTurning(): boolean {
    const phase = Atomics.load(this.#heartbeat, HEARTBEAT.phase);
    return phase === 1 || phase === 2;
  }

  #limitMs(strategy: number): number {
    const { stallMs } = this.#plan.loop;
    if (this.#isTurning()) return stallMs;
    return strategy === 0 ? START_LIMIT_MS : Math.max(stallMs, SETUP_LIMIT_MS);
  }

  /** After the Worker is gone. @returns the error that ends the run. */
  async recover(log: Log = () => {}): Promise<HotlapError> {
    const called = Atomics.load(this.#heartbeat, HEARTBEAT.strategy);
    const strategy = this.#plan.strategies[called - 1];
    const culprit = strategy === undefined ? 'The loop' : `Strategy ${strategy.id}`;
    const what = `${culprit} did not return within ${this.#limitMs(called)} ms and was ended`;
    const { source } = this.#plan;
    if (source.mode !== 'live') return stalled(`${what}.`);
    const open = openOrders(this.#plan.memory.orders);
    if (open.length === 0) return stalled(`${what}; it had no open orders.`);
    log('error', `${what}; cancelling ${open.length} open orders.`);
    const left = await this.#cancelAll(source, open, log);
    return stalled(
      left === 0
        ? `${what}; its ${open.length} open orders were cancelled.`
        : `${what}; ${left} of ${open.length} open orders could not be confirmed as cancelled: check them at ${source.venue.host}:${source.venue.port}.`,
    );
  }

  async #cancelAll(source: LivePlan, open: OpenOrder[], log: Log): Promise<number> {
    const cells = new Float64Array(CELLS_DOUBLES);
    const stream = new (native().TcpStream)({
      host: source.venue.host,
      port: source.venue.port,
      rx: new Uint8Array(1 << 16),
      tx: new Uint8Array(1 << 16),
      cells: new Int32Array(STREAM_CELLS),
      maxPendingBytes: 1 << 20,
    });
    const left = new Set(open.map((order) => order.ordinal));
    const sink: OrderEventSink = {
      onExecution: (report: ExecutionReport) => {
        if (report.leavesQuantity === 0 || report.cancelReject) {
          left.delete(report.origClOrdOrdinal);
          left.delete(report.clOrdOrdinal);
        }
      },
      onSessionUp: () => {},
      onSessionDown: (reason) => log('warn', reason),
    };
    const gateway = new FixOrderGateway({
      stream,
      clock: { cells, day0Ms: this.#plan.day0Ms },
      sink,
      session: { ...source.session, resetOnLogon: false },
      clOrdIdPrefix: this.#plan.clOrdIdPrefix,
      sequenceCells: new Int32Array(this.#plan.memory.sequences),
      onLog: log,
    });
    for (const { instrument, symbol } of open) {
      gateway.addInstrument({ ...DEFAULT_INSTRUMENT, handle: instrument, symbol });
    }
    const endMs = performance.now() + RECOVERY_MS;
    let ordinal = nextOrdinal(this.#plan.memory.orders);
    let asked = false;
    gateway.start();
    while (left.size > 0 && performance.now() < endMs) {
      cells[CELL.nowNs] = native().host.monotonicNs() + source.monotonicOffsetNs;
      gateway.poll();
      if (gateway.isReady() && !asked) {
        for (const { ordinal: original, instrument, side, quantity } of open) {
          gateway.cancel(ordinal++, original, instrument, side, quantity, CAUSE.control);
        }
        asked = true;
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    gateway.logout('the engine was stopped by its watchdog');
    gateway.poll();
    stream.close();
    return left.size;
  }
}

const stalled = (sentence: string): HotlapError => new HotlapError('ERR_STRATEGY_STALLED', sentence);
