import { join } from 'node:path';
import { recoverySentence, StoreDrain } from '../../gateway/index.ts';
import { JOURNAL_CELLS } from '../../native/index.ts';

/** What becomes of orders that rested when the exchange went down: they rest again, or are cancelled unasked. */
export type RestingOrders = 'keep' | 'cancel';

/** What stays readable for a resend: some 25,000 reports. */
const RING_BYTES = 8 << 20;
const SEGMENT_BYTES = 8 << 20;

interface RingPlan {
  readonly ringFile: string;
  /** Int32Array(JOURNAL_CELLS). */
  readonly cells: SharedArrayBuffer;
}

/** An opened state, for the thread that runs the exchange. */
export interface StatePlan {
  readonly logFile: string;
  readonly session: RingPlan;
  readonly dropCopy: RingPlan;
  readonly restingOrders: RestingOrders;
}

export interface StateKeeperOptions {
  /** Of this exchange alone; made where it is missing. */
  readonly folder: string;
  readonly restingOrders?: RestingOrders;
  /** Shared memory of the sessions, which must survive the process: absent, named after user and folder. */
  readonly ringFile?: string;
}

/**
 * The disk side of an exchange's state, on a thread that may wait: the stores of its two sessions, locked for this
 * process. An Exchange is opened after it and closed before it.
 *
 *   folder/session     numbers and messages of the order session
 *   folder/drop-copy   the same of the drop copy
 *   folder/orders.log  every report, before it leaves
 */
export class StateKeeper {
  readonly plan: StatePlan;
  readonly #drains: readonly StoreDrain[];

  /** @throws HotlapError ERR_STORE_… */
  constructor({ folder, restingOrders = 'keep', ringFile }: StateKeeperOptions) {
    const open = (name: string): { drain: StoreDrain; plan: RingPlan } => {
      const cells = new SharedArrayBuffer(JOURNAL_CELLS * Int32Array.BYTES_PER_ELEMENT);
      const drain = new StoreDrain({
        folder: join(folder, name),
        cells: new Int32Array(cells),
        ringBytes: RING_BYTES,
        segmentBytes: SEGMENT_BYTES,
        ...(ringFile !== undefined && { ringFile: `${ringFile}-${name}` }),
      });
      return { drain, plan: { ringFile: drain.ringFile, cells } };
    };
    const session = open('session');
    const dropCopy = open('drop-copy');
    this.#drains = [session.drain, dropCopy.drain];
    const logFile = join(folder, 'orders.log');
    this.plan = { logFile, session: session.plan, dropCopy: dropCopy.plan, restingOrders };
  }

  /** What was found, as sentences for the log. */
  sentences(): string[] {
    return this.#drains.map(recoverySentence).filter((sentence) => sentence !== '');
  }

  /** Polls by itself until `close`. */
  start(): this {
    for (const drain of this.#drains) drain.start();
    return this;
  }

  /** Writes the sessions to the disk and waits for it; where nobody called `start`, some hundred times a second. */
  poll(): void {
    for (const drain of this.#drains) {
      if (drain.poll() < 0 && drain.failure !== undefined) throw drain.failure;
    }
  }

  close(): void {
    for (const drain of this.#drains) drain.close();
  }
}
