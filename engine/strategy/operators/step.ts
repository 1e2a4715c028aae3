/**
 * The number on its way through a pipeline: a step finds it here and leaves its own. As an argument or a result it would
 * be a heap number wherever V8 does not inline the call. Nobody else's code runs between one step and the next.
 */
export const wire = new Float64Array(1);

/**
 * One step of a pipeline. It has what it was made with and nothing of what it counts, which lies among the pipeline's
 * numbers: one step serves all pipelines that have the like.
 */
export abstract class Step<In = unknown> {
  /** In how many numbers it counts, all 0 at the beginning. */
  readonly length: number;
  /** Whether other pipelines get the same one. */
  isShared = false;

  constructor(length: number) {
    this.length = length;
  }

  /**
   * Takes the number on by one step.
   * @param at where its numbers begin @param input what came into the pipeline: for the first step
   * @returns whether the number goes on
   */
  abstract next(numbers: Float64Array, at: number, input: In): boolean;
}

/** Steps under a name; a strategy that makes new ones with every event does not fill the memory with them. */
const MOST = 1_024;
const shared = new Map<string, Step<never>>();

/** The step of that name, which says all that it was made with: `ema(20)`. */
export const sharedStep = <Shared extends Step<never>>(name: string, make: () => Shared): Shared => {
  const found = shared.get(name) as Shared | undefined;
  if (found !== undefined) return found;
  const made = make();
  if (shared.size < MOST) {
    made.isShared = true;
    shared.set(name, made);
  }
  return made;
};
