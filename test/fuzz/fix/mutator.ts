import type { Random } from './random.ts';

const SOH = 1;
const EQUALS = 61;
const ZERO = 48;
/** Where number readers go wrong: at the ends of their types, at signs, at exponents, at nothing. */
const NUMBERS = [
  ...['0', '-0', '00', '1', '-1', '+1', '9', '10', '99', '100', '127', '128', '255', '256', '999', '1000', '9999999'],
  ...['2147483646', '2147483647', '2147483648', '-2147483648', '-2147483649', '4294967295', '4294967296'],
  ...['9007199254740991', '9007199254740993', '18446744073709551616', '99999999999999999999999999999999'],
  ...['0.1', '.5', '5.', '.', '-', '-.', '0.0000000000000001', '123456789012345', '1234567890123456', '1e5', '0x10'],
  ...['NaN', 'Infinity', ' 1', '1 ', '', 'Y', 'N', 'y', '1.1.1', '--1', '20200130-09:30:00', '20200130-24:00:00'],
  ...['20200230-09:30:60.999', '00000000-00:00:00.000', '20200130-09:30:00.123456789012', '20200130', '09:30:00'],
];
const TAGS = [
  ...['0', '-1', '1', '7', '8', '9', '10', '16', '34', '35', '36', '43', '45', '49', '52', '56', '58', '89', '93'],
  ...['95', '96', '97', '98', '108', '112', '115', '122', '123', '128', '141', '146', '212', '213', '268', '269'],
  ...['347', '369', '384', '448', '453', '454', '523', '554', '789', '802', '1128', '1137', '4999', '5000', '9999'],
  ...['65535', '65536', '99999999', '100000000', '2147483647', '2147483648', '4x', '', '=', '035', '00034'],
];
const BYTES = [0, SOH, EQUALS, ZERO, 57, 43, 45, 46, 124, 127, 128, 255];

/** Changes messages of a corpus, by bytes and by fields, into a buffer of its own. */
export class Mutator {
  readonly bytes: Uint8Array = new Uint8Array(16_384);
  length = 0;
  readonly #random: Random;
  readonly #corpus: readonly Uint8Array[];
  readonly #scratch = new Uint8Array(16_384);

  constructor(random: Random, corpus: readonly Uint8Array[]) {
    this.#random = random;
    this.#corpus = corpus;
  }

  /** The next message: one of the corpus, changed a few times, in most cases with BodyLength and CheckSum made right again. */
  next(): void {
    this.take(this.#random.of(this.#corpus));
    this.change(this.#random.below(4));
  }

  take(message: Uint8Array): void {
    this.bytes.set(message);
    this.length = message.length;
  }

  change(times: number): void {
    const random = this.#random;
    for (let i = 0; i < times; i++) this.#mutate();
    if (times === 0) return;
    const repair = random.below(8);
    if (repair < 5) this.repair(true);
    else if (repair < 6) this.repair(false);
  }

  #mutate(): void {
    const random = this.#random;
    switch (random.below(16)) {
      case 0:
        this.bytes[random.below(this.length)] ^= 1 << random.below(8);
        break;
      case 1:
        this.bytes[random.below(this.length)] = random.of(BYTES);
        break;
      case 2:
        this.#replace(random.below(this.length), 0, [random.of(BYTES)]);
        break;
      case 3:
        this.#replace(random.below(this.length), 1 + random.below(8), []);
        break;
      case 4:
        this.#splice();
        break;
      case 5:
        this.length = random.below(this.length) + 1;
        break;
      case 6:
        this.#concatenate();
        break;
      case 7:
      case 8:
        this.#duplicateField();
        break;
      case 9: {
        const [from, to] = this.#field();
        this.#replace(from, to - from, []);
        break;
      }
      case 10:
        this.#swapFields();
        break;
      case 11: {
        const [from, to] = this.#field();
        const equals = this.bytes.indexOf(EQUALS, from);
        if (equals >= 0 && equals < to) this.#replace(from, equals - from, textBytes(random.of(TAGS)));
        break;
      }
      case 12:
        this.#replace(this.#field()[0], 0, textBytes(`${random.of(TAGS)}=${random.of(NUMBERS)}\x01`));
        break;
      default: {
        const [from, to] = this.#field();
        const equals = this.bytes.indexOf(EQUALS, from);
        if (equals >= 0 && equals < to) this.#replace(equals + 1, to - equals - 2, textBytes(random.of(NUMBERS)));
      }
    }
    if (this.length === 0) this.take(random.of(this.#corpus));
  }

  /** Some field: from its tag to behind its SOH. */
  #field(): [number, number] {
    const at = this.#random.below(this.length);
    const from = this.bytes.lastIndexOf(SOH, at === 0 ? 0 : at - 1) + 1;
    const end = this.bytes.indexOf(SOH, from);
    return [from >= this.length ? 0 : from, end < 0 || end >= this.length ? this.length : end + 1];
  }

  #duplicateField(): void {
    const [from, to] = this.#field();
    const copy = this.bytes.slice(from, to);
    this.#replace(this.#field()[0], 0, copy);
  }

  #swapFields(): void {
    const [from, to] = this.#field();
    const copy = this.bytes.slice(from, to);
    this.#replace(from, to - from, []);
    if (this.length > 0) this.#replace(this.#field()[0], 0, copy);
  }

