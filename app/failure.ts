import { HotlapError } from '../engine/domain/errors.ts';

/** An error as it crosses from one thread or process to another. */
export interface FailureMessage {
  readonly code: string;
  readonly sentence: string;
  readonly exitStatus: 1 | 2;
  readonly stack: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export function failureMessage(error: unknown): FailureMessage {
  if (!(error instanceof Error)) return { code: '', sentence: String(error), exitStatus: 1, stack: '', details: {} };
  const { code } = error as { code?: unknown };
  return {
    code: typeof code === 'string' ? code : '',
    sentence: error.message,
    exitStatus: error instanceof HotlapError ? error.exitStatus : 1,
    stack: error.stack ?? '',
    details: error instanceof HotlapError ? error.details : {},
  };
}

/** The error again on this side. What has no code is not the user's mistake and keeps its stack. */
export function fromFailureMessage(message: FailureMessage): Error {
  if (message.code !== '') {
    const { exitStatus, details } = message;
    return new HotlapError(message.code, message.sentence, { exitStatus, details });
  }
  const error = new Error(message.sentence);
  error.stack = message.stack;
  return error;
}
