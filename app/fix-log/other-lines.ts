import { leavesRawDataOpen, MASK, maskText } from './mask.ts';
import { textOf } from './text.ts';

/** A line, or a part of one, that is no message. */
export interface OtherLine {
  readonly kind: 'line';
  readonly line: number;
  readonly text: string;
}

/** What a longer line holds beyond this is not shown. */
const MAX_LINE_CHARS = 16 << 10;
/** What may stand in front of a message, or behind it, and says nothing. */
const TRIVIA = /^[\s()[\]"',\x00-\x20]*$/;
/** QuickFIX's screen log writes time and direction above: `<20261122-15:26:20, FIX.4.4:A->B, outgoing>`. */
const HEADING = /^\s*<.*>\s*$/;

/** The text of a log between its messages: what stands in front of a message belongs to it, the rest are lines of their own. */
export class OtherLines {
  /** Line of the log that is being read, from 1. */
  line = 1;
  /** Whether a secret may still go on, as nobody knows where it ended: up to the next message nothing is shown. */
  isHidden = false;
  /** The present line as latin1, so that no character is cut between two chunks. */
  #open = '';
  #heading: OtherLine | undefined;

  *add(bytes: Buffer): Generator<OtherLine> {
    const parts = bytes.toString('latin1').split('\n');
    for (const [index, part] of parts.entries()) {
      if (index > 0) {
        yield* this.end();
        this.line++;
      }
      const room = MAX_LINE_CHARS + 1 - this.#open.length;
      if (room > 0) this.#open += part.slice(0, room);
    }
  }

  /** The present line ends. */
  *end(): Generator<OtherLine> {
    const text = this.#open;
    this.#open = '';
    if (TRIVIA.test(text)) return;
    const wasHidden = this.isHidden;
    const isLong = text.length > MAX_LINE_CHARS;
    const shown = maskText(textOf(Buffer.from(isLong ? text.slice(0, MAX_LINE_CHARS) : text, 'latin1')).trimEnd());
    if (leavesRawDataOpen(text)) this.isHidden = true;
    const visible = isLong ? `${shown} … (cut)` : shown;
    const line: OtherLine = { kind: 'line', line: this.line, text: wasHidden ? MASK : visible };
    yield* this.release();
    if (HEADING.test(text)) this.#heading = line;
    else yield line;
  }

  /** A heading that no message followed. */
  *release(): Generator<OtherLine> {
    if (this.#heading !== undefined) yield this.#heading;
    this.#heading = undefined;
  }

  /** What stands in front of a message that begins now: in its line, or else the heading above it. */
  takePrefix(): string {
    const text = this.#open;
    this.#open = '';
    if (!TRIVIA.test(text)) return text;
    const heading = this.#heading?.text ?? '';
    this.#heading = undefined;
    return heading;
  }
}
