/** fixparser 2.9.5, the last version under the MIT licence, as its README shows it: text in, an object for each message out. */
import { type BenchOrder, DAY0_MS } from '../orders.ts';
import { requirePeer } from '../peers.ts';
import { runSubject, type Subject, type SubjectInput, type Work } from '../run-subject.ts';
import { ACCOUNT, type Kind, SENDER, startsOf, TARGET, timeText } from '../wire.ts';

interface Field {
  readonly value: string | number;
}
interface Message {
  checksumValid: boolean;
  getField(tag: number): Field;
  encode(): string;
}
interface Library {
  default: new () => { parse(text: string): Message[] };
  Message: new (fixVersion: string, ...fields: Field[]) => Message;
  Field: new (tag: number, value: string | number) => Field;
}

const TICKS = 10_000;

function create({ orders, wire }: SubjectInput): Subject {
  const peer = requirePeer('fixparser');
  const { default: FIXParser, Message, Field } = peer.load() as Library;
  const parser = new FIXParser();
  const parse = (kind: Kind): Work => {
    const bytes = wire[kind];
    const starts = [...startsOf(bytes), bytes.length];
    const read = kind === 'NewOrderSingle' ? readOrder : readReport;
    return (from, to, sums) => {
      const text = bytes.toString('latin1', starts[from], starts[to]);
      for (const message of parser.parse(text)) {
        if (!message.checksumValid) throw new Error('CheckSum differs');
        read(message, sums);
      }
    };
  };
  const times = orders.map((order) => timeText(order.timeMs));
  const transactTimes = orders.map((order) => timeText(order.transactMs));
  const encodeOne = (kind: Kind, index: number): string => {
    const order = orders[index] as BenchOrder;
    const time = times[index] as string;
    const transactTime = transactTimes[index] as string;
    const fields =
      kind === 'NewOrderSingle' ? orderFields(order, time, transactTime) : reportFields(order, time, transactTime);
    return new Message('FIX.4.4', ...fields.map(([tag, value]) => new Field(tag, value))).encode();
  };
  const encode =
    (kind: Kind): Work =>
    (from, to, sums) => {
      for (let i = from; i < to; i++) {
        const text = encodeOne(kind, i);
        sums[0] += text.length;
        sums[1] += Number(text.slice(-4, -1));
      }
    };
  return {
    name: 'fixparser',
    version: peer.version,
    how: 'FIXParser.parse, Message.getField; Message.encode. Its timestamps are texts: cut and converted here',
    parse: { NewOrderSingle: parse('NewOrderSingle'), ExecutionReport: parse('ExecutionReport') },
    encode: { NewOrderSingle: encode('NewOrderSingle'), ExecutionReport: encode('ExecutionReport') },
    encoded: (kind, index) => Buffer.from(encodeOne(kind, index), 'latin1'),
  };
}

function readOrder(message: Message, sums: Float64Array): void {
  sums[0] += numberOf(message, 34);
  sums[1] += timeOf(message, 52);
  sums[2] += textOf(message, 11);
  sums[3] += numberOf(message, 38);
  sums[4] += charOf(message, 40);
  sums[5] += Math.round(numberOf(message, 44) * TICKS);
  sums[6] += charOf(message, 54);
  sums[7] += textOf(message, 55);
  sums[8] += charOf(message, 59);
  sums[9] += timeOf(message, 60);
}

function readReport(message: Message, sums: Float64Array): void {
  sums[0] += numberOf(message, 34);
  sums[1] += textOf(message, 11);
  sums[2] += Math.round(numberOf(message, 31) * TICKS);
  sums[3] += numberOf(message, 32);
  sums[4] += textOf(message, 37);
  sums[5] += charOf(message, 39);
  sums[6] += charOf(message, 54);
  sums[7] += textOf(message, 55);
  sums[8] += timeOf(message, 60);
  sums[9] += charOf(message, 150);
}

const numberOf = (message: Message, tag: number): number => Number(message.getField(tag).value);
const charOf = (message: Message, tag: number): number => `${message.getField(tag).value}`.charCodeAt(0);

function timeOf(message: Message, tag: number): number {
  const text = message.getField(tag).value as string;
  const part = (from: number, to: number): number => Number(text.slice(from, to));
  const day = Date.UTC(part(0, 4), part(4, 6) - 1, part(6, 8));
  return day - DAY0_MS + ((part(9, 11) * 60 + part(12, 14)) * 60 + part(15, 17)) * 1_000 + part(18, 21);
}

function textOf(message: Message, tag: number): number {
  const text = `${message.getField(tag).value}`;
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum += text.charCodeAt(i);
  return sum;
}

const orderFields = (order: BenchOrder, time: string, transactTime: string): [number, string | number][] => [
  [35, 'D'],
  [34, order.msgSeqNum],
  [49, SENDER],
  [52, time],
  [56, TARGET],
  [1, ACCOUNT],
  [11, order.clOrdId],
  [21, '1'],
  [38, order.quantity],
  [40, '2'],
  [44, order.price / TICKS],
  [54, order.side],
  [55, order.symbol],
  [59, '0'],
  [60, transactTime],
];

const reportFields = (order: BenchOrder, time: string, transactTime: string): [number, string | number][] => [
  [35, '8'],
  [34, order.msgSeqNum],
  [49, SENDER],
  [52, time],
  [56, TARGET],
  [6, order.averagePrice / TICKS],
  [11, order.clOrdId],
  [14, order.cumQuantity],
  [17, order.execId],
  [31, order.price / TICKS],
  [32, order.lastQuantity],
  [37, order.orderId],
  [38, order.quantity],
  [39, order.ordStatus],
  [54, order.side],
  [55, order.symbol],
  [60, transactTime],
  [150, 'F'],
  [151, order.quantity - order.cumQuantity],
];

await runSubject(create);
