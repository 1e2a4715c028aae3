import type { FixLogDirection, FixLogGap, FixLogMessage, FixLogSummary } from '../../report/fix-log-entry.ts';

/** What a log is counted for stays small, whatever it holds. */
const MAX_DIRECTIONS = 256;
const MAX_TYPES = 1024;
const MAX_GAPS_KEPT = 20;
const SEQUENCE_RESET = '4';

interface Direction {
  readonly sender: string;
  readonly target: string;
  messages: number;
  first: number | null;
  last: number | null;
  resent: number;
  gapCount: number;
  readonly gaps: FixLogGap[];
}

/** Counts by type, and what is missing in MsgSeqNum(34) of every session and direction. */
export class LogStatistics {
  #messages = 0;
  #garbled = 0;
  #otherLines = 0;
  readonly #countsByType = new Map<string, number>();
  readonly #directions = new Map<string, Direction>();

  addLine(): void {
    this.#otherLines++;
  }

  add(message: FixLogMessage): void {
    this.#messages++;
    if (message.garbled.length > 0) {
      this.#garbled++;
      return;
    }
    const type = message.name === '' ? message.msgType : message.name;
    const count = this.#countsByType.get(type);
    if (count !== undefined || this.#countsByType.size < MAX_TYPES) this.#countsByType.set(type, (count ?? 0) + 1);
    const direction = this.#direction(message);
    if (direction !== undefined) follow(direction, message);
  }

  summary(): FixLogSummary {
    return {
      messages: this.#messages,
      garbled: this.#garbled,
      otherLines: this.#otherLines,
      countsByType: Object.fromEntries([...this.#countsByType].sort(([, a], [, b]) => b - a)),
      directions: [...this.#directions.values()].map(directionSummary),
    };
  }

  #direction({ beginString, sender, target }: FixLogMessage): Direction | undefined {
    const key = JSON.stringify([beginString, sender, target]);
    let direction = this.#directions.get(key);
    if (direction === undefined && this.#directions.size < MAX_DIRECTIONS) {
      direction = { sender, target, messages: 0, first: null, last: null, resent: 0, gapCount: 0, gaps: [] };
      this.#directions.set(key, direction);
    }
    return direction;
  }
}

/**
 * A message with PossDupFlag(43) tells nothing new. A SequenceReset says itself which number comes next; one that fills
 * no gap may carry any number of its own, and a Logon that resets may, too.
 */
function follow(direction: Direction, message: FixLogMessage): void {
  direction.messages++;
  const { msgSeqNum, line } = message;
  if (field(message, 43) === 'Y') {
    direction.resent++;
    return;
  }
  if (!Number.isInteger(msgSeqNum)) return;
  const isReset = message.msgType === SEQUENCE_RESET ? field(message, 123) !== 'Y' : field(message, 141) === 'Y';
  const expected = direction.last === null ? msgSeqNum : direction.last + 1;
  direction.first ??= msgSeqNum;
  if (msgSeqNum > expected && !isReset) {
    direction.gapCount++;
    if (direction.gaps.length < MAX_GAPS_KEPT) direction.gaps.push({ line, from: expected, to: msgSeqNum - 1 });
  }
  const next = message.msgType === SEQUENCE_RESET ? Number(field(message, 36)) : Number.NaN;
  direction.last = Number.isInteger(next) ? next - 1 : msgSeqNum;
}

const field = ({ fields }: FixLogMessage, tag: number): string | undefined =>
  fields.find((each) => each.tag === tag)?.value;

const directionSummary = (direction: Direction): FixLogDirection => ({
  sender: direction.sender,
  target: direction.target,
  messages: direction.messages,
  firstMsgSeqNum: direction.first,
  lastMsgSeqNum: direction.last,
  resent: direction.resent,
  gapCount: direction.gapCount,
  gaps: direction.gaps,
});
