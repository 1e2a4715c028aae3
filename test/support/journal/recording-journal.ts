import {
  EXEC_ID_BYTES,
  IMAGE,
  IMAGE_BYTES,
  IMAGE_DOUBLES,
  IMAGE_KINDS,
  JOURNAL_KIND,
} from '../../../engine/journal/records.ts';
import type { Journal } from '../../../engine/ports/journal.ts';
import { JOURNAL_RESULT } from '../../../native/layout.ts';

export type JournalKindName = keyof typeof JOURNAL_KIND;
type Image = { readonly [Slot in keyof typeof IMAGE]: number } & { readonly execId: string };

export interface RecordedEntry {
  readonly kind: JournalKindName;
  /** Of an order's record; else what is said. */
  readonly image: Image | undefined;
  readonly said: Record<string, unknown> | undefined;
}

const KINDS = Object.fromEntries(Object.entries(JOURNAL_KIND).map(([name, kind]) => [kind, name]));

/** An order journal that a test reads at once, and whose disk does what the test says. */
export class RecordingJournal implements Journal {
  readonly entries: RecordedEntry[] = [];
  /** The same as it is on the disk: what a start reads. */
  readonly records: { readonly kind: number; readonly payload: Uint8Array }[] = [];
  next = 1;
  failed = false;
  room = true;
  /** What `append` returns for what is not urgent, and for the rest. */
  opening: number = JOURNAL_RESULT.ok;
  closing: number = JOURNAL_RESULT.ok;

  get kinds(): JournalKindName[] {
    return this.entries.map(({ kind }) => kind);
  }

  /** The newest record. */
  get last(): RecordedEntry {
    return this.entries.at(-1) as RecordedEntry;
  }

  takeOrdinal(): number {
    return this.next++;
  }

  nextOrdinal(): number {
    return this.next;
  }

  hasRoom(): boolean {
    return this.room;
  }

  hasFailed(): boolean {
    return this.failed;
  }

  append(kind: number, bytes: Uint8Array, length: number): number {
    const isOpening = kind === JOURNAL_KIND.newOrder || kind === JOURNAL_KIND.replace;
    const result = isOpening ? this.opening : this.closing;
    if (result !== JOURNAL_RESULT.ok) return result;
    const payload = bytes.slice(0, length);
    const isImage = IMAGE_KINDS.has(kind);
    this.records.push({ kind, payload });
    this.entries.push({
      kind: KINDS[kind] as JournalKindName,
      image: isImage ? imageOf(payload) : undefined,
      said: isImage ? undefined : JSON.parse(new TextDecoder().decode(payload)),
    });
    return result;
  }
}

function imageOf(payload: Uint8Array): Image {
  const slots = new Float64Array(payload.buffer, 0, IMAGE_DOUBLES);
  const at = IMAGE_BYTES - EXEC_ID_BYTES;
  const length = payload[at] as number;
  const execId = String.fromCharCode(...payload.subarray(at + 1, at + 1 + Math.min(length, EXEC_ID_BYTES - 1)));
  const named = Object.fromEntries(Object.entries(IMAGE).map(([name, slot]) => [name, slots[slot]]));
  return { ...(named as { [Slot in keyof typeof IMAGE]: number }), execId };
}
