// A FIX counterparty on jspurefix, acceptor or initiator, driven and telling as counterparty.cc does.
//
//   node jspurefix-counterparty.js acceptor|initiator PORT HEARTBEAT-SECONDS
import 'reflect-metadata';
import { createInterface } from 'node:readline';
import jspurefix from 'jspurefix';

const {
  AsciiSession,
  FixMsgAsciiStoreResend,
  FixMsgMemoryStore,
  FixMsgStoreRecord,
  MemorySessionStore,
  SessionLauncher,
} = jspurefix;
const [, , role, port, heartBtInt] = process.argv;
const say = (line) => process.stdout.write(`${line}\n`);

/** The session that is alive; an acceptor makes one for each connection. */
let current;
let executions = 0;
/** ClOrdIDs: it hands on a message above a gap at once, and again when that is resent. */
const filled = new Set();
/** What was sent, for resends: the engine asks its application for it; every connection's session shares it. */
let sent;
/** Its numbers, which go on after a reconnect. Its file store writes them behind what it sends: a line that breaks between the two would make it use a number twice. */
let numbers;

class Counterparty extends AsciiSession {
  constructor(config) {
    super(config);
    sent ??= new FixMsgMemoryStore('PEER', config);
    this.store = sent;
    this.resender = new FixMsgAsciiStoreResend(sent, config);
  }

  storeFactory() {
    return { create: (id) => (numbers ??= new MemorySessionStore(id)) };
  }

  sendAndKeep(msgType, body) {
    this.send(msgType, body, (error, result) => {
      if (error) throw error;
      const { header } = result;
      sent.put(new FixMsgStoreRecord(msgType, new Date(), header.MsgSeqNum, { ...body, StandardHeader: header }));
    });
  }

  onDecoded() {}
  onEncoded() {}

  onReady() {
    current = this;
    say('logon');
  }

  onLogon() {
    return true;
  }

  onStopped() {
    say('logout');
  }

  onSessionMsg(msgType, view) {
    if (msgType === '0' && view.getString(112)) say(`heartbeat ${view.getString(112)}`);
    if (msgType === '3') say(`rejected ${view.getString(58)} ${view.getString(371)}`);
    super.onSessionMsg(msgType, view);
  }

  onApplicationMsg(msgType, view) {
    if (msgType === '8') say(`report ${view.getString(11)} ${view.getString(39)}`);
    else if (msgType === 'D') {
      say(`order ${view.getString(11)}`);
      this.fill(view.toObject());
    } else say(`rejected ${view.getString(58)}`);
  }

  /** The whole order at its own price. */
  fill(order) {
    if (filled.has(order.ClOrdID)) return;
    filled.add(order.ClOrdID);
    executions++;
    const { OrderQty } = order.OrderQtyData;
    this.sendAndKeep('8', {
      OrderID: `O${executions}`,
      ExecID: `E${executions}`,
      ExecType: 'F',
      OrdStatus: '2',
      ClOrdID: order.ClOrdID,
      Instrument: { Symbol: order.Instrument.Symbol },
      Side: order.Side,
      OrderQtyData: { OrderQty },
      LastQty: OrderQty,
      LastPx: order.Price,
      CumQty: OrderQty,
      LeavesQty: 0,
      AvgPx: order.Price,
      TransactTime: new Date(),
    });
  }

  order(clOrdId, symbol, side, quantity, price) {
    this.sendAndKeep('D', {
      ClOrdID: clOrdId,
      HandlInst: '1',
      Instrument: { Symbol: symbol },
      Side: side,
      OrderQtyData: { OrderQty: Number(quantity) },
      OrdType: '2',
      Price: Number(price),
      TimeInForce: '0',
      TransactTime: new Date(),
    });
  }

  testRequest(testReqId) {
    this.send('1', { TestReqID: testReqId });
  }
}

/** Its log is the only place where an acceptor says that it listens now. */
const listening = {
  info: (text) => {
    if (role === 'acceptor' && /start to listen/.test(text)) setTimeout(() => say('created'), 100);
    if (process.env.JSPUREFIX_LOG) process.stderr.write(`${text}\n`);
  },
  debug: () => {},
  warning: (text) => {
    if (process.env.JSPUREFIX_LOG) process.stderr.write(`${text}\n`);
  },
  error: (error) => process.stderr.write(`${error.stack}\n`),
  isDebug: () => false,
  isInfo: () => true,
  isWarning: () => true,
  isError: () => true,
};

class Launcher extends SessionLauncher {
  constructor(description) {
    const logs = { logger: () => listening, plain: () => listening };
    super(role === 'initiator' ? description : null, role === 'acceptor' ? description : null, logs);
  }

  makeFactory() {
    return { makeSession: (config) => new Counterparty(config) };
  }
}

const launcher = new Launcher({
  application: {
    type: role,
    name: 'counterparty',
    resilient: role === 'initiator',
    reconnectSeconds: 1,
    recoveryAttemptSeconds: 1,
    backoffFailConnectSeconds: 1,
    tcp: { host: '127.0.0.1', port: Number(port) },
    protocol: 'ascii',
    dictionary: 'qf44',
  },
  EncryptMethod: 0,
  ResetSeqNumFlag: false,
  HeartBtInt: Number(heartBtInt),
  SenderCompId: 'PEER',
  TargetCompID: 'HOTLAP',
  BeginString: 'FIX.4.4',
  BodyLengthChars: 4,
});
launcher.run().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
});
if (role === 'initiator') say('created');

for await (const line of createInterface({ input: process.stdin })) {
  const [command, ...words] = line.split(' ');
  if (command === 'stop') break;
  if (command === 'order') current.order(...words);
  else if (command === 'test-request') current.testRequest(words[0]);
  else if (command === 'logout') current.done();
}
launcher.stop();
process.exit(0);
