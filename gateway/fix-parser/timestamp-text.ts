import { ZERO } from './ascii.ts';

export const TIMESTAMP_BYTES = 21;
const DAY_MS = 86_400_000;

/**
 * The current time as `YYYYMMDD-HH:MM:SS.mmm`, kept as bytes: within a second only three digits are rewritten,
 * and templates copy it. Only the date needs a calendar.
 */
export class UtcTimestampText {
  readonly bytes: Uint8Array = new Uint8Array(TIMESTAMP_BYTES);
  /** Sum of the bytes. */
  sum = 0;
  /** [epochMs, ms at the start of the day, ms at the start of the second, origin]: doubles in cells, so that they cost nothing. */
  readonly #at = new Float64Array([Number.NaN, Number.NaN, Number.NaN, 0]);
  /** Changes with every new text: a slot that holds this version needs no copy. */
  version = 0;
  /** Changes with every new second. */
  secondVersion = 0;

  readonly #clockNs: Float64Array;
  readonly #cell: number;

  /**
   * @param clockNs the clock is read from clockNs[cell], nanoseconds since `originMs` (a double argument could cost a heap number)
   * @param originMs milliseconds since 1970
   */
  constructor(clockNs: Float64Array, cell: number, originMs: number) {
    this.#clockNs = clockNs;
    this.#cell = cell;
    this.#at[3] = originMs;
  }

  /** Follows the clock; milliseconds are cut off, not rounded. */
  update(): void {
    const at = this.#at;
    const ms = Math.floor(at[3] + Math.floor(this.#clockNs[this.#cell] / 1e6));
    if (ms === at[0]) return;
    at[0] = ms;
    this.version = (this.version + 1) | 0;
    const inSecond = ms - at[2];
    if (inSecond >= 0 && inSecond < 1_000) {
      this.#setMillisecond(inSecond | 0);
      return;
    }
    this.secondVersion = (this.secondVersion + 1) | 0;
    const inDay = ms - at[1];
    if (!(inDay >= 0 && inDay < DAY_MS)) this.#setDay(Math.floor(ms / DAY_MS));
    const msOfDay = (ms - at[1]) | 0;
    const second = (msOfDay / 1_000) | 0;
    at[2] = at[1] + second * 1_000;
    const bytes = this.bytes;
    put2(bytes, 9, (second / 3_600) | 0);
    put2(bytes, 12, ((second / 60) | 0) % 60);
    put2(bytes, 15, second % 60);
    put3(bytes, 18, msOfDay - second * 1_000);
    this.sum = sumOf(bytes);
  }

  #setMillisecond(millisecond: number): void {
    const bytes = this.bytes;
    const before = bytes[18] + bytes[19] + bytes[20];
    put3(bytes, 18, millisecond);
    this.sum += bytes[18] + bytes[19] + bytes[20] - before;
  }

  #setDay(day: number): void {
    this.#at[1] = day * DAY_MS;
    const text = new Date(day * DAY_MS).toISOString();
    const date = `${text.slice(0, 4)}${text.slice(5, 7)}${text.slice(8, 10)}-00:00:00.000`;
    for (let i = 0; i < TIMESTAMP_BYTES; i++) this.bytes[i] = date.charCodeAt(i);
  }
}

function put2(bytes: Uint8Array, at: number, value: number): void {
  const tens = (value / 10) | 0;
  bytes[at] = tens + ZERO;
  bytes[at + 1] = value - tens * 10 + ZERO;
}

function put3(bytes: Uint8Array, at: number, value: number): void {
  const hundreds = (value / 100) | 0;
  bytes[at] = hundreds + ZERO;
  put2(bytes, at + 1, value - hundreds * 100);
}

function sumOf(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < TIMESTAMP_BYTES; i++) sum += bytes[i];
  return sum;
}
