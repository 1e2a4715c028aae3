/** An error a user can act on: a stable code and a sentence that says what to do. */
export class HotlapError extends Error {
  /** Stable, listed in docs/reference/errors.md. */
  readonly code: string;
  /** 1 for a failure, 2 for wrong usage. */
  readonly exitStatus: 1 | 2;
  /** Beside code and sentence in the error document of --json: plain data. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    sentence: string,
    options: { exitStatus?: 1 | 2; cause?: unknown; details?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(sentence, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'HotlapError';
    this.code = code;
    this.exitStatus = options.exitStatus ?? 1;
    this.details = options.details ?? {};
  }
}
