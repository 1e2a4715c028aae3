import { FixMessage, FRAME, Framer, PARSE } from 'fix-parser';
import { STREAM } from '../../native/layout.ts';
import type { ByteStream } from '../transport/byte-stream.ts';
import type { SessionConfig } from './config.ts';
import { garbledText } from './garbled.ts';

/** What `next` found. */
export const READ = { nothing: 0, message: 1, garbled: 2 } as const;

/** Cuts what a stream has received into messages, in place. */
export class MessageReader {
  /** The one that `next` found: valid until the next call, or until the stream is polled. */
  readonly message: FixMessage;
  readonly #stream: ByteStream;
  readonly #framer: Framer;
  readonly #maxMessageBytes: number;
  /** Unread bytes that were found incomplete: not looked at again until more come. */
  #incompleteBytes = -1;
  /** What was wrong with the last garbled bytes, one of PARSE. */
  #fault = 0;

  constructor(stream: ByteStream, config: SessionConfig, maxMessageBytes: number) {
    this.#stream = stream;
    this.#maxMessageBytes = maxMessageBytes;
    const { maxMessageFields, dataFields } = config;
    this.message = new FixMessage({ maxMessageBytes, maxFields: maxMessageFields, ...(dataFields && { dataFields }) });
    this.#framer = new Framer({ maxMessageBytes, resync: config.resync ?? 'bodyLength' });
  }

  /** A new connection: nothing of an earlier one is left. */
  clear(): void {
    this.#incompleteBytes = -1;
  }

  /** There are bytes that `next` has not judged. */
  hasNews(): boolean {
    const { cells } = this.#stream;
    const unread = cells[STREAM.rxEnd] - cells[STREAM.rxStart];
    return unread > 0 && unread !== this.#incompleteBytes;
  }

  /** Consumes one message, or bytes that are none. @returns one of READ */
  next(): number {
    const { cells, rx } = this.#stream;
    const framer = this.#framer;
    const start = cells[STREAM.rxStart];
    const end = cells[STREAM.rxEnd];
    this.#incompleteBytes = -1;
    if (start >= end) return READ.nothing;
    const found = framer.next(rx, start, end);
    if (found === FRAME.incomplete) {
      this.#incompleteBytes = end - start;
      return READ.nothing;
    }
    const parsed = found === FRAME.message ? this.message.parse(rx, framer.start, framer.end) : PARSE.malformed;
    if (parsed === PARSE.ok) {
      cells[STREAM.rxStart] = framer.end;
      return READ.message;
    }
    cells[STREAM.rxStart] = framer.resumeAt;
    this.#fault = parsed;
    return READ.garbled;
  }

  /** Of the bytes that `next` found garbled, for the log. */
  garbledText(): string {
    return garbledText(this.#fault, this.#framer.tooLongBytes, this.#maxMessageBytes);
  }
}
