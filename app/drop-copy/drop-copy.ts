/** A venue's drop copy beside the run: heard, compared with our own orders, and a difference told to people and to the engine. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ControlMessage } from '../../engine/engine.ts';
import { DEFAULT_INSTRUMENT } from '../../engine/market/instrument-registry.ts';
import { ORDER_LOG, ORDER_LOG_KIND } from '../../engine/orders/order-log.ts';
import type { SessionConfig, SessionStore } from '../../gateway/index.ts';
import type { DropCopyResult } from '../../report/run-result.ts';
import type { JournalWriter } from '../order-journal.ts';
import type { OrderLogDrain } from '../order-log-drain.ts';
import type { VenueStream } from '../venue-stream.ts';
import { copyView, ownView } from './compared-order.ts';
import { Comparison } from './comparison.ts';
import { CopySession } from './copy-session.ts';

/** Who kills and alerts, in log, journal and answers. */
export const DROP_COPY = 'rule:drop-copy';
const POLL_EVERY_MS = 2;
const LOOK_EVERY_MS = 100;
const NEVER_UP = 'The drop copy has not logged on: nothing was compared. Look at its CompIDs, address and port.';

/** Differences that the summary holds; the log has them all. */
const MAX_TOLD = 20;

export interface DropCopyPolicy {
  /** How long one side may be behind the other. */
  readonly graceMs: number;
  /** Of AvgPx(6), in the currency. */
  readonly priceTolerance: number;
  readonly onDifference: 'alert' | 'kill';
}

export interface DropCopyOptions extends DropCopyPolicy {
  readonly session: SessionConfig;
  readonly venueStream: VenueStream;
  readonly store: SessionStore;
  readonly clOrdIdPrefix: string;
  /** The engine's; drained before each copy, so that nothing is heard of an order before its sending. */
  readonly orderLog: OrderLogDrain;
  /** Once the loop has ended: where what is found then is written, as the loop would have. */
  readonly journal?: { readonly writer: () => JournalWriter; readonly day0Ms: number };
  /** To the engine. */
  readonly send: (message: ControlMessage) => void;
  readonly onLog: (level: 'info' | 'warn' | 'error', text: string) => void;
}

export class DropCopy {
  readonly #options: DropCopyOptions;
  readonly #comparison: Comparison;
  readonly #session: CopySession;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #told: string[] = [];
  /** Alerts since the loop has ended. */
  readonly #late: string[] = [];
  #isRunning = true;
  #downSinceMs = performance.now();
  #isDownTold = false;
  #wasUp = false;

