/**
 * The initiator under test, in a process of its own: the production FixSession over the native TcpStream. The runner
 * tells it what to do, a line each on stdin, and reads on stdout what its application heard:
 *
 *   start · send 35=D|11=A1|… · logout TEXT · stop REASON · veto 11=A1 · unsupported 8 · numbers
 *   logon · logout REASON · app 35=8|34=2|… · refused NAME · numbers OUT IN · log LEVEL TEXT
 */
import { createInterface } from 'node:readline';
import { type FixMessage, msgTypeText, type TemplateBuilder } from 'fix-parser';
import { GATEWAY_RESULT } from '../../../engine/ports/order-gateway.ts';
import { FixSession, HANDLED, MemoryStore, type SessionConfig, withHeader } from '../../../gateway/index.ts';
import { CAUSE, CELL, CELLS_DOUBLES, native, STREAM_CELLS } from '../../../native/index.ts';
import { readable } from '../../support/fix-wire.ts';

export interface InitiatorOptions {
  port: number;
  session: SessionConfig;
  /** Next MsgSeqNum out and in, as an earlier run would have left them. */
  numbers: [number, number];
  /** Bytes of the receive buffer. */
  rxBytes: number;
}

const DAY_MS = 86_400_000;
const options = JSON.parse(process.argv[2]) as InitiatorOptions;
const cells = new Float64Array(CELLS_DOUBLES);
const day0Ms = Math.floor(Date.now() / DAY_MS) * DAY_MS;
const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const tellTime = (): void => {
  cells[CELL.nowNs] = (performance.timeOrigin + performance.now() - day0Ms) * 1e6;
};

const numbers = Int32Array.from(options.numbers);
const vetoed: string[] = [];
const unsupported = new Set<string>();
const bodyOf = (message: FixMessage): string => {
  const text = readable(message.bytes, message.start, message.end);
  return text.slice(text.indexOf('|35=') + 1, text.lastIndexOf('10='));
};

tellTime();
const session = new FixSession({
  stream: new (native().TcpStream)({
    host: '127.0.0.1',
    port: options.port,
    rx: new Uint8Array(options.rxBytes),
    tx: new Uint8Array(1 << 20),
    cells: new Int32Array(STREAM_CELLS),
    maxPendingBytes: 1 << 20,
  }),
  clock: { cells, day0Ms },
  config: options.session,
  store: new MemoryStore(numbers),
  onLog: (level, text) => say(`log ${level} ${text}`),
  application: {
    onMessage(message) {
      say(`app ${bodyOf(message)}`);
      return unsupported.has(msgTypeText(message.msgType)) ? HANDLED.unsupported : HANDLED.ok;
    },
    mayResend: (message) => !vetoed.some((field) => `|${bodyOf(message)}`.includes(`|${field}|`)),
    onLogon: () => say('logon'),
    onLogout: (reason) => say(`logout ${reason}`),
  },
});

/** As the order gateway sends: a template in the stream's tx, patched and handed over. */
function send(fields: string): void {
  const [type, ...rest] = fields.split('|').filter((field) => field !== '');
  const builder: TemplateBuilder = withHeader(options.session, type.slice('35='.length));
  for (const field of rest) {
    const equals = field.indexOf('=');
    builder.constant(Number(field.slice(0, equals)), field.slice(equals + 1));
  }
  const result = session.send(session.place(builder), CAUSE.none);
  if (result !== GATEWAY_RESULT.sent) {
    const [name] = Object.entries(GATEWAY_RESULT).find(([, value]) => value === result) ?? [String(result)];
    say(`refused ${name}`);
  }
}

const COMMANDS: Record<string, (rest: string) => void> = {
  start: () => session.start(),
  send,
  logout: (text) => session.logout(text),
  stop: (reason) => session.stop(reason),
  veto: (field) => vetoed.push(field),
  unsupported: (type) => unsupported.add(type),
  numbers: () => say(`numbers ${numbers.join(' ')}`),
};

createInterface({ input: process.stdin })
  .on('line', (line) => {
    tellTime();
    const [, name, rest] = /^(\S+) ?(.*)$/.exec(line) ?? ['', line, ''];
    COMMANDS[name](rest);
  })
  .on('close', () => process.exit(0));

function turn(): void {
  tellTime();
  // A machine that runs many of these spares its cores: only what is busy turns at once.
  if (session.poll() > 0) setImmediate(turn);
  else setTimeout(turn, 1);
}
turn();