  /** The beginning of this message and the end of another. */
  #splice(): void {
    const other = this.#random.of(this.#corpus);
    const from = this.#random.below(other.length);
    this.length = this.#random.below(this.length);
    this.#replace(this.length, 0, other.subarray(from));
  }

  #concatenate(): void {
    this.#replace(this.length, 0, this.#random.of(this.#corpus));
  }

  #replace(at: number, count: number, by: ArrayLike<number>): void {
    const end = Math.min(this.length, at + Math.max(0, count));
    const grown = this.length - (end - at) + by.length;
    // Bounded: what a message may have is bounded too.
    if (grown > 12_000) return;
    this.bytes.copyWithin(at + by.length, end, this.length);
    this.bytes.set(by, at);
    this.length = grown;
  }

  /** Makes CheckSum right, and BodyLength where `withLength`, as far as there is a message to be seen. */
  repair(withLength: boolean): void {
    const { bytes, length } = this;
    const first = bytes.indexOf(SOH);
    const second = first < 0 ? -1 : bytes.indexOf(SOH, first + 1);
    if (second < 0 || second >= length || bytes[first + 1] !== 57) return;
    let end = length - 1;
    while (
      end > second &&
      !(bytes[end - 1] === SOH && bytes[end] === 49 && bytes[end + 1] === ZERO && bytes[end + 2] === EQUALS)
    )
      end--;
    if (end <= second) end = length;
    const stated = withLength ? textBytes(`9=${end - second - 1}\x01`) : bytes.slice(first + 1, second + 1);
    const out = this.#scratch;
    out.set(bytes.subarray(0, first + 1));
    out.set(stated, first + 1);
    out.set(bytes.subarray(second + 1, end), first + 1 + stated.length);
    let at = first + 1 + stated.length + end - second - 1;
    let sum = 0;
    for (let i = 0; i < at; i++) sum += out[i];
    out.set(textBytes(`10=${String(sum & 255).padStart(3, '0')}\x01`), at);
    at += 7;
    bytes.set(out.subarray(0, at));
    this.length = at;
  }
}

const texts = new Map<string, Uint8Array>();

/** Bytes of a text; the texts of the lists above come again and again. */
function textBytes(text: string): Uint8Array {
  let bytes = texts.get(text);
  if (bytes === undefined) {
    bytes = Buffer.from(text, 'latin1');
    if (texts.size < 20_000) texts.set(text, bytes);
  }
  return bytes;
}
