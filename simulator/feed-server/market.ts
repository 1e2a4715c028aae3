import {
  CELL,
  CELLS_DOUBLES,
  depthStride,
  type FeedReceiver,
  type Host,
  native,
  type Playback,
  POLL,
  RECORD_DOUBLES,
  type RecordingFormat,
  STREAM_CELLS,
  type TcpStream,
} from '../../native/index.ts';
import { provideOptional } from '../../native/optional-addons.ts';
import { constantDelays } from '../delays/delays.ts';
import { Exchange } from '../exchange.ts';
import { NO_FEES, perShareFees } from '../fees/fees.ts';
import { ArrivalLog } from './arrival-log.ts';
import type { MarketReport, MarketSettings } from './settings.ts';

const STREAM_BYTES = 1 << 16;
/** The exchange needs no depth but its header with the stale and halted flags. */
const DEPTH_LEVELS = 1;
/** Orders remembered for the join: 16 MB, ten seconds at 100,000 a second. */
const ARRIVALS = 1 << 20;
/** A drop copy is for people and for comparison: it may wait where an order may not. */
const DROP_COPY_POLL_NS = 1e6;
const PHASE_SENT = 2;
const PHASE_FAILED = 3;
/** ExecIDs begin at the second of the start, times this: a process that starts later gives none a second time. */
const EXEC_IDS_PER_SECOND = 1_000_000;
const DAY_MS = 86_400_000;

export interface MarketEvents {
  onLog(level: 'info' | 'warn' | 'error', text: string): void;
  onLogon(): void;
  onLogout(reason: string): void;
}

/**
 * A market on this thread: a playback whose native thread sends the feed and takes the orders, a receiver that keeps
 * the same book, and the exchange between the two. Each request is matched against the book as it had been sent when
 * the request's last byte arrived, however late this thread gets to it.
 */
export class Market {
  readonly exchange: Exchange;
  readonly #playback: Playback;
  readonly #feed: FeedReceiver;
  readonly #host: Host;
  readonly #cells = new Float64Array(CELLS_DOUBLES);
  readonly #clock: { cells: Float64Array; day0Ms: number };
  readonly #offsetNs: number;
  readonly #dropCopy: TcpStream | undefined;
  readonly #arrivals = new ArrivalLog(ARRIVALS);

