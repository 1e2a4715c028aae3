/** The records of an order journal, for whoever reads one: recovery at the start, a person on the command line. */
import { JOURNAL_KIND, type JournalOpened } from '../engine/journal/records.ts';
import { told } from '../gateway/index.ts';
import { JOURNAL_HEAD, JOURNAL_HEAD_DOUBLES, type JournalReader, native } from '../native/index.ts';

/** Longest record that a journal takes. */
const MAX_PAYLOAD = 1 << 20;

export interface JournalEntry {
  /** One of JOURNAL_KIND, or of a later version. */
  readonly kind: number;
  /** Borrowed: valid until the next entry. */
  readonly payload: Uint8Array;
  /** One more with each record of the journal's life. */
  readonly sequence: number;
  /** Number of the segment, 0 where only the ring in memory has it; and the byte at which it begins there. */
  readonly segment: number;
  readonly offset: number;
}

export interface JournalPlace {
  readonly folder: string;
  /** With it what is not on the disk yet is read as well. */
  readonly ringFile?: string;
  readonly fromSegment?: number;
}

export const openReader = (place: JournalPlace): JournalReader =>
  told(() => new (native().JournalReader)({ ...place }));

/** @throws HotlapError ERR_STORE_DAMAGED with file and byte, at the entry that is damaged */
export function* journalEntries(place: JournalPlace): Generator<JournalEntry> {
  const reader = openReader(place);
  try {
    yield* entriesOf(reader);
  } finally {
    reader.close();
  }
}

export function* entriesOf(reader: JournalReader): Generator<JournalEntry> {
  const out = new Uint8Array(MAX_PAYLOAD);
  const head = new Float64Array(JOURNAL_HEAD_DOUBLES);
  for (;;) {
    const length = told(() => reader.next(out, head));
    if (length < 0) return;
    yield {
      kind: head[JOURNAL_HEAD.kind],
      payload: out.subarray(0, length),
      sequence: head[JOURNAL_HEAD.sequence],
      segment: head[JOURNAL_HEAD.segment],
      offset: head[JOURNAL_HEAD.offset],
    };
  }
}

export interface NewestRun {
  /** The segment that begins with a run, at or before the newest one that was complete. */
  readonly segment: number;
  /** Of the newest run, complete or not. */
  readonly opened: JournalOpened;
}

/**
 * Where to begin to read: in the last segment that begins with a run behind whose beginning one is complete (`carried`).
 * What lies before is history. @returns undefined where no run has begun yet
 */
export function newestRun(folder: string): NewestRun | undefined {
  const { segments } = openReader({ folder });
  let newest: JournalOpened | undefined;
  let end = Number.POSITIVE_INFINITY;
  for (const segment of segments.toReversed()) {
    const run = runAt(folder, segment, end);
    if (run === undefined) continue;
    newest ??= run.newest;
    if (run.isComplete) return { segment, opened: newest };
    end = segment;
  }
  return newest && { segment: segments[0] as number, opened: newest };
}

/** The last of the runs from this segment on, up to another; undefined where it does not begin with one. */
function runAt(
  folder: string,
  fromSegment: number,
  end: number,
): { newest: JournalOpened; isComplete: boolean } | undefined {
  let newest: JournalOpened | undefined;
  let isComplete = false;
  for (const { kind, payload, segment } of journalEntries({ folder, fromSegment })) {
    if (segment >= end) break;
    if (kind === JOURNAL_KIND.opened) newest = jsonOf<JournalOpened>(payload);
    if (newest === undefined) return undefined;
    isComplete ||= kind === JOURNAL_KIND.carried;
  }
  return newest && { newest, isComplete };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** What a record that is told in words says. */
export const jsonOf = <T>(payload: Uint8Array): T => JSON.parse(utf8.decode(payload)) as T;
