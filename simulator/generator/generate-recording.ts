import { HotlapError } from '../../engine/domain/errors.ts';
import { BinaryFileFramer, BUFFER_BYTES, BUFFER_SLACK_BYTES, type Framer } from './framers.ts';
import { ItchEncoder } from './itch-encoder.ts';
import { MoldPcapFramer } from './mold-pcap-framer.ts';
import { OrderFlow } from './order-flow.ts';
import { OutputFile } from './output-file.ts';
import { Random } from './random.ts';
import { resolveSymbols } from './universe.ts';

export interface GenerateOptions {
  /** The same seed and options give the same bytes. */
  seed: number;
  /** Tickers by name, busiest first, or how many to take. */
  symbols: readonly string[] | number;
  /** All messages of the recording, system events and stock directory included. */
  messages: number;
  /** Market time from first to last message, about; or the mean rate. One of both; default 100,000 a second. */
  durationMs?: number;
  messagesPerSecond?: number;
  /** Most messages that share a packet. */
  messagesPerPacket?: number;
  /** First message's time of day in New York, `HH:MM:SS`. */
  startTime?: string;
  /** Day of the packets' time stamps, `YYYY-MM-DD`. */
  date?: string;
  /** `.pcap` or `.itch` (BinaryFILE), plain or with `.gz` or `.zst` behind it. */
  outputPath: string;
  onProgress?: (messages: number, total: number) => void;
  signal?: AbortSignal;
}

export interface GenerateResult {
  outputPath: string;
  symbols: string[];
  messages: number;
  packets: number;
  /** Before and after compression. */
  bytes: number;
  fileBytes: number;
  /** ns since midnight. */
  firstTimeNs: number;
  lastTimeNs: number;
}

export const GENERATE_DEFAULTS = {
  messagesPerSecond: 100_000,
  messagesPerPacket: 20,
  startTime: '09:30:00',
  date: '2026-01-05',
} as const;

/** Orders that each book holds before the open. */
const SEED_ORDERS = 48;
/** Start, system start, market start; market end, system end, end. */
const SYSTEM_EVENTS = 6;
/** New York is five hours behind UTC in winter; time stamps of a summer date are an hour off, the feed's own are not. */
const NEW_YORK_SECONDS = 5 * 3600;
const PROGRESS_MESSAGES = 1 << 16;
/** Share of messages that continue an aggressive order at once; the other gaps make up for them. */
const SWEEPING_SHARE = 0.09;
const ASCII = { O: 0x4f, S: 0x53, Q: 0x51, M: 0x4d, E: 0x45, C: 0x43, T: 0x54 } as const;

/** Writes a synthetic recording: seeded order flow as TotalView-ITCH 5.0. Memory stays bounded whatever its length. */
export async function generateRecording(options: GenerateOptions): Promise<GenerateResult> {
  const plan = check(options);
  const framer: Framer = plan.binaryFile
    ? new BinaryFileFramer()
    : new MoldPcapFramer(plan.messagesPerPacket, plan.midnightSeconds);
  const output = new OutputFile(options.outputPath);
  const random = new Random(options.seed);
  const encoder = new ItchEncoder(plan.symbols);
  const flow = new OrderFlow(plan.symbols, random, encoder);
  const { messages, meanGapNs } = plan;
  const clock = encoder.time;
  clock[0] = plan.startNs;
  let done = 0;
  /** Makes room for a message at the clock's time; the encoder writes it at once. */
  const place = (): void => {
    encoder.offset = framer.begin(clock[0]);
    encoder.bytes = framer.buffer;
  };
  const put = (length: number): void => {
    framer.end(length);
    done++;
  };
  const drain = async (): Promise<void> => {
    const taken = framer.buffer.subarray(0, framer.length);
    framer.reset(new Uint8Array(BUFFER_BYTES + BUFFER_SLACK_BYTES));
    await output.write(taken);
  };
  const pass = (gapNs: number): void => {
    const nextNs = clock[0] + Math.max(1, Math.round(gapNs));
    framer.idle(clock[0], nextNs);
    clock[0] = nextNs;
  };

  try {
    const opening = openingMessages(plan.symbols.length, encoder, flow);
    for (let message = opening.next(); !message.done; message = opening.next()) {
      place();
      put(message.value());
      pass(1_000 + random.below(4_000));
      if (framer.length > BUFFER_BYTES) await drain();
    }
    const last = messages - SYSTEM_EVENTS / 2;
    let progressAt = PROGRESS_MESSAGES;
    while (done < last) {
      place();
      put(flow.next());
      // An aggressive order's executions follow within a microsecond; else messages come in bunches.
      if (flow.sweeping) pass(150 + random.below(600));
      else pass(random.exponential(meanGapNs * (random.chance(0.8) ? 0.4 : 3.4)));
      if (framer.length > BUFFER_BYTES) await drain();
      if (done >= progressAt) {
        progressAt = done + PROGRESS_MESSAGES;
        options.onProgress?.(done, messages);
        options.signal?.throwIfAborted();
      }
    }
    for (const code of [ASCII.M, ASCII.E, ASCII.C]) {
      place();
      put(encoder.systemEvent(code));
      if (code !== ASCII.C) pass(1_000_000);
    }
    const lastTimeNs = clock[0];
    framer.finish(lastTimeNs);
    await drain();
    const fileBytes = await output.close();
    options.onProgress?.(messages, messages);
    const { packets } = framer;
    const { outputPath } = options;
    const { symbols, startNs } = plan;
    return { outputPath, symbols, messages, packets, bytes: output.bytes, fileBytes, firstTimeNs: startNs, lastTimeNs };
  } catch (error) {
    await output.abandon();
    throw error;
  }
}

