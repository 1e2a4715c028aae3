/** Work that may be interrupted where it yields. */
export type Steps<Result> = Generator<void, Result, void>;

/** All of it, without a pause. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
