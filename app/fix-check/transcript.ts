import { TAG } from 'fix-parser';
import { fieldOf, type SeenMessage, type TapListener } from './tap-stream.ts';

/** First characters of the TestReqID(112) of a check. */
export const TEST_REQ_ID = 'HOTLAP-CHECK-';

/** Types of message that are told apart: a venue may send anything. */
const MAX_TYPES = 64;
/** MsgType(35) of what a session says to itself. */
const SESSION_TYPES = new Set(['0', '1', '2', '3', '4', '5', 'A']);
/** ExecutionReport and OrderCancelReject: who misses one does not know what his orders have become. */
const ORDER_TYPES = new Set(['8', '9']);
/** Numbers that are remembered until the session has counted them. */
const MAX_NUMBERS = 65_536;

interface Unasked {
  readonly msgType: string;
  count: number;
  /** Text(58) of the last. */
  text: string;
}

/** What both sides said in one check, as far as it is told later. */
export class Transcript implements TapListener {
  /** What connecting took, the handshake of TLS included; null where there was no connection. */
  connectMs: number | null = null;
  #openingMs = 0;
  ourLogon: SeenMessage | undefined;
  theirLogon: SeenMessage | undefined;
  /** The first message of the venue, whatever it is. */
  first: SeenMessage | undefined;
  theirLogout: SeenMessage | undefined;
  /** A Reject(3) before the Logon's answer. */
  reject: SeenMessage | undefined;
  ourLogout: SeenMessage | undefined;
  sentFirst: number | null = null;
  sentLast: number | null = null;
  heartbeats = 0;
  /** First bytes that were no FIX; empty when all were. */
  notFix: Uint8Array = new Uint8Array(0);
  /** ExecutionReports(8) and OrderCancelRejects(9). */
  orderMessages = 0;
  /** Rejects(3) of ours. */
  rejects = 0;
  firstReject: SeenMessage | undefined;
  readonly roundTripsUs: number[] = [];
  /** Clock of the venue minus ours at the shortest round trip. */
  clockDifferenceMs: number | null = null;
  readonly unasked = new Map<string, Unasked>();
  readonly #applicationNumbers = new Set<number>();
  readonly #asked = new Map<string, SeenMessage>();
  #bestMs = Number.POSITIVE_INFINITY;

  opening(): void {
    this.#openingMs = performance.now();
  }

  opened(): void {
    this.connectMs = performance.now() - this.#openingMs;
  }

  sent(message: SeenMessage): void {
    const seq = Number(fieldOf(message, TAG.MsgSeqNum));
    this.sentFirst ??= seq;
    this.sentLast = seq;
    if (message.type === 'A') this.ourLogon ??= message;
    if (message.type === '5') this.ourLogout ??= message;
    if (message.type === '3') {
      this.rejects++;
      this.firstReject ??= message;
    }
    if (message.type === '1') this.#asked.set(fieldOf(message, TAG.TestReqID), message);
  }

  received(message: SeenMessage): void {
    this.first ??= message;
    const { type } = message;
    this.#countNumber(message);
    if (type === 'A' && this.theirLogon === undefined) {
      this.theirLogon = message;
      this.#compareClock(this.ourLogon, message);
      return;
    }
    if (type === '3' && this.theirLogon === undefined) this.reject ??= message;
    if (type === '5') {
      this.theirLogout ??= message;
      if (this.ourLogout !== undefined) return;
    }
    const asked = type === '0' ? this.#asked.get(fieldOf(message, TAG.TestReqID)) : undefined;
    if (asked !== undefined) {
      this.#asked.delete(fieldOf(message, TAG.TestReqID));
      this.roundTripsUs.push((message.atNs - asked.atNs) / 1_000);
      this.#compareClock(asked, message);
      return;
    }
    if (type === '0') this.heartbeats++;
    const known = this.unasked.get(type);
    if (known === undefined && this.unasked.size === MAX_TYPES) return;
    const text = fieldOf(message, TAG.Text);
    if (known === undefined) this.unasked.set(type, { msgType: type, count: 1, text });
    else {
      known.count++;
      if (text !== '') known.text = text;
    }
  }

  /** Whether the message under this number, the last of it, was one for an application. */
  isApplication(seq: number): boolean {
    return this.#applicationNumbers.has(seq);
  }

  #countNumber(message: SeenMessage): void {
    const seq = Number(fieldOf(message, TAG.MsgSeqNum));
    if (SESSION_TYPES.has(message.type)) {
      this.#applicationNumbers.delete(seq);
      return;
    }
    if (ORDER_TYPES.has(message.type)) this.orderMessages++;
    if (this.#applicationNumbers.size < MAX_NUMBERS) this.#applicationNumbers.add(seq);
  }

  garbled(bytes: Uint8Array): void {
    if (this.notFix.length === 0) this.notFix = Uint8Array.from(bytes);
  }

  /** The middle of the round trip is when the venue wrote its time, give or take half of it. */
  #compareClock(asked: SeenMessage | undefined, answer: SeenMessage): void {
    const theirs = timeOf(fieldOf(answer, TAG.SendingTime));
    if (asked === undefined || Number.isNaN(theirs)) return;
    const roundTripMs = (answer.atNs - asked.atNs) / 1e6;
    if (roundTripMs >= this.#bestMs) return;
    this.#bestMs = roundTripMs;
    this.clockDifferenceMs = theirs - (answer.atMs - roundTripMs / 2);
  }
}

/** Milliseconds since 1970 of a UTCTimestamp; NaN for anything else. */
function timeOf(text: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)-(\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?$/.exec(text);
  if (parts === null) return Number.NaN;
  const [, year, month, day, time, fraction = ''] = parts;
  // Without decimals the middle of the second is the best guess.
  const fractionMs = fraction === '' ? 500 : Number(`0.${fraction}`) * 1_000;
  return Date.parse(`${year}-${month}-${day}T${time}Z`) + fractionMs;
}

/** In µs; null where nothing was answered. */
export function roundTrips({ roundTripsUs }: Transcript): {
  count: number;
  p50Us: number | null;
  maxUs: number | null;
} {
  const sorted = [...roundTripsUs].sort((a, b) => a - b);
  return { count: sorted.length, p50Us: sorted[sorted.length >> 1] ?? null, maxUs: sorted.at(-1) ?? null };
}
