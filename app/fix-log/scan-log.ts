import { type OtherLine, OtherLines } from './other-lines.ts';
import { type DataFields, type RawMessage, readMessage } from './read-message.ts';
import { readBeginning } from './separator.ts';

export interface LoggedMessage {
  readonly kind: 'message';
  readonly line: number;
  /** Of its first byte. */
  readonly offset: number;
  readonly beginString: string;
  /** What stands before it in its line, or in a heading above. */
  readonly prefix: string;
  readonly raw: RawMessage;
}

const BEGIN = Buffer.from('8=FIX');
const NEWLINE = 10;

/**
 * Cuts a log of any form into messages and other lines, in memory bounded by the longest message that is read.
 *
 * @param pairsOf data fields of the version with this BeginString(8)
 */
export async function* scanLog(
  chunks: AsyncIterable<Buffer>,
  pairsOf: (beginString: string) => Promise<DataFields>,
): AsyncGenerator<LoggedMessage | OtherLine> {
  const scanner = new LogScanner(pairsOf);
  for await (const chunk of chunks) {
    scanner.add(chunk);
    yield* scanner.pieces(false);
  }
  yield* scanner.pieces(true);
}

class LogScanner {
  readonly #pairsOf: (beginString: string) => Promise<DataFields>;
  readonly #lines = new OtherLines();
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  /** Place in the log of the byte at 0. */
  #offset = 0;
  /** The byte before `at`: a digit makes `8=FIX` the end of a tag. */
  #before = NEWLINE;

  constructor(pairsOf: (beginString: string) => Promise<DataFields>) {
    this.#pairsOf = pairsOf;
  }

  add(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes.subarray(this.#at), chunk]);
    this.#offset += this.#at;
    this.#at = 0;
  }

  /** What can be told from the bytes so far; the rest waits for more, unless these were all. */
  async *pieces(isAll: boolean): AsyncGenerator<LoggedMessage | OtherLine> {
    for (;;) {
      const begin = this.#nextBegin();
      if (begin < 0) break;
      yield* this.#lines.add(this.#advance(begin));
      const start = readBeginning(this.#bytes, begin, isAll);
      if (start === 'more') return;
      if (start === 'none') {
        yield* this.#lines.add(this.#advance(begin + BEGIN.length));
        continue;
      }
      const raw = readMessage(this.#bytes, begin, isAll, start, await this.#pairsOf(start.beginString));
      if (raw === 'more') return;
      const prefix = this.#lines.takePrefix();
      yield* this.#lines.release();
      yield {
        kind: 'message',
        line: this.#lines.line,
        offset: this.#offset + begin,
        beginString: start.beginString,
        prefix,
        raw,
      };
      this.#lines.line += newlines(this.#advance(raw.end));
      this.#lines.isHidden = raw.leavesSecretOpen;
    }
    // The last bytes may be the beginning of `8=FIX`.
    const rest = isAll ? this.#bytes.length : Math.max(this.#at, this.#bytes.length - BEGIN.length + 1);
    yield* this.#lines.add(this.#advance(rest));
    if (!isAll) return;
    yield* this.#lines.end();
    yield* this.#lines.release();
  }

  #nextBegin(): number {
    for (let at = this.#at; ; at++) {
      at = this.#bytes.indexOf(BEGIN, at);
      if (at < 0) return -1;
      const before = at === this.#at ? this.#before : (this.#bytes[at - 1] as number);
      if (before < 48 || before > 57) return at;
    }
  }

  /** The bytes up to `to`, which are dealt with. */
  #advance(to: number): Buffer {
    const bytes = this.#bytes.subarray(this.#at, to);
    if (bytes.length > 0) this.#before = bytes[bytes.length - 1] as number;
    this.#at = to;
    return bytes;
  }
}

function newlines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return count;
}
