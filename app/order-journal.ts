/** Where everything that happens to orders is kept between runs, and who writes it to the disk. */
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { HotlapError } from '../engine/domain/errors.ts';
import { JournalNotes } from '../engine/journal/notes.ts';
import type { JournalOpened } from '../engine/journal/records.ts';
import type { RecoveredState } from '../engine/journal/recovered.ts';
import { RingJournal } from '../engine/journal/ring-journal.ts';
import { StoreDrain, type StoreOptions, told } from '../gateway/index.ts';
import {
  JOURNAL,
  JOURNAL_CELLS,
  JOURNAL_FROM,
  type JournalRecovery,
  type JournalRing,
  native,
} from '../native/index.ts';
import type { JournalPlan, StorePlan } from './engine-plan.ts';
import { type JournalEntry, journalEntries, newestRun } from './journal-entries.ts';
import { recoveredState } from './recovery/recovered-state.ts';
import { version } from './version.ts';

/** How often the main thread looks whether the loop's records found room. */
const LOOK_EVERY_MS = 50;

type Log = (level: 'info' | 'warn' | 'error', text: string) => void;

/** What a run says of itself when it begins. */
export interface BeginningRun {
  readonly day0Ms: number;
  readonly startMs: number;
  /** Their ids, in the order of the plan. */
  readonly strategies: readonly string[];
  /** What stays latched and changed is written down anew: what lies before this run is history from now on. */
  readonly recovered?: Pick<RecoveredState, 'kills' | 'limits'>;
}

/** A journal that the main thread writes to, while no hot thread does. */
export interface JournalWriter {
  readonly journal: RingJournal;
  readonly notes: JournalNotes;
  close(): void;
}

export interface OpenedOrderJournal {
  readonly folder: string;
  readonly recovery: JournalRecovery;
  /** What a session's store stays behind. */
  readonly drain: StoreDrain;
  /** For the thread that appends. */
  readonly plan: StorePlan;
  /** First characters of every ClOrdID(11) of this journal, in every run. */
  readonly clOrdIdPrefix: string;
  /** From the beginning of the newest run that was complete, oldest first. Before `begin`. */
  entries(): Iterable<JournalEntry>;
  /** A run begins, and is on the disk. After `entries`, before the hot thread opens the ring. */
  begin(run: BeginningRun): void;
  /** Appends from this thread: before the hot thread is there, and once it is gone. */
  writer(): JournalWriter;
  /** Writes what was appended now, and waits for the disk; by itself it does so every 20 ms. @returns records, -1 once failed */
  poll(): number;
  /** The disk has refused something, or had no room in time: no order may be sent any more. */
  whenFailed(listener: () => void): void;
  /** The run has ended in order, and the hot thread is gone. */
  ended(reason: string): void;
  close(): void;
}

/** Sizes of ring, segments and blocks, and the ring's file; absent: those of a StoreDrain. */
export type JournalSizes = Pick<StoreOptions, 'ringFile' | 'ringBytes' | 'segmentBytes' | 'blockNumbers'>;

/** What a damaged journal takes with it is more than its numbers: whoever moves it away must know. */
function openDrain(options: StoreOptions): StoreDrain {
  try {
    return new StoreDrain(options);
  } catch (error) {
    if (!(error instanceof HotlapError) || error.code !== 'ERR_STORE_DAMAGED') throw error;
    throw new HotlapError(
      error.code,
      `${error.message} This is the order journal: with it go positions, latched kills and changed limits. Compare positions and open orders with the venue, enter them under \`positions:\`, and kill again what was killed.`,
      { cause: error },
    );
  }
}

