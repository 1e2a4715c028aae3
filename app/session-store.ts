/** Where a venue's session keeps its numbers and messages between runs, and who writes them to the disk. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { RingStore, recoverySentence, StoreDrain } from '../gateway/index.ts';
import { JOURNAL, JOURNAL_CELLS, JOURNAL_FROM } from '../native/index.ts';
import type { SessionResult } from '../report/run-result.ts';
import type { StorePlan } from './engine-plan.ts';
import type { VenueSettings } from './options.ts';
import type { OpenedOrderJournal } from './order-journal.ts';

type Log = (level: 'info' | 'warn' | 'error', text: string) => void;

export interface OpenedSessionStore {
  /** For the thread that runs the session. */
  readonly plan: StorePlan;
  /** Absolute. */
  readonly folder: string;
  /** Earlier runs have sent orders, or other messages that are sent again on request; a Logon is none. */
  readonly hasHistory: boolean;
  result(): Omit<SessionResult, 'earlierOrdersInDoubt'>;
  /** The disk has refused something: no order may be sent any more. */
  whenFailed(listener: () => void): void;
  /** After the last message: what is in memory goes to the disk. */
  close(): void;
}

/**
 * @param folder relative paths start here
 * @param behind the journal of what the session's messages said; this store is closed after it
 */
export function openSessionStore(
  venue: Pick<VenueSettings, 'senderCompId' | 'targetCompId' | 'stateDir'>,
  folder: string,
  onLog: Log = () => undefined,
  behind?: Pick<OpenedOrderJournal, 'drain'>,
): OpenedSessionStore {
  let heard = (): void => undefined;
  const cells = new SharedArrayBuffer(JOURNAL_CELLS * Int32Array.BYTES_PER_ELEMENT);
  const drain = new StoreDrain({
    folder: stateDirOf(venue, folder),
    cells: new Int32Array(cells),
    ...(behind && { behind: behind.drain }),
    onFailure: (error) => {
      onLog('error', `${error.message} No new order is sent.`);
      heard();
    },
  }).start();
  const { recovery } = drain;
  const sentence = recoverySentence(drain);
  const isDoubtful = recovery.from === JOURNAL_FROM.reserved || recovery.tornBytes > 0 || recovery.staleRing;
  if (sentence !== '') onLog(isDoubtful ? 'warn' : 'info', sentence);
  return {
    plan: { ringFile: drain.ringFile, cells },
    folder: drain.folder,
    hasHistory: recovery.records > 0,
    result: () => ({
      stateDir: drain.folder,
      recovered: RECOVERED[recovery.from] ?? 'nothing',
      nextSenderMsgSeqNum: drain.cells[JOURNAL.nextOut] as number,
      nextTargetMsgSeqNum: drain.cells[JOURNAL.nextIn] as number,
    }),
    whenFailed: (listener) => {
      heard = listener;
      if (drain.failure !== undefined) heard();
    },
    close: () => drain.close(),
  };
}

const RECOVERED: Record<number, SessionResult['recovered']> = {
  [JOURNAL_FROM.disk]: 'closed in order',
  [JOURNAL_FROM.ring]: 'killed',
  [JOURNAL_FROM.reserved]: 'host went down',
};

/** The session's side of an opened store: on the hot thread, and on the one that takes over from it. */
export const ringStoreOf = ({ ringFile, cells }: StorePlan): RingStore =>
  new RingStore({ ringFile, cells: new Int32Array(cells) });

/** Everything of a venue that outlives a run. @param folder relative paths start here */
export const stateDirOf = (
  venue: Pick<VenueSettings, 'senderCompId' | 'targetCompId' | 'stateDir'>,
  folder: string,
): string => (venue.stateDir === undefined ? defaultStateDir(venue) : resolve(folder, venue.stateDir));

/** One folder a session, as the XDG Base Directory Specification has it. */
export function defaultStateDir({
  senderCompId,
  targetCompId,
}: {
  senderCompId: string;
  targetCompId: string;
}): string {
  return join(stateRoot(), `${fileName(senderCompId)}-${fileName(targetCompId)}`);
}

/** Where this user's sessions lie by default. */
export function stateRoot(): string {
  const home = process.env.XDG_STATE_HOME;
  // The specification ignores relative ones.
  const state = home?.startsWith('/') ? home : join(homedir(), '.local', 'state');
  return join(state, 'hotlap');
}

/** A CompID may hold what a file's name may not, and two pairs of them never become one name. */
const fileName = (compId: string): string =>
  compId.replace(/[^A-Za-z0-9_.]|^\./g, (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
