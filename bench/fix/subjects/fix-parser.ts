/** Our own codec, used as the gateway uses it: a Framer and one FixMessage for parsing, a template for each message type. */
import { asciiBytes, FixMessage, FRAME, Framer, type MessageTemplate, PARSE, TAG, UtcTimestampText } from 'fix-parser';
import { version } from '../../../app/version.ts';
import { executionReport, HEADER_SLOT, newOrderSingle } from '../../../gateway/index.ts';
import { type BenchOrder, DAY0_MS, PRICE_DECIMALS } from '../orders.ts';
import { runSubject, type Subject, type SubjectInput } from '../run-subject.ts';
import { ACCOUNT, assertOk, SENDER, startsOf, TARGET } from '../wire.ts';

const ZERO = 48;
const TX_BYTES = 4_096;
const FILL = 'F'.charCodeAt(0);
const LIMIT = '2'.charCodeAt(0);
const DAY = '0'.charCodeAt(0);
const IDS = { beginString: 'FIX.4.4', senderCompId: SENDER, targetCompId: TARGET };

class FixParserSubject implements Subject {
  readonly name = 'fix-parser';
  /** It is a part of hotlap's package. */
  readonly version = version();
  readonly how = 'Framer and FixMessage over one buffer; MessageTemplate';
  readonly parse;
  readonly encode;
  readonly #orders: Columns;
  readonly #framer = new Framer({ maxMessageBytes: 8_192, resync: 'bodyLength' });
  readonly #message = new FixMessage();
  readonly #cell = new Float64Array(1);
  readonly #tx = new Uint8Array(TX_BYTES);
  readonly #clockNs = new Float64Array(1);
  readonly #time = new UtcTimestampText(this.#clockNs, 0, DAY0_MS);
  readonly #new = newOrderSingle(IDS, {});
  readonly #newMessage: MessageTemplate;
  readonly #report = executionReport(IDS);
  readonly #reportMessage: MessageTemplate;

  constructor({ orders, wire }: SubjectInput) {
    this.#orders = columnsOf(orders);
    // HandlInst is no part of the gateway's order; the others send it, so this one does.
    this.#newMessage = this.#new.builder.constant(TAG.HandlInst, '1').build(this.#tx, 0);
    // As the gateway does, which writes it again where the next order's is another.
    const account = asciiBytes(ACCOUNT);
    this.#newMessage.setBytes(this.#new.account, account, 0, account.length);
    this.#reportMessage = this.#report.builder.build(this.#tx, TX_BYTES / 2);
    const { NewOrderSingle, ExecutionReport } = wire;
    const orderStarts = startsOf(NewOrderSingle);
    const reportStarts = startsOf(ExecutionReport);
    this.parse = {
      NewOrderSingle: (from: number, to: number, sums: Float64Array) =>
        this.#parseOrders(NewOrderSingle, orderStarts[from], to - from, sums),
      ExecutionReport: (from: number, to: number, sums: Float64Array) =>
        this.#parseReports(ExecutionReport, reportStarts[from], to - from, sums),
    };
    this.encode = {
      NewOrderSingle: (from: number, to: number, sums: Float64Array) => {
        for (let i = from; i < to; i++) this.#count(this.#newMessage, this.#encodeOrder(i), sums);
      },
      ExecutionReport: (from: number, to: number, sums: Float64Array) => {
        for (let i = from; i < to; i++) this.#count(this.#reportMessage, this.#encodeReport(i), sums);
      },
    };
  }

  encoded(kind: 'NewOrderSingle' | 'ExecutionReport', index: number): Uint8Array {
    const template = kind === 'NewOrderSingle' ? this.#newMessage : this.#reportMessage;
    const length = kind === 'NewOrderSingle' ? this.#encodeOrder(index) : this.#encodeReport(index);
    return this.#tx.slice(template.offset, template.offset + length);
  }

  /** Cuts the next message from the stream and indexes it. @returns where the one behind it begins */
  #next(bytes: Uint8Array, at: number): number {
    const framer = this.#framer;
    if (framer.next(bytes, at, bytes.length) !== FRAME.message) throw new Error(`no message at ${at}`);
    if (this.#message.parse(bytes, framer.start, framer.end) !== PARSE.ok) throw new Error(`garbled message at ${at}`);
    return framer.end;
  }

