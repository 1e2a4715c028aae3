/** Takes refusals out of the loop's ring and into the run's folder as they come: there may be one an event. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { OrderLogReader } from '../engine/orders/order-log.ts';
import { REFUSAL_LOG, refusalReader } from '../engine/orders/refusal-log.ts';

export const REFUSALS_FILE = 'refusals.csv';
/** Some 80 MB. A strategy that is refused more often than that in a day is refused for one reason. */
const KEPT_RECORDS = 1_000_000;

export class RefusalDrain {
  readonly #reader: OrderLogReader;
  readonly #limit: number;
  #fd: number | undefined;
  #kept = 0;
  #left = 0;

  constructor(ring: SharedArrayBuffer, out: string, limit = KEPT_RECORDS) {
    this.#reader = refusalReader(ring);
    this.#limit = limit;
    this.#fd = openSync(join(out, REFUSALS_FILE), 'w');
    this.#write(`${Object.keys(REFUSAL_LOG).join(',')}\n`);
  }

  /** Refusals that the file lacks. */
  get lost(): number {
    return this.#reader.lost + this.#left;
  }

  drain(): void {
    const lines: string[] = [];
    this.#reader.drain((record) => {
      if (this.#kept + lines.length < this.#limit) lines.push(`${record.join(',')}\n`);
      else this.#left += 1;
    });
    if (lines.length === 0) return;
    if (this.#write(lines.join(''))) this.#kept += lines.length;
    else this.#left += lines.length;
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  /** A full disk ends the file, never the run. */
  #write(text: string): boolean {
    if (this.#fd === undefined) return false;
    try {
      for (let rest = Buffer.from(text, 'latin1'); rest.length > 0; ) rest = rest.subarray(writeSync(this.#fd, rest));
      return true;
    } catch {
      this.close();
      return false;
    }
  }
}