  constructor(settings: MarketSettings, ring: SharedArrayBuffer, format: RecordingFormat, events: MarketEvents) {
    const addon = native();
    const { maxInstruments, expectedOrders } = settings;
    const record = new Float64Array(RECORD_DOUBLES);
    const depth = new Float64Array(maxInstruments * depthStride(DEPTH_LEVELS));
    const cells = this.#cells;
    this.#host = addon.host;
    this.#playback = openPlayback(settings, ring, format);
    this.#feed = new addon.FeedReceiver({
      source: { kind: 'playback', playback: this.#playback },
      cells,
      record,
      depth,
      depthLevels: DEPTH_LEVELS,
      maxInstruments,
      expectedOrders,
    });
    // The session's clock is the host's: SendingTime must be the peer's time, not the recording's.
    const wallMs = this.#host.realtimeMs();
    const day0Ms = Math.floor(wallMs / DAY_MS) * DAY_MS;
    this.#offsetNs = (wallMs - day0Ms) * 1e6 - this.#host.monotonicNs();
    this.#clock = { cells: new Float64Array(CELLS_DOUBLES), day0Ms };
    this.#tick();
    const { takerFeePerShare, makerFeePerShare, session, dropCopy, state } = settings;
    this.#dropCopy =
      dropCopy === undefined ? undefined : openDropCopy(dropCopy.host ?? settings.fixHost, dropCopy.port);
    const free = takerFeePerShare === 0 && makerFeePerShare === 0;
    this.exchange = new Exchange({
      stream: this.#playback,
      feed: this.#feed,
      feedCells: cells,
      record,
      depth,
      depthLevels: DEPTH_LEVELS,
      clock: this.#clock,
      delays: constantDelays(settings.orderDelayNs, settings.reportDelayNs),
      fees: free ? NO_FEES : perShareFees(takerFeePerShare, makerFeePerShare),
      session,
      firstExecId: Math.floor(wallMs / 1_000) * EXEC_IDS_PER_SECOND,
      ...(state !== undefined && { state }),
      ...(this.#dropCopy !== undefined && {
        dropCopy: { stream: this.#dropCopy, session: dropCopy!.session, pollEveryNs: DROP_COPY_POLL_NS },
      }),
      scenario: settings.scenario,
      ...events,
      onArrival: (ordinal) => this.#onArrival(ordinal),
    });
  }

  /** Binds, listens and waits at the barrier. Throws an Error with the system's code. @returns the FIX ports */
  start(): { tcpPort: number; dropCopyPort: number } {
    this.#playback.start();
    this.exchange.start();
    return { tcpPort: this.#playback.tcpPort, dropCopyPort: this.#dropCopy?.port() ?? 0 };
  }

  go(): void {
    this.#playback.go();
  }

  /** @returns what was done; 0 when there was nothing */
  turn(): number {
    this.#tick();
    // Asked before the stream is read: a request that is not seen then arrived with this message sent, or a later one.
    const sent = this.#playback.sentSequence();
    const handled = this.exchange.poll();
    return handled > 0 ? handled : this.#advance(sent);
  }

  /** Sleeps until an order arrives, a millisecond at most. */
  rest(): void {
    this.#playback.wait(1);
  }

  /** Everything is sent, and the book has followed to the end. */
  hasEnded(): boolean {
    return this.#playback.phase() === PHASE_SENT && this.#cells[CELL.sequence] >= this.#playback.sentSequence();
  }

  hasFailed(): boolean {
    return this.#playback.phase() === PHASE_FAILED;
  }

  join(pairs: ArrayLike<number>): Float64Array {
    return this.#arrivals.join(pairs, (sequence) => this.#playback.intendedNs(sequence));
  }

  report(): MarketReport {
    const { packets, messages, gaps, lostMessages, duplicates, malformed, unknownOrders } = this.#feed.summary();
    return {
      playback: this.#playback.stats(),
      exchange: this.exchange.stats(),
      feed: { packets, messages, gaps, lostMessages, duplicates, malformed, unknownOrders },
      arrivals: this.#arrivals.count,
    };
  }

  close(): void {
    this.exchange.close();
    this.#dropCopy?.close();
    this.#playback.stop();
    this.#feed.close();
  }

  #onArrival(ordinal: number): void {
    const end = this.#playback.consumed();
    this.#arrivals.add(ordinal, this.#playback.arrivalNs(end));
    this.#advance(this.#playback.arrivalSequence(end));
  }

  /** Brings the book up to a message that has been sent. @returns messages applied, a million at most */
  #advance(sequence: number): number {
    const cells = this.#cells;
    const before = cells[CELL.sequence];
    if (!(sequence > before)) return 0;
    cells[CELL.limitSequence] = sequence;
    for (let polled = this.#feed.poll(); polled !== POLL.idle; polled = this.#feed.poll()) {
      if (polled === POLL.event) this.exchange.onEvent();
    }
    return Math.min(1_000_000, cells[CELL.sequence] - before);
  }

  #tick(): void {
    this.#clock.cells[CELL.nowNs] = this.#host.monotonicNs() + this.#offsetNs;
  }
}

function openDropCopy(host: string, port: number): TcpStream {
  return new (native().TcpStream)({
    host,
    port,
    listens: true,
    rx: new Uint8Array(STREAM_BYTES),
    tx: new Uint8Array(STREAM_BYTES),
    cells: new Int32Array(STREAM_CELLS),
    maxPendingBytes: STREAM_BYTES,
  });
}

function openPlayback(settings: MarketSettings, ring: SharedArrayBuffer, format: RecordingFormat): Playback {
  const { feed, pace, source, messagesPerPacket, creditFile, creditPackets, cpu, fixLwip } = settings;
  if (fixLwip !== undefined) provideOptional('lwip');
  if (feed.transmit?.kind === 'dpdk' || fixLwip?.link.kind === 'dpdk') provideOptional('dpdk');
  return new (native().Playback)({
    ring,
    format,
    ...feed,
    pace,
    tcpHost: settings.fixHost,
    tcpPort: settings.fixPort,
    ...(fixLwip === undefined ? {} : { tcpLwip: fixLwip }),
    rx: new Uint8Array(STREAM_BYTES),
    tx: new Uint8Array(STREAM_BYTES),
    streamCells: new Int32Array(STREAM_CELLS),
    ...(source === undefined ? {} : { sourceGroup: source.group, sourcePort: source.port }),
    ...(messagesPerPacket === undefined ? {} : { messagesPerPacket }),
    ...(creditFile === undefined ? {} : { creditFile }),
    ...(creditPackets === undefined ? {} : { creditPackets }),
    ...(cpu === undefined ? {} : { cpu }),
  });
}
