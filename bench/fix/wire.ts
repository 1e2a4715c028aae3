/** The messages that are parsed, written once field by field, and what reading them must find. */
import { type FixMessage, FRAME, Framer, MessageWriter, TAG, VALUE } from 'fix-parser';
import { type BenchOrder, DAY0_MS, PRICE_DECIMALS } from './orders.ts';

export const KINDS = ['NewOrderSingle', 'ExecutionReport'] as const;
export type Kind = (typeof KINDS)[number];

export const SENDER = 'HOTLAP';
export const TARGET = 'VENUE';
export const ACCOUNT = 'BENCH-1';

/** Fields that are read from each message, typed; each subject adds its ten values to ten sums, in this order. */
export const FIELDS_READ = 10;

const REGION_BYTES = 1_024;

/** `YYYYMMDD-HH:MM:SS.mmm`. */
export const timeText = (timeMs: number): string =>
  new Date(DAY0_MS + timeMs).toISOString().replaceAll('-', '').replace('T', '-').replace('Z', '');

/** All messages of a kind, one behind the other; fields of the body in ascending order, as QuickFIX sends them. */
export function wireOf(kind: Kind, orders: readonly BenchOrder[]): Buffer {
  const region = new Uint8Array(REGION_BYTES);
  const writer = new MessageWriter(region, 0, REGION_BYTES, 'FIX.4.4');
  const write = kind === 'NewOrderSingle' ? writeOrder : writeReport;
  return Buffer.concat(
    orders.map((order) => {
      const length = write(writer, order);
      return Buffer.from(region.slice(writer.offset, writer.offset + length));
    }),
  );
}

function header(writer: MessageWriter, msgType: string, order: BenchOrder): MessageWriter {
  return writer
    .start(msgType)
    .uint(TAG.MsgSeqNum, order.msgSeqNum)
    .text(TAG.SenderCompID, SENDER)
    .text(TAG.SendingTime, timeText(order.timeMs))
    .text(TAG.TargetCompID, TARGET);
}

function writeOrder(writer: MessageWriter, order: BenchOrder): number {
  return header(writer, 'D', order)
    .text(TAG.Account, ACCOUNT)
    .text(TAG.ClOrdID, order.clOrdId)
    .text(TAG.HandlInst, '1')
    .uint(TAG.OrderQty, order.quantity)
    .text(TAG.OrdType, '2')
    .decimal(TAG.Price, order.price, PRICE_DECIMALS)
    .uint(TAG.Side, order.side)
    .text(TAG.Symbol, order.symbol)
    .text(TAG.TimeInForce, '0')
    .text(TAG.TransactTime, timeText(order.transactMs))
    .finish();
}

function writeReport(writer: MessageWriter, order: BenchOrder): number {
  return header(writer, '8', order)
    .decimal(TAG.AvgPx, order.averagePrice, PRICE_DECIMALS)
    .text(TAG.ClOrdID, order.clOrdId)
    .uint(TAG.CumQty, order.cumQuantity)
    .text(TAG.ExecID, order.execId)
    .decimal(TAG.LastPx, order.price, PRICE_DECIMALS)
    .uint(TAG.LastQty, order.lastQuantity)
    .text(TAG.OrderID, order.orderId)
    .uint(TAG.OrderQty, order.quantity)
    .uint(TAG.OrdStatus, order.ordStatus)
    .uint(TAG.Side, order.side)
    .text(TAG.Symbol, order.symbol)
    .text(TAG.TransactTime, timeText(order.transactMs))
    .text(TAG.ExecType, 'F')
    .uint(TAG.LeavesQty, order.quantity - order.cumQuantity)
    .finish();
}

const bytesOf = (text: string): number => [...text].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
const codeOf = (letter: string | number): number => `${letter}`.charCodeAt(0);

/** The ten sums over one pass: known from the orders, not from anybody's parser. */
export function expectedSums(kind: Kind, orders: readonly BenchOrder[]): number[] {
  const sums = new Array<number>(FIELDS_READ).fill(0);
  for (const order of orders) {
    const values =
      kind === 'NewOrderSingle'
        ? [
            order.msgSeqNum,
            order.timeMs,
            bytesOf(order.clOrdId),
            order.quantity,
            codeOf('2'),
            order.price,
            codeOf(order.side),
            bytesOf(order.symbol),
            codeOf('0'),
            order.transactMs,
          ]
        : [
            order.msgSeqNum,
            bytesOf(order.clOrdId),
            order.price,
            order.lastQuantity,
            bytesOf(order.orderId),
            codeOf(order.ordStatus),
            codeOf(order.side),
            bytesOf(order.symbol),
            order.transactMs,
            codeOf('F'),
          ];
    for (let i = 0; i < FIELDS_READ; i++) sums[i] += values[i];
  }
  return sums;
}

/** Every field but BodyLength, in the order of the tags: equal for two encodings of the same message. */
export function fieldsOf(message: FixMessage): string {
  const fields: [number, string][] = [];
  for (let i = 0; i < message.count; i++) {
    const tag = message.tagAt(i);
    if (tag === TAG.BodyLength) continue;
    fields.push([tag, Buffer.from(message.bytes.subarray(message.startAt(i), message.endAt(i))).toString('latin1')]);
  }
  return fields
    .sort((a, b) => a[0] - b[0])
    .map(([tag, value]) => `${tag}=${value}`)
    .join('|');
}

/** Where each message begins. */
export function startsOf(bytes: Uint8Array): number[] {
  const framer = new Framer({ maxMessageBytes: 8_192, resync: 'bodyLength' });
  const starts: number[] = [];
  for (let at = 0; at < bytes.length; at = framer.end) {
    if (framer.next(bytes, at, bytes.length) !== FRAME.message) throw new Error(`no message at ${at}`);
    starts.push(at);
  }
  return starts;
}

/** A typed read that must succeed. */
export function assertOk(status: number, tag: number): void {
  if (status !== VALUE.ok) throw new Error(`the value of ${tag} could not be read (${status})`);
}
