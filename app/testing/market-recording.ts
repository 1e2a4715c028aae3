/** A market in marbles as a recording that the production decoder reads: TotalView-ITCH 5.0 in BinaryFILE. */
import { BinaryFileFramer, BUFFER_BYTES, BUFFER_SLACK_BYTES, ItchEncoder } from '../../simulator/index.ts';
import type { MarketMarbles } from './marbles.ts';
import type { MarketEvent } from './market-event.ts';

/** Engine time of frame 0, 09:30:00; what a feed says before trading begins comes a second earlier. */
export const FIRST_FRAME_NS = 34_200e9;
const OPENING_NS = FIRST_FRAME_NS - 1e9;

const ASCII = { B: 0x42, H: 0x48, M: 0x4d, O: 0x4f, Q: 0x51, S: 0x53, T: 0x54 } as const;

interface Resting {
  reference: number;
  price: number;
  size: number;
}

type Side = 'bids' | 'asks';
type Sides = Record<Side, Resting[]>;

export function marketRecording({ frames, endMs }: MarketMarbles): Uint8Array {
  const symbols = [...new Set(frames.flatMap(({ events }) => events.map(({ symbol }) => symbol)))];
  const writer = new MarketWriter(symbols);
  for (const { ms, events } of frames) for (const event of events) writer.happens(FIRST_FRAME_NS + ms * 1e6, event);
  return writer.end(FIRST_FRAME_NS + endMs * 1e6);
}

class MarketWriter {
  readonly #encoder: ItchEncoder;
  readonly #framer = new BinaryFileFramer();
  readonly #full: Uint8Array[] = [];
  readonly #symbols: readonly string[];
  readonly #books: Sides[];
  /** Of orders and of trades. */
  #reference = 0;
  #match = 0;

  constructor(symbols: readonly string[]) {
    this.#symbols = symbols;
    this.#encoder = new ItchEncoder(symbols);
    this.#books = symbols.map(() => ({ bids: [], asks: [] }));
    const { time } = this.#encoder;
    time[0] = OPENING_NS;
    for (const code of [ASCII.O, ASCII.S]) this.#put((itch) => itch.systemEvent(code));
    for (const [index] of symbols.entries()) {
      this.#put((itch) => itch.stockDirectory(index + 1));
      this.#put((itch) => itch.tradingAction(index + 1, ASCII.T));
    }
    this.#put((itch) => itch.systemEvent(ASCII.Q));
  }

  happens(timeNs: number, event: MarketEvent): void {
    this.#encoder.time[0] = timeNs;
    const index = this.#symbols.indexOf(event.symbol);
    const locate = index + 1;
    const book = this.#books[index] as Sides;
    switch (event.kind) {
      case 'book': {
        // The side that makes room goes first: a book is never crossed on the way.
        const bidsRise = (event.bids[0]?.price ?? 0) >= (book.asks[0]?.price ?? Number.POSITIVE_INFINITY);
        const order: Side[] = bidsRise ? ['asks', 'bids'] : ['bids', 'asks'];
        for (const side of order) book[side] = this.#become(locate, side, book[side], event[side]);
        break;
      }
      case 'trade':
        this.#match += 1;
        this.#put((itch) => itch.trade(locate, event.size, event.price, this.#match));
        break;
      case 'take':
        this.#take(locate, book[event.from], event.size);
        break;
      case 'halt':
        this.#put((itch) => itch.tradingAction(locate, ASCII.H));
        break;
      case 'resume':
        this.#put((itch) => itch.tradingAction(locate, ASCII.T));
        break;
    }
  }

  end(timeNs: number): Uint8Array {
    this.#encoder.time[0] = timeNs;
    this.#put((itch) => itch.systemEvent(ASCII.M));
    this.#framer.finish(timeNs);
    this.#drain();
    return Buffer.concat(this.#full);
  }

  /** What differs, level by level: one order stands for a level, its size the level's. */
  #become(
    locate: number,
    side: Side,
    was: readonly Resting[],
    wanted: readonly { price: number; size: number }[],
  ): Resting[] {
    const gone = was.filter(({ price }) => !wanted.some((level) => level.price === price));
    const next = wanted.map(({ price, size }): Resting => {
      const same = was.find((order) => order.price === price);
      const replaced = same ?? gone.shift();
      if (replaced === undefined) {
        this.#reference += 1;
        const code = side === 'bids' ? ASCII.B : ASCII.S;
        this.#put((itch) => itch.addOrder(locate, this.#reference, code, size, price));
        return { reference: this.#reference, price, size };
      }
      if (same !== undefined && size === same.size) return same;
      if (same !== undefined && size < same.size) {
        this.#put((itch) => itch.orderCancel(locate, same.reference, same.size - size));
        return { ...same, size };
      }
      this.#reference += 1;
      this.#put((itch) => itch.orderReplace(locate, replaced.reference, this.#reference, size, price));
      return { reference: this.#reference, price, size };
    });
    for (const { reference } of gone) this.#put((itch) => itch.orderDelete(locate, reference));
    return next;
  }

  #take(locate: number, side: Resting[], size: number): void {
    for (let left = size; left > 0 && side.length > 0; ) {
      const best = side[0] as Resting;
      const shares = Math.min(left, best.size);
      this.#match += 1;
      this.#put((itch) => itch.orderExecuted(locate, best.reference, shares, this.#match));
      best.size -= shares;
      left -= shares;
      if (best.size === 0) side.shift();
    }
  }

  #put(encode: (itch: ItchEncoder) => number): void {
    const framer = this.#framer;
    this.#encoder.offset = framer.begin(this.#encoder.time[0]);
    this.#encoder.bytes = framer.buffer;
    framer.end(encode(this.#encoder));
    if (framer.length > BUFFER_BYTES) this.#drain();
  }

  #drain(): void {
    this.#full.push(this.#framer.buffer.subarray(0, this.#framer.length));
    this.#framer.reset(new Uint8Array(BUFFER_BYTES + BUFFER_SLACK_BYTES));
  }
}
