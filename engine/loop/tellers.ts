import { CELL } from '../../native/layout.ts';
import type { JournalNotes } from '../journal/notes.ts';
import { LOG_LEVEL } from '../strategy/host.ts';
import type { LogWriter } from './log-ring.ts';

/** What the engine itself says, of no strategy: a line of the log, and what a person has to hear of, in the journal too. */
export const tellers = (log: LogWriter, notes: JournalNotes, cells: Float64Array) => ({
  log: (level: number, text: string): void => log.write(level, -1, text),
  alert: (what: string): void => {
    log.write(LOG_LEVEL.error, -1, what);
    notes.alert({ timeNs: cells[CELL.nowNs] as number, what });
  },
});