  constructor(options: DropCopyOptions) {
    this.#options = options;
    const { orderLog, clOrdIdPrefix, graceMs, priceTolerance } = options;
    this.#comparison = new Comparison({
      clOrdIdPrefix,
      graceMs,
      priceTolerance,
      onDifference: (sentence) => this.#alert(`The drop copy differs: ${sentence}.`),
      onAgreed: (clOrdId) => options.onLog('info', `The drop copy and this side agree on ${clOrdId} again.`),
    });
    orderLog.listen((record) => this.#onRecord(record));
    this.#session = new CopySession({
      config: options.session,
      venueStream: options.venueStream,
      store: options.store,
      onLog: options.onLog,
      onUp: () => {
        this.#wasUp = true;
        this.#isDownTold = false;
        this.#comparison.resume(performance.now());
        options.onLog('info', 'The drop copy is logged on.');
      },
      onDown: (reason) => {
        this.#downSinceMs = performance.now();
        if (this.#isRunning) options.onLog('warn', `The drop copy is down: ${reason}`);
      },
      onCopy: ({ clOrdId, origClOrdId, ordStatus, cumQuantity, averagePrice }) => {
        orderLog.drain();
        const view = copyView(ordStatus, cumQuantity, averagePrice);
        this.#comparison.copied(clOrdId, origClOrdId, view, performance.now());
      },
    });
    this.#session.start();
    this.#timers.push(setInterval(() => this.#session.poll(), POLL_EVERY_MS));
    this.#timers.push(setInterval(() => this.#look(), LOOK_EVERY_MS));
  }

  /** The loop has ended: waits for the copies that are still under way, looks a last time, and logs out. */
  async finish(): Promise<DropCopyResult> {
    const { graceMs, orderLog } = this.#options;
    orderLog.drain();
    this.#isRunning = false;
    const wasUpAtEnd = this.#session.isUp;
    if (!this.#wasUp && !this.#isDownTold) {
      this.#told.push(NEVER_UP);
      this.#options.onLog('error', NEVER_UP);
    }
    const endMs = performance.now() + graceMs;
    while (this.#session.isUp && this.#comparison.isWaiting && performance.now() < endMs) await sleep(POLL_EVERY_MS);
    const isUp = this.#session.isUp;
    if (isUp) this.#comparison.look(performance.now(), 0);
    this.#noteLate();
    this.#session.logout();
    const logoutMs = performance.now() + this.#options.session.logoutTimeoutMs;
    while (!this.#session.isOver && performance.now() < logoutMs) await sleep(POLL_EVERY_MS);
    this.close();
    const { counts, size } = this.#comparison;
    const differing = this.#comparison.differences();
    return {
      session: this.#wasUp ? (wasUpAtEnd ? 'logged on' : 'lost') : 'never logged on',
      ...counts,
      orders: size,
      differing: differing.length,
      told: this.#told,
    };
  }

  /** Without a word; after `finish` it does nothing more. */
  close(): void {
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
    this.#session.close();
  }

  #noteLate(): void {
    const { journal, onDifference } = this.#options;
    if (journal === undefined || this.#late.length === 0) return;
    const timeNs = (Date.now() - journal.day0Ms) * 1e6;
    const { notes, close } = journal.writer();
    for (const what of this.#late) notes.alert({ timeNs, what });
    // Latched: the next run sends nothing until somebody has looked.
    if (onDifference === 'kill')
      notes.kill({ timeNs, who: DROP_COPY, scope: 'all', killed: true, reason: this.#late[0] as string });
    close();
  }

  #onRecord(record: Float64Array): void {
    const kind = record[ORDER_LOG.kind];
    const state = record[ORDER_LOG.state];
    // A report that belongs to no order of ours is no state of ours.
    if (state === 0) return;
    const view = ownView(
      state,
      record[ORDER_LOG.executed],
      record[ORDER_LOG.executedValue],
      DEFAULT_INSTRUMENT.priceScale,
    );
    const ordinal = record[ORDER_LOG.ordinal];
    const origOrdinal = record[ORDER_LOG.origOrdinal];
    const nowMs = performance.now();
    if (kind < ORDER_LOG_KIND.report) this.#comparison.sent(ordinal, origOrdinal, view, nowMs);
    else this.#comparison.reported(ordinal, origOrdinal, view, nowMs);
  }

  #look(): void {
    const nowMs = performance.now();
    if (this.#session.isUp) {
      this.#comparison.look(nowMs);
      return;
    }
    // Without copies nothing can be said of an order.
    if (this.#isDownTold || !this.#isRunning || nowMs - this.#downSinceMs < this.#options.graceMs) return;
    this.#isDownTold = true;
    // A second opinion that was asked for and never came is as bad as one that differs; one that is lost comes back.
    if (this.#wasUp) this.#alert('The drop copy is down: nothing is compared until it is back.', false);
    else this.#alert(NEVER_UP);
  }

  #alert(sentence: string, kills = true): void {
    const { send, onLog, onDifference } = this.#options;
    if (this.#told.length < MAX_TOLD) this.#told.push(sentence);
    if (!this.#isRunning) {
      // The loop has ended: nobody else tells it.
      onLog('error', sentence);
      this.#late.push(sentence);
      return;
    }
    send({ kind: 'alert', what: sentence, who: DROP_COPY });
    if (kills && onDifference === 'kill')
      send({ kind: 'kill', scope: { of: 'firm' }, reason: sentence, who: DROP_COPY });
  }
}
