import { HotlapError } from '../domain/errors.ts';
import type { ControlAnswer, ControlCommand, ControlMessage } from '../engine.ts';
import type { JournalAlert, JournalCommand } from '../journal/records.ts';
import { LOG_LEVEL } from '../strategy/host.ts';

/** What became of a command. */
export interface CommandOutcome {
  readonly ok: boolean;
  /** One sentence for a person. */
  readonly sentence: string;
  /** Beside the sentence, for a program. */
  readonly data?: unknown;
}

export const done = (sentence: string, data?: unknown): CommandOutcome =>
  data === undefined ? { ok: true, sentence } : { ok: true, sentence, data };
export const refused = (sentence: string, data?: unknown): CommandOutcome =>
  data === undefined ? { ok: false, sentence } : { ok: false, sentence, data };

/** One small function a kind; each may throw a HotlapError, whose sentence is then the refusal. */
export type CommandHandlers = {
  readonly [Kind in ControlCommand['kind']]?: (
    command: Extract<ControlCommand, { kind: Kind }>,
    who: string,
  ) => CommandOutcome;
};

export interface CommandsParts {
  readonly handlers: CommandHandlers;
  /** Engine time, in ns. */
  readonly nowNs: () => number;
  /** Every command and what became of it: the audit trail. Questions are no commands. */
  readonly audit: (record: JournalCommand) => void;
  readonly answer: ((answer: ControlAnswer) => void) | undefined;
}

/** A line of the log about a command: level, strategy, text. */
export const auditLine = ({ command, who, ok, answer }: JournalCommand): [number, number, string] => {
  const level = command === 'alert' ? LOG_LEVEL.error : ok ? LOG_LEVEL.info : LOG_LEVEL.warn;
  return [level, -1, `${who}: ${answer}`];
};

/** What somebody outside the loop has found, as the journal keeps it. */
export const alertOf = ({ timeNs, who, answer }: JournalCommand): JournalAlert => ({
  timeNs,
  what: `${who}: ${answer}`,
});

const QUESTIONS: ReadonlySet<ControlCommand['kind']> = new Set(['status', 'parameters', 'states', 'turns']);

/** Nothing changes by it. */
export const isQuestion = ({ kind }: ControlCommand): boolean => QUESTIONS.has(kind);

/** Who gave a command that does not say: the program that started the engine. */
const PROGRAM = 'program';

/** Executes what comes over the control channel, one at a time, and answers. Cold: allocates. */
export class Commands {
  private readonly parts: CommandsParts;

  constructor(parts: CommandsParts) {
    this.parts = parts;
  }

  handle({ who = PROGRAM, id, ...command }: ControlMessage): void {
    const { audit, answer, nowNs } = this.parts;
    const outcome = this.outcomeOf(command, who);
    if (!isQuestion(command)) {
      const { kind, ...rest } = command;
      const { ok, sentence } = outcome;
      audit({ timeNs: nowNs(), who, command: kind, arguments: rest, ok, answer: sentence });
    }
    if (id !== undefined) answer?.({ id, ...outcome });
  }

  private outcomeOf(command: ControlCommand, who: string): CommandOutcome {
    const handler = this.parts.handlers[command.kind] as
      | ((command: ControlCommand, who: string) => CommandOutcome)
      | undefined;
    if (handler === undefined) return refused(`This engine knows no command ${command.kind}.`);
    try {
      return handler(command, who);
    } catch (error) {
      if (error instanceof HotlapError) return refused(error.message);
      throw error;
    }
  }
}
