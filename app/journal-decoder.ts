import { HotlapError } from '../engine/domain/errors.ts';
import { ORDER_EVENTS, ORDER_STATES } from '../engine/domain/order-state.ts';
import { Side } from '../engine/domain/side.ts';
import { TimeInForce } from '../engine/domain/time-in-force.ts';
import {
  EXEC_ID_BYTES,
  executionsBehind,
  IMAGE,
  IMAGE_DOUBLES,
  IMAGE_KINDS,
  JOURNAL_KIND,
  type JournalInstrument,
  type JournalOpened,
} from '../engine/journal/records.ts';
import { CAUSE } from '../native/index.ts';
import type { JournalEvent, JournalOrder } from '../report/journal-event.ts';
import { type JournalEntry, jsonOf } from './journal-entries.ts';

/** `segment-00000001.journal`, as the native side calls it. */
const segmentName = (segment: number): string => `segment-${String(segment).padStart(8, '0')}.journal`;

const KINDS: readonly string[] = namesOf(JOURNAL_KIND);
const CAUSES: readonly string[] = namesOf(CAUSE);
const SIDES: readonly string[] = namesOf(Side);
const TIMES_IN_FORCE: readonly string[] = namesOf(TimeInForce);

/** Numbers by which an order may be called. */
const NAMES = [IMAGE.key, IMAGE.ordinal, IMAGE.replaceOrdinal, IMAGE.cancelOrdinal, IMAGE.previousOrdinal] as const;

function namesOf(codes: Readonly<Record<string, number>>): string[] {
  const names: string[] = [];
  for (const [name, code] of Object.entries(codes)) names[code] = name;
  return names;
}

/** Puts names to the records of one journal, in their order: what numbers mean, an earlier record says. */
export class JournalDecoder {
  records = 0;
  orders = 0;
  runs = 0;
  readonly #place: { readonly folder: string; readonly ringFile: string };
  readonly #image = new Float64Array(IMAGE_DOUBLES);
  readonly #imageBytes = new Uint8Array(this.#image.buffer);
  #opened: JournalOpened | undefined;
  #instruments: JournalInstrument[] = [];
  #newestKey = 0;
  /** Whether the record just decoded has an order. */
  #isImage = false;

  constructor(place: { readonly folder: string; readonly ringFile: string }) {
    this.#place = place;
  }

  /** @throws HotlapError ERR_JOURNAL_RECORD with file and byte */
  event(entry: JournalEntry): JournalEvent {
    const { kind, payload, sequence, segment, offset } = entry;
    const file = segment === 0 ? this.#place.ringFile : `${this.#place.folder}/${segmentName(segment)}`;
    this.records++;
    this.#isImage = IMAGE_KINDS.has(kind);
    try {
      const name = KINDS[kind] ?? `kind${kind}`;
      const place = { kind: name, sequence, file, byte: offset };
      if (!this.#isImage) {
        const said = jsonOf<Record<string, unknown>>(payload);
        this.#learn(kind, said);
        return { time: this.#timeOf(kind, said), ...place, said };
      }
      return { ...place, ...this.#orderOf(kind, payload) };
    } catch (cause) {
      throw new HotlapError(
        'ERR_JOURNAL_RECORD',
        `The record at byte ${offset} of ${file} cannot be read (${(cause as Error).message}): it was written by another version of hotlap, or by another program.`,
        { cause },
      );
    }
  }

  /** Of the record just decoded: IMAGE.key of its order; 0 for none. */
  get key(): number {
    return this.#isImage ? this.#image[IMAGE.key] : 0;
  }

  /** Whether the order of the record just decoded is, was or is to be called so. */
  isCalled(clOrdId: string): boolean {
    return this.#isImage && NAMES.some((slot) => this.#clOrdId(this.#image[slot]) === clOrdId);
  }

  #learn(kind: number, said: object): void {
    if (kind === JOURNAL_KIND.opened) {
      this.#opened = said as JournalOpened;
      this.#instruments = [];
      this.runs++;
    } else if (kind === JOURNAL_KIND.instrument) {
      const instrument = said as JournalInstrument;
      this.#instruments[instrument.handle] = instrument;
    }
  }

  #timeOf(kind: number, said: { timeNs?: unknown; startMs?: unknown }): string | null {
    if (kind === JOURNAL_KIND.opened) return utc(Number(said.startMs) * 1_000);
    return typeof said.timeNs === 'number' ? this.#at(said.timeNs) : null;
  }