  #parseOrders(bytes: Uint8Array, start: number, count: number, sums: Float64Array): void {
    const message = this.#message;
    let at = start;
    for (let i = 0; i < count; i++) {
      at = this.#next(bytes, at);
      sums[0] += message.int(TAG.MsgSeqNum, 0);
      sums[1] += this.#timeOf(TAG.SendingTime);
      sums[2] += this.#bytesOf(TAG.ClOrdID);
      sums[3] += this.#decimalOf(TAG.OrderQty, 0);
      sums[4] += message.char(TAG.OrdType);
      sums[5] += this.#decimalOf(TAG.Price, PRICE_DECIMALS);
      sums[6] += message.char(TAG.Side);
      sums[7] += this.#bytesOf(TAG.Symbol);
      sums[8] += message.char(TAG.TimeInForce);
      sums[9] += this.#timeOf(TAG.TransactTime);
    }
  }

  #parseReports(bytes: Uint8Array, start: number, count: number, sums: Float64Array): void {
    const message = this.#message;
    let at = start;
    for (let i = 0; i < count; i++) {
      at = this.#next(bytes, at);
      sums[0] += message.int(TAG.MsgSeqNum, 0);
      sums[1] += this.#bytesOf(TAG.ClOrdID);
      sums[2] += this.#decimalOf(TAG.LastPx, PRICE_DECIMALS);
      sums[3] += this.#decimalOf(TAG.LastQty, 0);
      sums[4] += this.#bytesOf(TAG.OrderID);
      sums[5] += message.char(TAG.OrdStatus);
      sums[6] += message.char(TAG.Side);
      sums[7] += this.#bytesOf(TAG.Symbol);
      sums[8] += this.#timeOf(TAG.TransactTime);
      sums[9] += message.char(TAG.ExecType);
    }
  }

  #bytesOf(tag: number): number {
    const message = this.#message;
    const index = message.indexOf(tag);
    const end = message.endAt(index);
    let sum = 0;
    for (let i = message.startAt(index); i < end; i++) sum += message.bytes[i];
    return sum;
  }

  #decimalOf(tag: number, decimals: number): number {
    assertOk(this.#message.decimal(tag, decimals, this.#cell, 0), tag);
    return this.#cell[0];
  }

  #timeOf(tag: number): number {
    assertOk(this.#message.timestamp(tag, this.#cell, 0), tag);
    return this.#cell[0] - DAY0_MS;
  }

  #encodeOrder(index: number): number {
    const orders = this.#orders;
    const slots = this.#new;
    const message = this.#newMessage;
    message.setUint(HEADER_SLOT.msgSeqNum, orders.msgSeqNum[index]);
    message.setTimestamp(HEADER_SLOT.sendingTime, this.#tell(orders.timeMs[index]));
    message.setChar(slots.ordType, LIMIT);
    message.setChar(slots.timeInForce, DAY);
    message.setChar(slots.side, ZERO + orders.side[index]);
    message.setTimestamp(slots.transactTime, this.#tell(orders.transactMs[index]));
    message.setBytes(slots.symbol, orders.symbol.bytes, orders.symbol.ends[index], orders.symbol.ends[index + 1]);
    message.setBytes(slots.clOrdId, orders.clOrdId.bytes, orders.clOrdId.ends[index], orders.clOrdId.ends[index + 1]);
    message.setUint(slots.orderQty, orders.quantity[index]);
    message.setDecimal(slots.price, orders.price[index], PRICE_DECIMALS);
    return message.finish();
  }

  #encodeReport(index: number): number {
    const orders = this.#orders;
    const slots = this.#report;
    const message = this.#reportMessage;
    message.setUint(HEADER_SLOT.msgSeqNum, orders.msgSeqNum[index]);
    message.setTimestamp(HEADER_SLOT.sendingTime, this.#tell(orders.timeMs[index]));
    message.setChar(slots.execType, FILL);
    message.setChar(slots.ordStatus, ZERO + orders.ordStatus[index]);
    message.setChar(slots.side, ZERO + orders.side[index]);
    message.setTimestamp(slots.transactTime, this.#tell(orders.transactMs[index]));
    message.setBytes(slots.orderId, orders.orderId.bytes, orders.orderId.ends[index], orders.orderId.ends[index + 1]);
    message.setBytes(slots.execId, orders.execId.bytes, orders.execId.ends[index], orders.execId.ends[index + 1]);
    message.setBytes(slots.symbol, orders.symbol.bytes, orders.symbol.ends[index], orders.symbol.ends[index + 1]);
    message.setBytes(slots.clOrdId, orders.clOrdId.bytes, orders.clOrdId.ends[index], orders.clOrdId.ends[index + 1]);
    message.setUint(slots.orderQty, orders.quantity[index]);
    message.setUint(slots.cumQty, orders.cumQuantity[index]);
    message.setUint(slots.leavesQty, orders.quantity[index] - orders.cumQuantity[index]);
    message.setDecimal(slots.avgPx, orders.averagePrice[index], PRICE_DECIMALS);
    message.setUint(slots.lastQty, orders.lastQuantity[index]);
    message.setDecimal(slots.lastPx, orders.price[index], PRICE_DECIMALS);
    return message.finish();
  }

  #tell(timeMs: number): UtcTimestampText {
    this.#clockNs[0] = timeMs * 1e6;
    this.#time.update();
    return this.#time;
  }

  #count(message: MessageTemplate, length: number, sums: Float64Array): void {
    const end = message.offset + length - 1;
    const tx = this.#tx;
    sums[0] += length;
    sums[1] += (tx[end - 3] - ZERO) * 100 + (tx[end - 2] - ZERO) * 10 + tx[end - 1] - ZERO;
  }
}

