import type { Step } from './step.ts';

/** The steps of a pipeline. Pipelines of the same steps have the same chain, which the caches hold once for all of them. */
export class Chain {
  readonly steps: readonly Step[];
  /** Where each step's numbers begin. */
  readonly offsets: readonly number[];
  /** Numbers of all steps. */
  readonly length: number;
  private longer: Map<Step<never>, Chain> | null = null;

  private constructor(steps: readonly Step[], offsets: readonly number[], length: number) {
    this.steps = steps;
    this.offsets = offsets;
    this.length = length;
  }

  /** Of no step yet. */
  static readonly empty = new Chain([], [], 0);

  /** With one step more: the same chain each time where the step is shared. */
  with(step: Step<never>): Chain {
    const found = this.longer?.get(step);
    if (found !== undefined) return found;
    const made = new Chain([...this.steps, step as Step], [...this.offsets, this.length], this.length + step.length);
    if (step.isShared) {
      this.longer ??= new Map();
      this.longer.set(step, made);
    }
    return made;
  }
}
