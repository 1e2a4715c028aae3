import type { JournalCommand, JournalKill } from '../journal/records.ts';
import { CancelSweep } from '../orders/cancel-sweep.ts';
import { MassCancel } from '../orders/mass-cancel.ts';
import { type KillRuleSettings, KillRules, type KillRulesParts, NO_KILL_RULES } from '../risk/kill-rules.ts';
import { KillSwitch } from '../risk/kill-switch.ts';

export interface KillOptions extends Omit<KillRulesParts, 'settings' | 'kills'> {
  rules: Partial<KillRuleSettings> | undefined;
  isReplay: boolean;
  log: (level: number, text: string) => void;
  alert: (what: string) => void;
  record: (kill: JournalKill) => boolean;
  recordCommand: (command: JournalCommand) => void;
  sendCancel: (row: number, cause: number) => number;
}

export interface KillParts {
  readonly sweep: CancelSweep;
  readonly kills: KillSwitch;
  readonly rules: KillRules;
}

/** The kill switch, what cancels for it, and what sets it by itself. */
export function killParts(options: KillOptions): KillParts {
  const { table, cells, log, sendCancel, recordCommand: record } = options;
  const massCancel = new MassCancel({ table, cells, log, record });
  const sweep = new CancelSweep({ table, cells, sendCancel, massCancel });
  const kills = new KillSwitch({ ...options, sweep });
  const settings = { ...NO_KILL_RULES, ...options.rules };
  // Feed and venue of a replay are never silent: they have no time of their own.
  if (options.isReplay) Object.assign(settings, { staleFeedMs: null, gatewayLagMs: null });
  return { sweep, kills, rules: new KillRules({ ...options, settings, kills }) };
}
