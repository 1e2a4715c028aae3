/**
 * jspurefix as its own benchmark and its own session drive it: bytes into AsciiParser and typed access to the view that
 * comes out; AsciiMsgTransmitter from a plain object for each message to the bytes that would be sent.
 */
import { type BenchOrder, DAY0_MS } from '../orders.ts';
import { requirePeer } from '../peers.ts';
import { runSubject, type Subject, type SubjectInput, type Work } from '../run-subject.ts';
import { ACCOUNT, type Kind, SENDER, startsOf, TARGET } from '../wire.ts';

/** The parts of it that are used; its own declarations are not there where it is not installed. */
interface View {
  getTyped(tag: number): unknown;
  getString(tag: number): string;
  checksum(): number;
}
interface Parser {
  parseBuffer(bytes: Buffer): void;
  on(event: 'msg', listener: (msgType: string, view: View) => void): void;
}
interface Transmitter {
  msgSeqNum: number;
  time: Date;
  encoder: { reset(): void; trim(): Buffer };
  encodeMessage(msgType: string, body: object): unknown;
}
interface Container {
  resolve(token: unknown): unknown;
}
interface Library {
  SessionContainer: new () => {
    registerGlobal(level: string): void;
    makeSystem(description: object): Promise<Container>;
  };
  DITokens: Record<'IJsFixConfig' | 'MsgTransmitter' | 'ParseBuffer' | 'maxMessageLen', unknown>;
  AsciiParser: new (config: object, stream: null, buffer: unknown, maxMessageLen: unknown) => Parser;
  DefinitionFactory: new () => { getDefinitions(name: string): Promise<object> };
}

const TICKS = 10_000;
const DESCRIPTION = {
  application: { type: 'initiator', name: 'bench', protocol: 'ascii', dictionary: 'qf44' },
  BeginString: 'FIX.4.4',
  SenderCompId: SENDER,
  TargetCompID: TARGET,
  HeartBtInt: 30,
  // As narrow as it goes: it pads BodyLength(9) to a fixed width.
  BodyLengthChars: 4,
};

async function create({ orders, wire }: SubjectInput): Promise<Subject> {
  // Its container demands that whoever loads it has loaded this.
  requirePeer('reflect-metadata').load();
  const peer = requirePeer('jspurefix');
  const library = peer.load() as Library;
  const sessions = new library.SessionContainer();
  sessions.registerGlobal('error');
  const container = await sessions.makeSystem(DESCRIPTION);
  const config = container.resolve(library.DITokens.IJsFixConfig) as { definitions: object };
  config.definitions = await new library.DefinitionFactory().getDefinitions('qf44');
  const parser = new library.AsciiParser(
    config,
    null,
    container.resolve(library.DITokens.ParseBuffer),
    container.resolve(library.DITokens.maxMessageLen),
  );
  let sums: Float64Array = new Float64Array(0);
  parser.on('msg', (msgType, view) => {
    if (view.checksum() !== Number(view.getString(10))) throw new Error('CheckSum differs');
    if (msgType === 'D') readOrder(view, sums);
    else readReport(view, sums);
  });
  /** Each batch as one chunk, as a socket would bring it. */
  const parse = (bytes: Buffer): Work => {
    const starts = [...startsOf(bytes), bytes.length];
    return (from, to, into) => {
      sums = into;
      parser.parseBuffer(bytes.subarray(starts[from], starts[to]));
    };
  };

  const transmitter = container.resolve(library.DITokens.MsgTransmitter) as Transmitter;
  const dates = orders.map((order) => new Date(DAY0_MS + order.timeMs));
  const transactDates = orders.map((order) => new Date(DAY0_MS + order.transactMs));
  const encodeOne = (kind: Kind, index: number): Buffer => {
    const order = orders[index] as BenchOrder;
    const transactDate = transactDates[index] as Date;
    transmitter.msgSeqNum = order.msgSeqNum;
    transmitter.time = dates[index] as Date;
    transmitter.encoder.reset();
    if (kind === 'NewOrderSingle') transmitter.encodeMessage('D', orderBody(order, transactDate));
    else transmitter.encodeMessage('8', reportBody(order, transactDate));
    return transmitter.encoder.trim();
  };
  const encode =
    (kind: Kind): Work =>
    (from, to, into) => {
      for (let i = from; i < to; i++) {
        const bytes = encodeOne(kind, i);
        const end = bytes.length - 1;
        into[0] += bytes.length;
        into[1] += (bytes[end - 3] - 48) * 100 + (bytes[end - 2] - 48) * 10 + bytes[end - 1] - 48;
      }
    };
  return {
    name: 'jspurefix',
    version: peer.version,
    how: 'AsciiParser, MsgView.getTyped, AsciiMsgTransmitter; dictionary qf44',
    parse: { NewOrderSingle: parse(wire.NewOrderSingle), ExecutionReport: parse(wire.ExecutionReport) },
    encode: { NewOrderSingle: encode('NewOrderSingle'), ExecutionReport: encode('ExecutionReport') },
    encoded: encodeOne,
  };
}

function readOrder(view: View, sums: Float64Array): void {
  sums[0] += view.getTyped(34) as number;
  sums[1] += timeOf(view, 52);
  sums[2] += textOf(view, 11);
  sums[3] += view.getTyped(38) as number;
  sums[4] += charOf(view, 40);
  sums[5] += Math.round((view.getTyped(44) as number) * TICKS);
  sums[6] += charOf(view, 54);
  sums[7] += textOf(view, 55);
  sums[8] += charOf(view, 59);
  sums[9] += timeOf(view, 60);
}

function readReport(view: View, sums: Float64Array): void {
  sums[0] += view.getTyped(34) as number;
  sums[1] += textOf(view, 11);
  sums[2] += Math.round((view.getTyped(31) as number) * TICKS);
  sums[3] += view.getTyped(32) as number;
  sums[4] += textOf(view, 37);
  sums[5] += charOf(view, 39);
  sums[6] += charOf(view, 54);
  sums[7] += textOf(view, 55);
  sums[8] += timeOf(view, 60);
  sums[9] += charOf(view, 150);
}

const timeOf = (view: View, tag: number): number => (view.getTyped(tag) as Date).getTime() - DAY0_MS;
const charOf = (view: View, tag: number): number => (view.getTyped(tag) as string).charCodeAt(0);

function textOf(view: View, tag: number): number {
  const text = view.getTyped(tag) as string;
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum += text.charCodeAt(i);
  return sum;
}

const orderBody = (order: BenchOrder, transactTime: Date): object => ({
  Account: ACCOUNT,
  ClOrdID: order.clOrdId,
  HandlInst: '1',
  OrderQtyData: { OrderQty: order.quantity },
  OrdType: '2',
  Price: order.price / TICKS,
  Side: order.side === 1 ? '1' : '2',
  Instrument: { Symbol: order.symbol },
  TimeInForce: '0',
  TransactTime: transactTime,
});

const reportBody = (order: BenchOrder, transactTime: Date): object => ({
  AvgPx: order.averagePrice / TICKS,
  ClOrdID: order.clOrdId,
  CumQty: order.cumQuantity,
  ExecID: order.execId,
  LastPx: order.price / TICKS,
  LastQty: order.lastQuantity,
  OrderID: order.orderId,
  OrderQtyData: { OrderQty: order.quantity },
  OrdStatus: order.ordStatus === 1 ? '1' : '2',
  Side: order.side === 1 ? '1' : '2',
  Instrument: { Symbol: order.symbol },
  TransactTime: transactTime,
  ExecType: 'F',
  LeavesQty: order.quantity - order.cumQuantity,
});

await runSubject(create);
