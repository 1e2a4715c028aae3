/** Symbols by handle, from the order table in shared memory, where the loop writes each before its first order. */
import { HEADER, orderTableLayout } from '../../engine/orders/order-table-layout.ts';

export class InstrumentNames {
  readonly #bytes: Uint8Array;
  readonly #names: string[] = [];
  readonly capacity: number;

  constructor(table: SharedArrayBuffer) {
    const { symbols, maxInstruments } = orderTableLayout(table);
    this.#bytes = symbols;
    this.capacity = maxInstruments;
  }

  /** Empty where the handle has no instrument yet. */
  of(handle: number): string {
    const known = this.#names[handle];
    if (known !== undefined) return known;
    const at = handle * HEADER.symbolBytes;
    const name = String.fromCharCode(...this.#bytes.slice(at, at + HEADER.symbolBytes)).replace(/\0.*$/s, '');
    if (name !== '') this.#names[handle] = name;
    return name;
  }
}
