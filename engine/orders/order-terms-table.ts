import { HotlapError } from '../domain/errors.ts';
import type { OrderTerms } from '../domain/order-terms.ts';
import { TimeInForce } from '../domain/time-in-force.ts';

/**
 * Terms of orders under small numbers, which is all that an order carries of them. A plain limit order's number is its
 * TimeInForce(59); what a strategy or an earlier run has asked for beside that gets the next free one and keeps it.
 *
 * In shared memory, so that whoever takes over after the loop can still name the account of an order:
 *
 *   header  8 bytes           int32 count
 *   rows    MAX_TERMS × ROW_BYTES   JSON in UTF-8, zero-padded
 */
const FIRST = 16;
const MAX_TERMS = 240;
const ROW_BYTES = 1_024;
const HEADER_BYTES = 8;

export const createOrderTerms = (): SharedArrayBuffer => new SharedArrayBuffer(HEADER_BYTES + MAX_TERMS * ROW_BYTES);

/** A number and what it stands for. */
export interface NumberedTerms {
  readonly number: number;
  readonly terms: OrderTerms;
}

/** All that have been asked for so far; of any thread. Cold. */
export const readOrderTerms = (buffer: SharedArrayBuffer): NumberedTerms[] => {
  const count = Atomics.load(new Int32Array(buffer, 0, 1), 0);
  return Array.from({ length: count }, (_, index) => {
    const row = new Uint8Array(buffer, HEADER_BYTES + index * ROW_BYTES, ROW_BYTES).slice();
    const end = row.indexOf(0);
    return { number: FIRST + index, terms: JSON.parse(new TextDecoder().decode(row.subarray(0, end))) as OrderTerms };
  });
};

export class OrderTermsTable {
  /** By number. */
  readonly timeInForce = new Int32Array(FIRST + MAX_TERMS);
  /** 1 for a market order. */
  readonly market = new Uint8Array(FIRST + MAX_TERMS);
  private readonly count: Int32Array;
  private readonly rows: Uint8Array;
  private readonly numbers = new Map<string, number>();
  private readonly added: (numbered: NumberedTerms) => void;

  /** @param added hears of new terms before their number is used; what it throws refuses them */
  constructor(buffer: SharedArrayBuffer, added: (numbered: NumberedTerms) => void) {
    this.count = new Int32Array(buffer, 0, 1);
    this.rows = new Uint8Array(buffer, HEADER_BYTES);
    this.added = added;
    for (const plain of Object.values(TimeInForce)) this.timeInForce[plain] = plain;
  }

  /**
   * Terms of an earlier run, under the numbers that its orders have. Before any other.
   */
  restore(earlier: readonly NumberedTerms[]): void {
    for (const { terms } of [...earlier].sort((a, b) => a.number - b.number)) this.numberOf(terms);
  }

  /** Cold: allocates. @throws HotlapError ERR_ORDER_OPTIONS */
  numberOf(terms: OrderTerms): number {
    const text = textOf(terms);
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    const index = this.count[0] as number;
    const bytes = new TextEncoder().encode(text);
    if (index === MAX_TERMS) {
      throw new HotlapError(
        'ERR_ORDER_OPTIONS',
        `Orders have left with ${MAX_TERMS} different options, and there is room for no more: give options that few orders share no fields of their own.`,
      );
    }
    if (bytes.length >= ROW_BYTES) {
      throw new HotlapError(
        'ERR_ORDER_OPTIONS',
        `The options of an order take ${bytes.length} bytes, and ${ROW_BYTES - 1} are allowed: give fewer or shorter \`tags\`.`,
      );
    }
    const number = FIRST + index;
    this.added({ number, terms });
    this.rows.set(bytes, index * ROW_BYTES);
    Atomics.store(this.count, 0, index + 1);
    this.timeInForce[number] = terms.timeInForce;
    this.market[number] = terms.isMarket ? 1 : 0;
    this.numbers.set(text, number);
    return number;
  }
}

/** The same text for the same terms, in whatever order they were given. */
const textOf = ({ isMarket, timeInForce, account, execInst, fields }: OrderTerms): string =>
  JSON.stringify({
    isMarket,
    timeInForce,
    account,
    execInst,
    fields: fields && Object.fromEntries(Object.entries(fields).sort(([a], [b]) => Number(a) - Number(b))),
  });
