import { CELL } from '../../native/layout.ts';
import type { EngineOptions } from '../engine.ts';
import type { JournalNotes } from '../journal/notes.ts';
import type { RecoveredLimit } from '../journal/recovered.ts';
import type { InstrumentRegistry } from '../market/instrument-registry.ts';
import { LimitCommand } from '../risk/limit-command.ts';
import type { LimitTable } from '../risk/limits.ts';
import { LOG_LEVEL } from '../strategy/host.ts';
import { commandHandlers, type HandlerParts } from './command-handlers.ts';
import { alertOf, auditLine, Commands } from './commands.ts';
import type { LogWriter } from './log-ring.ts';

/** Commands that write their own line of the log, once they are carried out. */
const SPEAKING: ReadonlySet<string> = new Set(['stop', 'kill', 'release']);

export interface EngineCommandParts {
  handlers: Omit<HandlerParts, 'limits'>;
  limits: LimitTable;
  /** Changed in an earlier run: they stand. */
  recoveredLimits: readonly RecoveredLimit[];
  registry: InstrumentRegistry;
  cells: Float64Array;
  notes: JournalNotes;
  log: LogWriter;
  answer: EngineOptions['answer'];
}

/** Everything that the loop can be told to do, and where it is written down. */
export const engineCommands = (parts: EngineCommandParts): Commands => {
  const { registry, cells, notes, log } = parts;
  const nowNs = (): number => cells[CELL.nowNs] as number;
  const limits = new LimitCommand({
    limits: parts.limits,
    isTraded: (symbol) => registry.all.some((each) => each.symbol === symbol),
    nowNs,
    record: (change) => notes.limit(change),
  });
  for (const sentence of limits.restore(parts.recoveredLimits)) log.write(LOG_LEVEL.warn, -1, sentence);
  return new Commands({
    handlers: commandHandlers({ ...parts.handlers, limits }),
    nowNs,
    audit: (record) => {
      if (record.command === 'alert') notes.alert(alertOf(record));
      else notes.command(record);
      // A stop and a kill tell themselves, whoever asks for them.
      if (!record.ok || !SPEAKING.has(record.command)) log.write(...auditLine(record));
    },
    answer: parts.answer,
  });
};