  /** Of the engine's clock, which counts from its day's beginning. */
  #at(timeNs: number): string | null {
    return this.#opened === undefined ? null : utc(this.#opened.day0Ms * 1_000 + Math.floor(timeNs / 1_000));
  }

  #clOrdId(ordinal: number): string | null {
    return ordinal > 0 ? `${this.#opened?.clOrdIdPrefix ?? ''}${ordinal}` : null;
  }

  #orderOf(kind: number, payload: Uint8Array): { time: string | null; order: JournalOrder } {
    if (executionsBehind(payload.length) < 0) throw new Error(`no order has ${payload.length} bytes`);
    this.#imageBytes.set(payload.subarray(0, IMAGE_DOUBLES * 8));
    const image = this.#image;
    const of = (slot: number): number => image[slot];
    if (kind === JOURNAL_KIND.newOrder) this.#count(of(IMAGE.key));
    const instrument = this.#instrument(of(IMAGE.instrument));
    const price = (value: number): string | null => decimal(value, instrument.priceScale);
    const isReplace = kind === JOURNAL_KIND.replace;
    const isCancel = kind === JOURNAL_KIND.cancel;
    const pending = isReplace ? of(IMAGE.replaceOrdinal) : isCancel ? of(IMAGE.cancelOrdinal) : 0;
    const hasReplacement = of(IMAGE.replaceOrdinal) > 0;
    const executedQuantity = of(IMAGE.executedQuantity);
    const order: JournalOrder = {
      order: this.#clOrdId(of(IMAGE.key)),
      clOrdId: this.#clOrdId(pending > 0 ? pending : of(IMAGE.ordinal)),
      origClOrdId: pending > 0 ? this.#clOrdId(this.#origOf(isCancel)) : null,
      strategy: this.#opened?.strategies[of(IMAGE.strategy)] ?? 'house',
      symbol: instrument.symbol,
      side: SIDES[of(IMAGE.side)]?.toLowerCase() ?? '',
      timeInForce: TIMES_IN_FORCE[of(IMAGE.timeInForce)] ?? String(of(IMAGE.timeInForce)),
      price: price(of(IMAGE.price)),
      quantity: of(IMAGE.quantity),
      leaves: of(IMAGE.leaves),
      cumQuantity: of(IMAGE.cumQuantity),
      newPrice: hasReplacement ? price(of(IMAGE.newPrice)) : null,
      newQuantity: hasReplacement ? of(IMAGE.newQuantity) : null,
      state: ORDER_STATES[of(IMAGE.state)] ?? String(of(IMAGE.state)),
      event: ORDER_EVENTS[of(IMAGE.event)] ?? String(of(IMAGE.event)),
      cause: CAUSES[of(IMAGE.cause)] ?? String(of(IMAGE.cause)),
      executedQuantity,
      executedPrice: executedQuantity === 0 ? null : price(of(IMAGE.executedValueChange) / executedQuantity),
      execId: execIdOf(payload),
      msgSeqNum: of(IMAGE.msgSeqNum),
      position: of(IMAGE.positionQuantity),
    };
    return { time: this.#at(of(IMAGE.timeNs)), order };
  }

  /** Where older segments were taken away, the first run that is left has names no more. */
  #instrument(handle: number): Pick<JournalInstrument, 'symbol' | 'priceScale'> {
    const instrument = this.#instruments[handle];
    if (instrument !== undefined) return instrument;
    if (this.#opened !== undefined) throw new Error(`instrument ${handle} has no name`);
    return { symbol: `instrument ${handle}`, priceScale: 1 };
  }

  /** A cancel names the replacement under way, where there is one. */
  #origOf(isCancel: boolean): number {
    const replacement = this.#image[IMAGE.replaceOrdinal];
    return isCancel && replacement > 0 ? replacement : this.#image[IMAGE.ordinal];
  }

  /** Numbers of new orders rise over all runs, or a ClOrdID(11) has been used twice. */
  #count(key: number): void {
    if (key <= this.#newestKey) throw new Error(`order ${key} comes behind order ${this.#newestKey}`);
    this.#newestKey = key;
    this.orders++;
  }
}

function execIdOf(payload: Uint8Array): string {
  const at = IMAGE_DOUBLES * 8;
  const length = payload[at];
  const kept = Math.min(length, EXEC_ID_BYTES - 1);
  return `${String.fromCharCode(...payload.subarray(at + 1, at + 1 + kept))}${kept < length ? '…' : ''}`;
}

/** Microseconds since 1970 as `2026-03-02 14:30:00.123456`. */
function utc(us: number): string {
  const ms = Math.floor(us / 1_000);
  const rest = String(us - ms * 1_000).padStart(3, '0');
  return `${new Date(ms).toISOString().replace('T', ' ').slice(0, -1)}${rest}`;
}

/** An integer of 1/scale as a decimal number; a scale is a power of ten. null for none. */
function decimal(value: number, scale: number): string | null {
  if (Number.isNaN(value)) return null;
  return (value / scale).toFixed(Math.round(Math.log10(scale)));
}
