/** An order journal with every number by its name: for `hotlap journal`, and for whoever reads an export. */
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { HotlapError } from '../engine/domain/errors.ts';
import { JOURNAL_KIND } from '../engine/journal/records.ts';
import { ringFileOf } from '../gateway/index.ts';
import type { JournalEvent, JournalVerdict } from '../report/journal-event.ts';
import { JournalDecoder } from './journal-decoder.ts';
import { entriesOf, type JournalPlace, journalEntries, newestRun, openReader } from './journal-entries.ts';

const SEGMENT = /^segment-\d{8}\.journal$/;

/**
 * The folder of the segments, and the ring of whoever writes to it or was killed while it did.
 * @param folder of a journal, or the stateDir in which it is `orders` @throws HotlapError ERR_JOURNAL_NONE
 */
export function journalPlace(folder: string): Required<Pick<JournalPlace, 'folder' | 'ringFile'>> {
  for (const candidate of [join(folder, 'orders'), join(folder, 'journal'), folder]) {
    if (!isJournal(candidate)) continue;
    const path = realpathSync(candidate);
    return { folder: path, ringFile: ringFileOf(path) };
  }
  throw none(folder);
}

const none = (folder: string): HotlapError =>
  new HotlapError(
    'ERR_JOURNAL_NONE',
    `There is no order journal in ${folder}: name the folder \`orders\` in a venue's stateDir, or \`journal\` in the folder of a demo's --out.`,
    { exitStatus: 2 },
  );

function isJournal(folder: string): boolean {
  try {
    return existsSync(folder) && readdirSync(folder).some((name) => SEGMENT.test(name));
  } catch {
    return false;
  }
}

export interface EventSelection {
  /** Only the newest run. */
  readonly newest?: boolean;
  /** Only this order, by any ClOrdID(11) that it had. */
  readonly order?: string;
}

/** @throws HotlapError ERR_STORE_DAMAGED, ERR_JOURNAL_RECORD with file and byte */
export function* journalEvents(folder: string, { newest, order }: EventSelection = {}): Generator<JournalEvent> {
  const at = journalPlace(folder);
  const fromSegment = newest === true ? newestRun(at.folder)?.segment : undefined;
  const place = { ...at, ...(fromSegment !== undefined && { fromSegment }) };
  const after = newest === true ? lastOpened(place) : 0;
  const key = order === undefined ? undefined : keyOf(place, order);
  const decoder = new JournalDecoder(place);
  let found = 0;
  for (const entry of journalEntries(place)) {
    const event = decoder.event(entry);
    if (entry.sequence < after) continue;
    if (order === undefined || (key !== undefined && decoder.key === key)) {
      found++;
      yield event;
    }
  }
  if (order === undefined || found > 0) return;
  throw new HotlapError(
    'ERR_JOURNAL_ORDER',
    `No order was ever called ${JSON.stringify(order)} in ${place.folder}${newest === true ? ' in the newest run' : ''}: hotlap journal show without --order lists them all.`,
  );
}

/** What an order is known by, whatever it was called at first and is called now. */
function keyOf(place: Required<Pick<JournalPlace, 'folder' | 'ringFile'>>, order: string): number | undefined {
  const decoder = new JournalDecoder(place);
  for (const entry of journalEntries(place)) {
    decoder.event(entry);
    if (decoder.isCalled(order) && decoder.key > 0) return decoder.key;
  }
  return undefined;
}

/** Sequence of the record with which the newest run begins. */
function lastOpened(place: JournalPlace): number {
  let sequence = 0;
  for (const entry of journalEntries(place)) if (entry.kind === JOURNAL_KIND.opened) sequence = entry.sequence;
  return sequence;
}

/** Reads every record. @throws HotlapError ERR_STORE_DAMAGED, ERR_JOURNAL_RECORD with file and byte */
export function verifyJournal(folder: string): JournalVerdict {
  const place = journalPlace(folder);
  const reader = openReader(place);
  try {
    const decoder = new JournalDecoder(place);
    let inMemory = 0;
    for (const entry of entriesOf(reader)) {
      decoder.event(entry);
      if (entry.segment === 0) inMemory++;
    }
    const { records, orders, runs } = decoder;
    // A session's store has segments as well, and begins no run.
    if (runs === 0) throw none(folder);
    const segments = reader.segments.length;
    return { folder: place.folder, records, orders, runs, segments, inMemory, tornBytes: reader.tornBytes };
  } finally {
    reader.close();
  }
}
