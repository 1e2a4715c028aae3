/** The orders whose messages are parsed and encoded: sides, symbols, prices and sizes of the demo's recording. */
import { join } from 'node:path';
import { createByteRing, feedRecording } from '../../app/recording/recording-feeder.ts';
import {
  CELL,
  CELLS_DOUBLES,
  depthStride,
  EVENT,
  INTEREST,
  native,
  POLL,
  RECORD_DOUBLES,
  TICK,
} from '../../native/index.ts';
import { packageRoot } from '../../native/paths.ts';

/** Enough that no branch predictor learns them and no cache of the first level holds them. */
export const ORDERS = 4_096;
/** Prices are whole numbers of 1/10,000. */
export const PRICE_DECIMALS = 4;
/** The recordings carry no date; theirs is that of the demo's session. */
export const DAY0_MS = Date.UTC(2026, 0, 5);

const RING_BYTES = 8 << 20;
const MAX_INSTRUMENTS = 128;
const CL_ORD_ID_PREFIX = 'K3X9-';
const CENT = 100;

/** One order and its execution, as numbers and texts. */
export interface BenchOrder {
  readonly msgSeqNum: number;
  /** SendingTime(52) of its messages, in milliseconds since DAY0_MS, rising. */
  readonly timeMs: number;
  /** TransactTime(60): what the message tells happened up to three milliseconds before it was sent. */
  readonly transactMs: number;
  /** 1 buy, 2 sell. */
  readonly side: number;
  readonly symbol: string;
  readonly clOrdId: string;
  readonly quantity: number;
  /** In 1/10,000. */
  readonly price: number;
  readonly orderId: string;
  readonly execId: string;
  readonly lastQuantity: number;
  /** With what was filled before, at better prices: AvgPx(6) is then another price than LastPx(31). */
  readonly cumQuantity: number;
  /** In 1/10,000. */
  readonly averagePrice: number;
  /** 1 partially filled, 2 filled. */
  readonly ordStatus: number;
}

/** As a line of the file that subjects of other languages read; the same order as `BenchOrder`. */
export const orderLine = (order: BenchOrder): string =>
  [
    order.msgSeqNum,
    order.timeMs,
    order.transactMs,
    order.side,
    order.symbol,
    order.clOrdId,
    order.quantity,
    order.price,
    order.orderId,
    order.execId,
    order.lastQuantity,
    order.cumQuantity,
    order.averagePrice,
    order.ordStatus,
  ].join('\t');

export function parseOrders(text: string): BenchOrder[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const cells = line.split('\t');
      const number = (column: number): number => Number(cells[column]);
      return {
        msgSeqNum: number(0),
        timeMs: number(1),
        transactMs: number(2),
        side: number(3),
        symbol: cells[4] as string,
        clOrdId: cells[5] as string,
        quantity: number(6),
        price: number(7),
        orderId: cells[8] as string,
        execId: cells[9] as string,
        lastQuantity: number(10),
        cumQuantity: number(11),
        averagePrice: number(12),
        ordStatus: number(13),
      };
    });
}

/** The first `ORDERS` orders that the demo's recording adds to its books. */
export async function recordedOrders(): Promise<BenchOrder[]> {
  const file = join(packageRoot, 'recordings', 'demo.pcap.zst');
  const symbols = await readAdds(file, [], () => undefined);
  const orders: BenchOrder[] = [];
  await readAdds(file, symbols, (symbol, record) => {
    if (orders.length === ORDERS) return;
    // Several in one millisecond would leave a timestamp as it was: each message has its own.
    const timeMs = Math.max(Math.floor(record[TICK.exchangeTimeNs] / 1e6), (orders.at(-1)?.timeMs ?? 0) + 1);
    orders.push(orderOf(orders.length, timeMs, symbol, record));
  });
  if (orders.length < ORDERS) throw new RangeError(`${file} has ${orders.length} orders, not ${ORDERS}`);
  return orders;
}

function orderOf(index: number, timeMs: number, symbol: string, record: Float64Array): BenchOrder {
  const quantity = record[TICK.size];
  const price = record[TICK.price];
  const side = record[TICK.side];
  const { before, last } = fillOf(index, quantity);
  const better = (side === 1 ? -1 : 1) * CENT * (1 + (scatter(index, 3) % 4));
  const cumQuantity = before + last;
  return {
    msgSeqNum: index + 2,
    timeMs,
    transactMs: timeMs - (scatter(index, 1) % 4),
    side,
    symbol,
    clOrdId: `${CL_ORD_ID_PREFIX}${index + 1}`,
    quantity,
    price,
    orderId: `${record[TICK.idHigh] * 2 ** 32 + record[TICK.idLow]}`,
    execId: `${record[TICK.sequence]}`,
    lastQuantity: last,
    cumQuantity,
    averagePrice: Math.round((before * (price + better) + last * price) / cumQuantity),
    ordStatus: cumQuantity < quantity ? 1 : 2,
  };
}

/** Of ten reports four tell a fill of the whole, two the first of several, two one of the middle, two the last. */
function fillOf(index: number, quantity: number): { before: number; last: number } {
  const share = scatter(index, 2) % 10;
  const third = Math.floor(quantity / 3);
  if (third === 0 || share < 4) return { before: 0, last: quantity };
  if (share < 6) return { before: 0, last: third };
  return { before: third, last: share < 8 ? third : quantity - third };
}

/** The same each time, without a pattern that a branch predictor could learn: Knuth's multiplicative hash. */
const scatter = (index: number, stream: number): number => Math.imul(index * 8 + stream, 0x9e3779b1) >>> 16;

/** Reads through a recording. @returns the symbols that it has, busiest first */
async function readAdds(
  file: string,
  symbols: readonly string[],
  onAdd: (symbol: string, record: Float64Array) => void,
): Promise<string[]> {
  const ring = createByteRing(RING_BYTES);
  const feed = await feedRecording(file, ring);
  const cells = new Float64Array(new SharedArrayBuffer(CELLS_DOUBLES * 8));
  cells[CELL.deadlineNs] = Number.POSITIVE_INFINITY;
  cells[CELL.limitSequence] = Number.POSITIVE_INFINITY;
  const record = new Float64Array(RECORD_DOUBLES);
  const receiver = new (native().FeedReceiver)({
    source: { kind: 'recording', ring, format: feed.format, speed: 0 },
    cells,
    record,
    depth: new Float64Array(MAX_INSTRUMENTS * depthStride(1)),
    depthLevels: 1,
    maxInstruments: MAX_INSTRUMENTS,
    expectedOrders: 1 << 16,
  });
  try {
    const bySymbol = symbols.slice(0, MAX_INSTRUMENTS);
    const handles = new Map(bySymbol.map((symbol) => [receiver.subscribe(symbol, INTEREST.book), symbol]));
    for (let more = true; more || cells[CELL.sourceEnded] === 0; ) {
      more = await feed.pump();
      for (let found = receiver.poll(); found !== POLL.idle; found = receiver.poll()) {
        if (found !== POLL.event || record[TICK.kind] !== EVENT.add) continue;
        const symbol = handles.get(record[TICK.instrument]);
        if (symbol !== undefined) onAdd(symbol, record);
      }
    }
    return receiver.books(1).map((book) => book.symbol);
  } finally {
    receiver.close();
    await feed.close();
  }
}
