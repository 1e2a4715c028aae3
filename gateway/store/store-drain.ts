/** The disk side of a durable store: for the housekeeping thread, which may wait. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { HotlapError } from '../../engine/domain/errors.ts';
import { JOURNAL_CELLS, JOURNAL_FROM, type JournalDrain, type JournalRecovery, native } from '../../native/index.ts';

/** What stays readable for a resend: 60,000 orders of 256 bytes. */
const RING_BYTES = 16 << 20;
/** Large enough that a new file is rare, small enough that recovery reads few bytes. */
const SEGMENT_BYTES = 16 << 20;
/** Renewed when half are used: far more than leave while the disk is being waited for. */
const BLOCK_NUMBERS = 65_536;
/** What a power failure may take is bounded by it; a ring of 16 MiB holds what a session sends in it many times over. */
const DRAIN_EVERY_MS = 20;

export interface StoreOptions {
  /** Where the session's state lies; made with mode 0700 where it is missing. */
  readonly folder: string;
  /** Shared memory that survives the process; absent: a file in /dev/shm named after user and folder. */
  readonly ringFile?: string;
  /** A power of two, from 64 KiB on: messages beyond it are forgotten, the oldest first. */
  readonly ringBytes?: number;
  readonly segmentBytes?: number;
  /** MsgSeqNums reserved on the disk at a time, at least 256. */
  readonly blockNumbers?: number;
  /** Int32Array(JOURNAL_CELLS); over shared memory where the session runs on another thread. */
  readonly cells?: Int32Array;
  /** A log instead of a session's messages: see JournalDrainOptions. */
  readonly log?: boolean;
  /**
   * A journal of what the messages said, whose drain this one polls from now on: the inbound number on the disk is never
   * ahead of it, so that after a power failure the peer sends again what it has lost. Closed before this one.
   */
  readonly behind?: StoreDrain;
  /** Heard once, when the disk has refused something. */
  readonly onFailure?: (error: HotlapError) => void;
}

/**
 * Opens and recovers the store of one session, locks its folder for this process, and writes to it what a RingStore on
 * whatever thread appends to the ring. A `RingStore` is opened after it and closed before it.
 */
export class StoreDrain {
  /** What was found. */
  readonly recovery: JournalRecovery;
  readonly folder: string;
  /** What RingStore opens. */
  readonly ringFile: string;
  readonly cells: Int32Array;
  readonly #drain: JournalDrain;
  readonly #onFailure: (error: HotlapError) => void;
  #timer: NodeJS.Timeout | undefined;
  #failure: HotlapError | undefined;
  readonly #first: StoreDrain | undefined;

  /** @throws HotlapError ERR_STORE_… */
  constructor(options: StoreOptions) {
    this.folder = made(options.folder);
    this.ringFile = options.ringFile ?? ringFileOf(this.folder);
    this.cells = options.cells ?? new Int32Array(JOURNAL_CELLS);
    this.#onFailure = options.onFailure ?? (() => undefined);
    this.#drain = told(
      () =>
        new (native().JournalDrain)({
          folder: this.folder,
          ringFile: this.ringFile,
          ringBytes: options.ringBytes ?? RING_BYTES,
          segmentBytes: options.segmentBytes ?? SEGMENT_BYTES,
          blockNumbers: options.blockNumbers ?? BLOCK_NUMBERS,
          cells: this.cells,
          log: options.log ?? false,
        }),
    );
    this.recovery = this.#drain.recovery;
    this.#first = options.behind;
    if (this.#first === undefined) return;
    this.#drain.follow(this.#first.#drain);
    clearInterval(this.#first.#timer);
  }

  /** Polls by itself until `close`, on a thread that may wait for the disk; does not keep the process alive. */
  start(everyMs: number = DRAIN_EVERY_MS): this {
    let isPolling = false;
    const polled = (written: number): void => {
      isPolling = false;
      this.#drain.tell();
      if (written < 0) this.#fail();
      this.#tellFirst();
    };
    this.#timer ??= setInterval(() => {
      if (isPolling) return;
      isPolling = true;
      this.#drain.pollLater(polled);
    }, everyMs).unref();
    return this;
  }

  /** Writes what was appended and waits for the disk. @returns records written; -1 once failed */
  poll(): number {
    const written = this.#drain.poll();
    if (written < 0) this.#fail();
    this.#tellFirst();
    return written;
  }

  /** Why nothing more may be sent; undefined while all is well. */
  get failure(): HotlapError | undefined {
    return this.#failure;
  }

  /** Everything goes to the disk, with the exact numbers. */
  close(): void {
    clearInterval(this.#timer);
    this.#drain.close();
    this.#fail();
  }

  /** It was polled with this one. */
  #tellFirst(): void {
    const first = this.#first;
    if (first === undefined) return;
    first.#drain.tell();
    first.#fail();
  }

  #fail(): void {
    const [code, sentence] = this.#drain.failure();
    if (code === '' || this.#failure !== undefined) return;
    this.#failure = new HotlapError(code, sentence);
    this.#onFailure(this.#failure);
  }
}

/** What was found, as a sentence for the log; empty for a new store. */
export function recoverySentence({ folder, recovery }: StoreDrain): string {
  const { from, nextOut, nextIn, records, fromRing, tornBytes, staleRing } = recovery;
  const numbers = `next MsgSeqNum out ${nextOut}, in ${nextIn}; ${records} messages can be sent again`;
  const notes = [
    tornBytes > 0 ? `${tornBytes} bytes of an unfinished write were cut away` : '',
    staleRing ? 'a ring of another store lay in /dev/shm and was put aside' : '',
  ].filter((note) => note !== '');
  const more = notes.length === 0 ? '' : ` (${notes.join('; ')})`;
  switch (from) {
    case JOURNAL_FROM.disk:
      return `Session state of ${folder}: ${numbers}${more}.`;
    case JOURNAL_FROM.ring:
      return `Session state of ${folder}, of a process that was killed (${fromRing} messages were in memory only): ${numbers}${more}.`;
    case JOURNAL_FROM.reserved:
      return `Session state of ${folder}, of a host that went down: the numbers go on behind the reserved block; ${numbers}${more}.`;
    default:
      return more === '' ? '' : `Session state of ${folder} begins anew${more}.`;
  }
}

function made(folder: string): string {
  try {
    makeFolder(resolve(folder));
    return realpathSync(folder);
  } catch (cause) {
    const { code = '', message } = cause as NodeJS.ErrnoException;
    throw new HotlapError(
      code === 'ENOSPC' ? 'ERR_STORE_SPACE' : 'ERR_STORE_PERMISSION',
      `The store's folder ${folder} could not be made (${message}): name another stateDir.`,
      { cause },
    );
  }
}

/** Its parents as well. Node's own `recursive` never ends below a folder that answers ENOENT though it is there, as /proc does. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    const parent = dirname(folder);
    if (code !== 'ENOENT' || existsSync(parent)) throw error;
    makeFolder(parent);
    mkdirSync(folder, { mode: 0o700 });
  }
}

/** One ring a folder and user, whatever way leads to the folder. @param folder as `realpath` has it */
export function ringFileOf(folder: string): string {
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  return `/dev/shm/hotlap-store-${process.getuid?.() ?? 0}-${name}`;
}

/** Native errors as the project's own. */
export function told<T>(open: () => T): T {
  try {
    return open();
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code?.startsWith('ERR_STORE_') !== true) throw error;
    throw new HotlapError(code, message, { cause: error });
  }
}
