/** Where a venue's session keeps its numbers and messages between runs, and who writes them to the disk. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { RingStore, recoverySentence, StoreDrain, storedOrders } from '../gateway/index.ts';
import { JOURNAL, JOURNAL_CELLS, JOURNAL_FROM } from '../native/index.ts';
import type { SessionResult } from '../report/run-result.ts';
import type { StorePlan } from './engine-plan.ts';
import type { VenueSettings } from './options.ts';

/** In the log; the newest of them. */
const NAMED_ORDERS = 100;

type Log = (level: 'info' | 'warn' | 'error', text: string) => void;

export interface OpenedSessionStore {
  /** For the thread that runs the session. */
  readonly plan: StorePlan;
  /** Absolute. */
  readonly folder: string;
  result(): SessionResult;
  /** The disk has refused something: no order may be sent any more. */
  whenFailed(listener: () => void): void;
  /** After the last message: what is in memory goes to the disk. */
  close(): void;
}

/** @param folder relative paths start here */
export function openSessionStore(
  venue: Pick<VenueSettings, 'senderCompId' | 'targetCompId' | 'stateDir'>,
  folder: string,
  onLog: Log = () => undefined,
): OpenedSessionStore {
  let heard = (): void => undefined;
  const cells = new SharedArrayBuffer(JOURNAL_CELLS * Int32Array.BYTES_PER_ELEMENT);
  const drain = new StoreDrain({
    folder: stateDirOf(venue, folder),
    cells: new Int32Array(cells),
    onFailure: (error) => {
      onLog('error', `${error.message} No new order is sent.`);
      heard();
    },
  }).start();
  const { recovery } = drain;
  const sentence = recoverySentence(drain);
  const isDoubtful = recovery.from === JOURNAL_FROM.reserved || recovery.tornBytes > 0 || recovery.staleRing;
  if (sentence !== '') onLog(isDoubtful ? 'warn' : 'info', sentence);
  const doubts = isInterrupted(recovery.from) ? ordersLeftBy(drain) : [];
  if (isInterrupted(recovery.from)) onLog('warn', doubtSentence(doubts));
  return {
    plan: { ringFile: drain.ringFile, cells },
    folder: drain.folder,
    result: () => ({
      stateDir: drain.folder,
      recovered: RECOVERED[recovery.from] ?? 'nothing',
      nextSenderMsgSeqNum: drain.cells[JOURNAL.nextOut] as number,
      nextTargetMsgSeqNum: drain.cells[JOURNAL.nextIn] as number,
      earlierOrdersInDoubt: doubts.length,
    }),
    whenFailed: (listener) => {
      heard = listener;
      if (drain.failure !== undefined) heard();
    },
    close: () => drain.close(),
  };
}

/** A run that ended in order has told its own doubts. */
const isInterrupted = (from: number): boolean => from === JOURNAL_FROM.ring || from === JOURNAL_FROM.reserved;

/** ClOrdIDs of what was sent before under the present numbers: what became of it this process does not know. */
function ordersLeftBy(drain: StoreDrain): string[] {
  const store = new RingStore(drain);
  const orders = Array.from(storedOrders(store), ({ clOrdId }) => clOrdId);
  store.close();
  return orders;
}

function doubtSentence(clOrdIds: readonly string[]): string {
  if (clOrdIds.length === 0)
    return 'The run before has left no order in what is kept of it; look at the venue for older ones.';
  const named = clOrdIds.slice(-NAMED_ORDERS);
  const older = clOrdIds.length - named.length;
  const ids = `${named.join(', ')}${older > 0 ? `, and ${older} older ones` : ''}`;
  return `${clOrdIds.length} orders of the run before are in doubt, it was interrupted: look at the venue for ClOrdID(11) ${ids}.`;
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
  const home = process.env.XDG_STATE_HOME;
  // The specification ignores relative ones.
  const state = home?.startsWith('/') ? home : join(homedir(), '.local', 'state');
  return join(state, 'hotlap', `${fileName(senderCompId)}-${fileName(targetCompId)}`);
}

/** A CompID may hold what a file's name may not, and two pairs of them never become one name. */
const fileName = (compId: string): string =>
  compId.replace(/[^A-Za-z0-9_.]|^\./g, (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