/** Writers of the messages before trading: system events, the stock directory, trading states, the books. */
function* openingMessages(symbols: number, encoder: ItchEncoder, flow: OrderFlow): Generator<() => number, void> {
  yield () => encoder.systemEvent(ASCII.O);
  for (let locate = 1; locate <= symbols; locate++) yield () => encoder.stockDirectory(locate);
  yield () => encoder.systemEvent(ASCII.S);
  for (let locate = 1; locate <= symbols; locate++) yield () => encoder.tradingAction(locate, ASCII.T);
  for (let n = 0; n < SEED_ORDERS; n++) {
    for (let symbol = 0; symbol < symbols; symbol++) yield () => flow.seedBook(symbol, n);
  }
  yield () => encoder.systemEvent(ASCII.Q);
}

function check(options: GenerateOptions) {
  const symbols = resolveSymbols(options.symbols);
  const { seed, messages, outputPath } = options;
  const perPacket = options.messagesPerPacket ?? GENERATE_DEFAULTS.messagesPerPacket;
  const opening = symbols.length * (2 + SEED_ORDERS) + SYSTEM_EVENTS;
  if (!Number.isSafeInteger(seed) || seed < 0) throw usage('The seed must be an integer from 0 on.');
  if (!Number.isSafeInteger(messages) || messages < opening || messages > 1e10) {
    throw usage(`With ${symbols.length} symbols a recording needs at least ${opening} messages, not ${messages}.`);
  }
  if (!Number.isInteger(perPacket) || perPacket < 1 || perPacket > 64) {
    throw usage('A packet holds 1 to 64 messages.');
  }
  const stem = outputPath.replace(/\.(gz|zst)$/, '');
  if (!/\.(pcap|itch)$/.test(stem)) {
    throw usage(`${outputPath}: name the recording .pcap or .itch, with .gz or .zst behind it where wanted.`);
  }
  if (options.durationMs !== undefined && options.messagesPerSecond !== undefined) {
    throw usage('Give the duration or the rate, not both: one follows from the other.');
  }
  const perSecond =
    options.durationMs === undefined
      ? (options.messagesPerSecond ?? GENERATE_DEFAULTS.messagesPerSecond)
      : messages / (options.durationMs / 1000);
  // Below one message in ten seconds or above one in 20 ns the times would mean nothing.
  if (!(perSecond >= 0.1 && perSecond <= 50_000_000))
    throw usage('The rate must be 0.1 to 50,000,000 messages a second.');
  return {
    symbols,
    messages,
    meanGapNs: 1e9 / perSecond / (1 - SWEEPING_SHARE),
    messagesPerPacket: perPacket,
    binaryFile: stem.endsWith('.itch'),
    startNs: secondOfDay(options.startTime ?? GENERATE_DEFAULTS.startTime) * 1e9,
    midnightSeconds: midnight(options.date ?? GENERATE_DEFAULTS.date) + NEW_YORK_SECONDS,
  };
}

function secondOfDay(text: string): number {
  const match = /^([01]\d|2[0-3]):([0-5]\d):([0-5]\d)$/.exec(text);
  if (match === null) throw usage(`"${text}" is no time of day: write it as 09:30:00.`);
  return Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]);
}

/** Seconds since 1970 of a day's 00:00 UTC. */
function midnight(text: string): number {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(ms)) throw usage(`"${text}" is no date: write it as 2026-01-05.`);
  return ms / 1000;
}

function usage(sentence: string): HotlapError {
  return new HotlapError('ERR_GENERATE_OPTIONS', sentence, { exitStatus: 2 });
}
