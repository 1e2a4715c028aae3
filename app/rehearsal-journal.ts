/** Order journals of a rehearsal: nothing of them stays, and V8 has compiled the way into the one that counts. */
import { JOURNAL_KIND } from '../engine/journal/records.ts';
import { type LogRing, RingJournal } from '../engine/journal/ring-journal.ts';
import { JOURNAL, JOURNAL_CELLS, JOURNAL_RESULT } from '../native/index.ts';
import type { StorePlan } from './engine-plan.ts';
import { openRing } from './order-journal.ts';

/** Takes everything and keeps nothing. */
class ForgetfulRing implements LogRing {
  log(): number {
    return JOURNAL_RESULT.ok;
  }

  setNumbers(): number {
    return JOURNAL_RESULT.ok;
  }
}

const UNLIMITED = 2 ** 30;

/** Room for everything. @param nextOrdinal the first number that is given out */
export function forgetfulJournal(nextOrdinal = 1): RingJournal {
  const cells = new Int32Array(JOURNAL_CELLS);
  cells[JOURNAL.nextOut] = nextOrdinal;
  cells[JOURNAL.reserved] = UNLIMITED;
  return new RingJournal(new ForgetfulRing(), cells);
}

/** The calls that will reach the ring meet it: what is asked of it changes nothing. */
export function meetJournal(plan: StorePlan, calls: number): void {
  const ring = openRing(plan);
  const cells = new Int32Array(plan.cells).slice();
  const next = cells[JOURNAL.nextOut];
  cells[JOURNAL.reserved] = UNLIMITED;
  const journal = new RingJournal(ring, cells);
  const bytes = new Uint8Array(1);
  for (let call = 0; call < calls; call += 1) {
    cells[JOURNAL.nextOut] = next;
    if (!journal.hasFailed() && journal.hasRoom()) journal.takeOrdinal();
    // Fewer bytes than none: refused by the ring itself.
    journal.append(JOURNAL_KIND.newOrder, bytes, -1);
  }
  ring.setNumbers(next, 1);
  ring.close();
}
