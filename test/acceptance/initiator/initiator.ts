/**
 * The initiator under test, in a process of its own: the production FixSession over the native TcpStream. The runner
 * tells it what to do, a line each on stdin, and reads on stdout what its application heard:
 *
 *   open JSON · start · send 35=D|11=A1|… · logout TEXT · stop REASON · veto 11=A1 · unsupported 8 · numbers · over
 *   logon · logout REASON · app 35=8|34=2|… · refused NAME · numbers OUT IN · log LEVEL TEXT · done
 *
 * `done` follows every command. A session lasts from `open` to `over`; then comes the next one, with nothing left of it.
 */
import { createInterface } from 'node:readline';
import {
  Dictionary,
  type FixMessage,
  loadTable,
  MessageValidator,
  msgTypeText,
  type TableVersion,
  type TemplateBuilder,
} from 'fix-parser';
import { GATEWAY_RESULT } from '../../../engine/ports/order-gateway.ts';
import {
  APPL_VER_ID,
  FixSession,
  HANDLED,
  MemoryStore,
  type SessionConfig,
  withHeader,
} from '../../../gateway/index.ts';
import { CAUSE, CELL, CELLS_DOUBLES, native, STREAM_CELLS, type TcpStream } from '../../../native/index.ts';
import { readable } from '../../support/fix-wire.ts';

export interface InitiatorOptions {
  port: number;
  session: SessionConfig;
  /** Next MsgSeqNum out and in, as an earlier run would have left them. */
  numbers: [number, number];
  /** Messages are held against the dictionary of the version. */
  validate: boolean;
  /** Bytes of the receive buffer. */
  rxBytes: number;
}

const DAY_MS = 86_400_000;
const day0Ms = Math.floor(Date.now() / DAY_MS) * DAY_MS;
const cells = new Float64Array(CELLS_DOUBLES);
const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const tellTime = (): void => {
  cells[CELL.nowNs] = (Date.now() - day0Ms) * 1e6;
};

const bodyOf = (message: FixMessage): string => {
  const text = readable(message.bytes, message.start, message.end);
  return text.slice(text.indexOf('|35=') + 1, text.lastIndexOf('10='));
};

async function validator({ session, validate }: InitiatorOptions): Promise<MessageValidator | undefined> {
  if (!validate) return undefined;
  const { beginString, defaultApplVerId } = session;
  const transport = new Dictionary(await loadTable(beginString));
  const [version] = Object.entries(APPL_VER_ID).find(([, id]) => id === defaultApplVerId) ?? [beginString];
  return new MessageValidator(transport, new Dictionary(await loadTable(version as TableVersion)));
}

/** One session, and the application behind it. */
class Initiator {
  readonly session: FixSession;
  readonly #stream: TcpStream;
  readonly #config: SessionConfig;
  readonly #numbers: Int32Array;
  readonly #vetoed: string[] = [];
  readonly #unsupported = new Set<string>();

  constructor(options: InitiatorOptions, validator: MessageValidator | undefined) {
    this.#config = options.session;
    this.#numbers = Int32Array.from(options.numbers);
    this.#stream = new (native().TcpStream)({
      host: '127.0.0.1',
      port: options.port,
      rx: new Uint8Array(options.rxBytes),
      tx: new Uint8Array(65_536),
      cells: new Int32Array(STREAM_CELLS),
      maxPendingBytes: 65_536,
    });
    this.session = new FixSession({
      stream: this.#stream,
      clock: { cells, day0Ms },
      config: options.session,
      store: new MemoryStore(this.#numbers),
      validator,
      onLog: (level, text) => say(`log ${level} ${text}`),
      application: {
        onMessage: (message) => {
          say(`app ${bodyOf(message)}`);
          return this.#unsupported.has(msgTypeText(message.msgType)) ? HANDLED.unsupported : HANDLED.ok;
        },
        mayResend: (message) => !this.#vetoed.some((field) => `|${bodyOf(message)}`.includes(`|${field}|`)),
        onLogon: () => say('logon'),
        onLogout: (reason) => say(`logout ${reason}`),
      },
    });
  }

  readonly commands: Readonly<Record<string, (rest: string) => unknown>> = {
    start: () => this.session.start(),
    send: (fields) => this.#send(fields),
    logout: (text) => this.session.logout(text),
    stop: (reason) => this.session.stop(reason),
    veto: (field) => this.#vetoed.push(field),
    unsupported: (type) => this.#unsupported.add(type),
    numbers: () => say(`numbers ${this.#numbers.join(' ')}`),
  };

  close(): void {
    this.session.stop('over');
    this.#stream.close();
  }

  /** As the order gateway sends: a template in the stream's tx, patched and handed over. */
  #send(fields: string): void {
    const [type, ...rest] = fields.split('|').filter((field) => field !== '');
    const builder: TemplateBuilder = withHeader(this.#config, type.slice('35='.length));
    for (const field of rest) {
      const equals = field.indexOf('=');
      builder.constant(Number(field.slice(0, equals)), field.slice(equals + 1));
    }
    const result = this.session.send(this.session.place(builder), CAUSE.none);
    if (result === GATEWAY_RESULT.sent) return;
    const [name] = Object.entries(GATEWAY_RESULT).find(([, value]) => value === result) ?? [String(result)];
    say(`refused ${name}`);
  }
}

let initiator: Initiator | undefined;

async function take(line: string): Promise<void> {
  tellTime();
  const [, name, rest] = /^(\S+) ?(.*)$/.exec(line) ?? ['', line, ''];
  if (name === 'open') {
    const options = JSON.parse(rest) as InitiatorOptions;
    initiator = new Initiator(options, await validator(options));
  } else if (name === 'over') {
    initiator?.close();
    initiator = undefined;
  } else {
    initiator?.commands[name](rest);
  }
  say('done');
}

function turn(): void {
  tellTime();
  // A machine that runs many of these spares its cores: only what is busy turns at once.
  if (initiator !== undefined && initiator.session.poll() > 0) setImmediate(turn);
  else setTimeout(turn, initiator === undefined ? IDLE_MS : 1);
}

/** Between two sessions nothing is urgent. */
const IDLE_MS = 10;
turn();
// One after the other: the next waits while a dictionary is read.
for await (const line of createInterface({ input: process.stdin })) await take(line);
process.exit(0);