/** Text `index` is bytes[ends[index], ends[index + 1]). */
interface Texts {
  readonly bytes: Uint8Array;
  readonly ends: Int32Array;
}

/** As the acceptor that sends reports holds them: numbers in typed arrays, texts side by side, none an object of its own. */
interface Columns {
  readonly msgSeqNum: Int32Array;
  readonly timeMs: Float64Array;
  readonly transactMs: Float64Array;
  readonly side: Uint8Array;
  readonly symbol: Texts;
  readonly clOrdId: Texts;
  readonly quantity: Float64Array;
  readonly price: Float64Array;
  readonly orderId: Texts;
  readonly execId: Texts;
  readonly lastQuantity: Float64Array;
  readonly cumQuantity: Float64Array;
  readonly averagePrice: Float64Array;
  readonly ordStatus: Uint8Array;
}

function columnsOf(orders: readonly BenchOrder[]): Columns {
  const numbers = (of: (order: BenchOrder) => number): number[] => orders.map(of);
  const texts = (of: (order: BenchOrder) => string): Texts => {
    const all = orders.map(of);
    const ends = new Int32Array(all.length + 1);
    all.forEach((text, i) => {
      ends[i + 1] = ends[i] + text.length;
    });
    return { bytes: new Uint8Array(Buffer.from(all.join(''), 'latin1')), ends };
  };
  return {
    msgSeqNum: Int32Array.from(numbers((order) => order.msgSeqNum)),
    timeMs: Float64Array.from(numbers((order) => order.timeMs)),
    transactMs: Float64Array.from(numbers((order) => order.transactMs)),
    side: Uint8Array.from(numbers((order) => order.side)),
    symbol: texts((order) => order.symbol),
    clOrdId: texts((order) => order.clOrdId),
    quantity: Float64Array.from(numbers((order) => order.quantity)),
    price: Float64Array.from(numbers((order) => order.price)),
    orderId: texts((order) => order.orderId),
    execId: texts((order) => order.execId),
    lastQuantity: Float64Array.from(numbers((order) => order.lastQuantity)),
    cumQuantity: Float64Array.from(numbers((order) => order.cumQuantity)),
    averagePrice: Float64Array.from(numbers((order) => order.averagePrice)),
    ordStatus: Uint8Array.from(numbers((order) => order.ordStatus)),
  };
}

await runSubject((input) => new FixParserSubject(input));