/** @throws HotlapError ERR_STORE_… */
export function openOrderJournal(
  folder: string,
  onLog: Log = () => undefined,
  sizes: JournalSizes = {},
): OpenedOrderJournal {
  const cells = new SharedArrayBuffer(JOURNAL_CELLS * Int32Array.BYTES_PER_ELEMENT);
  let hasFailed = false;
  let heard = (): void => undefined;
  const failed = (sentence: string): void => {
    onLog('error', `${sentence} No new order is sent, cancels are.`);
    hasFailed = true;
    heard();
  };
  const drain = openDrain({
    ...sizes,
    folder,
    cells: new Int32Array(cells),
    log: true,
    onFailure: (error) => failed(error.message),
  }).start();
  const timer = setInterval(() => {
    const lost = Atomics.load(drain.cells, JOURNAL.lost);
    if (lost === 0) return;
    clearInterval(timer);
    if (drain.failure === undefined) failed(lostSentence(drain.folder, lost));
  }, LOOK_EVERY_MS).unref();
  const plan: StorePlan = { ringFile: drain.ringFile, cells };
  const writer = (): JournalWriter => {
    const ring = openRing(plan);
    const journal = new RingJournal(ring, drain.cells);
    return { journal, notes: new JournalNotes(journal), close: () => ring.close() };
  };
  try {
    const newest = newestRun(drain.folder);
    const clOrdIdPrefix = newest?.opened.clOrdIdPrefix ?? newPrefix();
    const sentence = recoverySentence(drain.folder, drain.recovery);
    if (sentence !== '') onLog(drain.recovery.from === JOURNAL_FROM.disk ? 'info' : 'warn', sentence);
    return {
      folder: drain.folder,
      recovery: drain.recovery,
      drain,
      plan,
      clOrdIdPrefix,
      entries: () => journalEntries({ folder: drain.folder, fromSegment: newest?.segment ?? 0 }),
      begin: ({ day0Ms, startMs, strategies, recovered }) => {
        const { notes, close } = writer();
        const opened: JournalOpened = {
          version: version(),
          day0Ms,
          startMs,
          pid: process.pid,
          clOrdIdPrefix,
          strategies: [...strategies],
        };
        notes.opened(opened);
        for (const kill of recovered?.kills ?? []) notes.kill(kill);
        for (const limit of recovered?.limits ?? []) notes.limit(limit);
        close();
        if (drain.poll() < 0) throw drain.failure as HotlapError;
      },
      writer,
      poll: () => drain.poll(),
      whenFailed: (listener) => {
        heard = listener;
        if (hasFailed) heard();
      },
      ended: (reason) => {
        const { notes, close } = writer();
        notes.closed(reason);
        close();
      },
      close: () => {
        clearInterval(timer);
        drain.close();
      },
    };
  } catch (error) {
    clearInterval(timer);
    drain.close();
    throw error;
  }
}

/** What an earlier run has left is read, and this one begins. @returns what the hot thread needs */
export function beginRun(journal: OpenedOrderJournal, run: Omit<BeginningRun, 'recovered'>): JournalPlan {
  const recovered = recoveredState(journal.entries());
  journal.begin({ ...run, recovered });
  return { ...journal.plan, clOrdIdPrefix: journal.clOrdIdPrefix, recovered };
}

/** The hot side of an opened journal, on whatever thread appends. */
export const openRing = ({ ringFile }: StorePlan): JournalRing => told(() => new (native().JournalRing)(ringFile));

/** Its segments go, and nothing else that lies there. */
export function removeJournal(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) if (SEGMENT.test(name)) rmSync(join(folder, name));
}

const SEGMENT = /^segment-\d{8}\.journal$/;

/** So many that no two journals begin alike, in few characters: venues take 20 for a ClOrdID(11). */
const PREFIX_BYTES = 5;
/** Without letters and digits that look like others, so that a person can read one out. */
const PREFIX_LETTERS = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';

function newPrefix(): string {
  let number = BigInt(`0x${randomBytes(PREFIX_BYTES).toString('hex')}`);
  let prefix = '';
  for (; number > 0n; number /= BigInt(PREFIX_LETTERS.length))
    prefix += PREFIX_LETTERS[Number(number % BigInt(PREFIX_LETTERS.length))];
  return `${prefix.padStart(8, PREFIX_LETTERS[0])}-`;
}

const lostSentence = (folder: string, lost: number): string =>
  `The order journal had no room in memory for ${lost} records: the disk behind ${folder} is too slow, or the ring was closed; the next start asks the venue for what is missing.`;

function recoverySentence(folder: string, { from, nextOut, fromRing, tornBytes, staleRing }: JournalRecovery): string {
  const notes = [
    tornBytes > 0 ? `${tornBytes} bytes of an unfinished write were cut away` : '',
    staleRing ? 'a ring of another journal lay in /dev/shm and was put aside' : '',
  ].filter((note) => note !== '');
  const more = notes.length === 0 ? '' : ` (${notes.join('; ')})`;
  const next = `the next ClOrdID(11) has number ${nextOut}`;
  switch (from) {
    case JOURNAL_FROM.disk:
      return more === '' ? '' : `Order journal of ${folder}: ${next}${more}.`;
    case JOURNAL_FROM.ring:
      return `Order journal of ${folder}, of a process that was killed (${fromRing} records were in memory only): ${next}${more}.`;
    case JOURNAL_FROM.reserved:
      return `Order journal of ${folder}, of a host that went down: ${next}, behind the reserved block; what its last 20 ms had is asked of the venue${more}.`;
    default:
      return more === '' ? '' : `The order journal of ${folder} begins anew${more}.`;
  }
}
