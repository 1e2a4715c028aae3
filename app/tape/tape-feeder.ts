/** Reads a run's tape from the disk into a byte ring, for a loop that runs on it again. */
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { HotlapError } from '../../engine/domain/errors.ts';
import { TAPE_RECORD } from '../../native/index.ts';
import { entriesOf, type JournalEntry, openReader } from '../journal-entries.ts';
import { ByteRingWriter, createByteRing } from '../recording/byte-ring.ts';

const RING_BYTES = 64 << 20;
/** The ring holds many turns: its reader never runs dry in one wait. */
const FULL_WAIT_MS = 1;
const RECORD_HEAD_BYTES = 8;
const RECORDS: ReadonlySet<number> = new Set(Object.values(TAPE_RECORD));

export interface TapeFeed {
  readonly ring: SharedArrayBuffer;
  /** Engine time at which the run had opened its feed. */
  readonly openedNs: number;
  /** Rejects when the tape cannot be read to its end; never resolves. */
  readonly failed: Promise<never>;
  close(): void;
}

/** @throws HotlapError for a run without a tape */
export function feedTape(folder: string): TapeFeed {
  if (!existsSync(folder)) throw noTape(folder);
  const reader = openReader({ folder });
  const entries = entriesOf(reader);
  const first = nextRecord(entries);
  if (first === undefined) {
    reader.close();
    throw noTape(folder);
  }
  const { payload } = first;
  const openedNs = new DataView(payload.buffer, payload.byteOffset).getFloat64(8, true);
  const ring = createByteRing(RING_BYTES);
  let isClosed = false;
  const failed = new Promise<never>((_, reject) => {
    feed(entries, new ByteRingWriter(ring), () => isClosed).catch(reject);
  });
  failed.catch(() => {});
  return {
    ring,
    openedNs,
    failed,
    close: () => {
      isClosed = true;
      reader.close();
    },
  };
}

async function feed(entries: Iterator<JournalEntry>, ring: ByteRingWriter, isClosed: () => boolean): Promise<void> {
  const head = new Uint8Array(RECORD_HEAD_BYTES);
  const words = new Uint32Array(head.buffer);
  for (;;) {
    const record = nextRecord(entries);
    if (record === undefined) break;
    words[0] = record.payload.length;
    words[1] = record.kind;
    while (ring.space < RECORD_HEAD_BYTES + record.payload.length) {
      await sleep(FULL_WAIT_MS);
      if (isClosed()) return;
    }
    ring.write(head);
    ring.write(record.payload);
  }
  ring.end();
}

/** What is not ours is the journal's own. */
function nextRecord(entries: Iterator<JournalEntry>): JournalEntry | undefined {
  for (;;) {
    const { value, done } = entries.next();
    if (done === true) return undefined;
    if (RECORDS.has(value.kind)) return value;
  }
}

const noTape = (folder: string): HotlapError =>
  new HotlapError(
    'ERR_RUN_NO_TAPE',
    `${folder} holds no tape of a run: give a folder that \`hotlap run\` or \`demo\` wrote with --out.`,
  );
