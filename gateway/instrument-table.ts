import { asciiBytes, type FixMessage, TAG } from 'fix-parser';
import { HotlapError } from '../engine/domain/errors.ts';
import type { Instrument } from '../engine/domain/instrument.ts';
import { ByteIndex } from './byte-index.ts';
import { WIDTH } from './messages/header.ts';
import { instrumentBytes, type SymbolNames } from './order-dialect.ts';

/** The run's instruments as the venue names them: by handle to send, by SecurityID(48) or Symbol(55) to receive. */
export class InstrumentTable {
  readonly #names: Readonly<Record<string, SymbolNames>>;
  readonly #wire: Uint8Array[] = [];
  /** Decimal places of a price, by handle; -1 for no such instrument. */
  #decimals = new Int32Array(16).fill(-1);
  #multipliers = new Float64Array(16);
  readonly #bySymbol = new ByteIndex();
  readonly #bySecurityId = new ByteIndex();
  #hasSecurityIds = false;

  /** @param names what the venue calls them, by our symbol */
  constructor(names: Readonly<Record<string, SymbolNames>> = {}) {
    this.#names = names;
  }

  add(instrument: Instrument): void {
    const { handle, symbol } = instrument;
    const names = Object.hasOwn(this.#names, symbol) ? (this.#names[symbol] as SymbolNames) : {};
    const venueSymbol = names.symbol ?? symbol;
    if (!/^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(venueSymbol) || venueSymbol.length > WIDTH.symbol) {
      throw new HotlapError(
        'ERR_FIX_SYMBOL',
        `"${venueSymbol}" cannot be a Symbol(55): give 1 to ${WIDTH.symbol} ASCII characters.`,
      );
    }
    const decimals = Math.round(Math.log10(instrument.priceScale));
    if (decimals < 0 || decimals > 9 || 10 ** decimals !== instrument.priceScale) {
      throw new HotlapError(
        'ERR_FIX_PRICE_SCALE',
        `${symbol}: a priceScale of ${instrument.priceScale} is no power of ten.`,
      );
    }
    while (handle >= this.#decimals.length) {
      const grown = new Int32Array(this.#decimals.length * 2).fill(-1);
      grown.set(this.#decimals);
      this.#decimals = grown;
      const multipliers = new Float64Array(grown.length);
      multipliers.set(this.#multipliers);
      this.#multipliers = multipliers;
    }
    this.#wire[handle] = instrumentBytes(symbol, names);
    this.#decimals[handle] = decimals;
    this.#multipliers[handle] = instrument.multiplier;
    this.#name(symbol, venueSymbol, names.securityId, handle);
  }

  /** Reports name what they are about: two instruments of one name would be one position. */
  #name(symbol: string, venueSymbol: string, securityId: string | undefined, handle: number): void {
    const before = this.#bySymbol.set(asciiBytes(venueSymbol), handle);
    if (securityId !== undefined) {
      this.#hasSecurityIds = true;
      const other = this.#bySecurityId.set(asciiBytes(securityId), handle);
      if (other < 0 || other === handle) return;
      throw ambiguous(`SecurityID(48) ${securityId}`, symbol);
    }
    if (before >= 0 && before !== handle) throw ambiguous(`Symbol(55) ${venueSymbol}`, symbol);
  }

  has(handle: number): boolean {
    return handle >= 0 && handle < this.#decimals.length && this.#decimals[handle] >= 0;
  }

  /** The value of Symbol(55), and behind it the further fields that name it at this venue. */
  symbol(handle: number): Uint8Array {
    return this.#wire[handle];
  }

  /** Decimal places of a price: 4 for a priceScale of 10,000. */
  decimals(handle: number): number {
    return this.#decimals[handle];
  }

  /** By handle: currency per unit of price. */
  get multipliers(): Float64Array {
    return this.#multipliers;
  }

  /** Which instrument a message is about. @returns the handle, or -1 */
  of(message: FixMessage): number {
    if (this.#hasSecurityIds) {
      const id = message.indexOf(TAG.SecurityID);
      const found = id < 0 ? -1 : this.#bySecurityId.find(message.bytes, message.startAt(id), message.endAt(id));
      if (found >= 0) return found;
    }
    const symbol = message.indexOf(TAG.Symbol);
    return symbol < 0 ? -1 : this.#bySymbol.find(message.bytes, message.startAt(symbol), message.endAt(symbol));
  }
}

const ambiguous = (what: string, symbol: string): HotlapError =>
  new HotlapError(
    'ERR_FIX_SYMBOL',
    `${what} is the name of two instruments, ${symbol} one of them: correct \`orders.symbols\` of the venue.`,
    { exitStatus: 2 },
  );
