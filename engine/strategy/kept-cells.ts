import { HotlapError } from '../domain/errors.ts';

/** Numbers under a name: what an operator or a strategy counts with, and hands to the strategy's next version. */
export interface KeptEntry {
  /** What they mean, as `ema(20)`: only the same takes them over. */
  readonly shape: string;
  readonly numbers: Float64Array;
}

export type KeptNumbers = ReadonlyMap<string, KeptEntry>;

/**
 * The named numbers of one instance of a strategy. A new version is given a copy of what the old one had under the
 * same names, so that the old one is whole if the new one is refused.
 */
export class KeptCells {
  private readonly former: KeptNumbers;
  private readonly taken = new Map<string, KeptEntry>();

  constructor(former: KeptNumbers = new Map()) {
    this.former = former;
  }

  /**
   * Numbers of that name: those of the former version, else zeros. At set-up: allocates.
   * @throws HotlapError ERR_STATE_MISFIT, ERR_STATE_NAME
   */
  take(name: string, shape: string, length: number): Float64Array {
    if (this.taken.has(name)) {
      throw new HotlapError('ERR_STATE_NAME', `Two keep their numbers as '${name}': give each a name of its own.`);
    }
    const numbers = new Float64Array(length);
    const former = this.former.get(name);
    if (former !== undefined) {
      if (former.shape !== shape || former.numbers.length !== length) {
        throw new HotlapError(
          'ERR_STATE_MISFIT',
          `'${name}' was ${former.shape} and is ${shape} now: its numbers do not fit. Give it another name, and it begins anew.`,
        );
      }
      numbers.set(former.numbers);
    }
    this.taken.set(name, { shape, numbers });
    return numbers;
  }

  /** All that were taken, to hand on. Not copies. */
  get numbers(): KeptNumbers {
    return this.taken;
  }

  /** Names of the former version that nobody has taken. */
  get left(): string[] {
    return [...this.former.keys()].filter((name) => !this.taken.has(name));
  }
}

/** Of the instance that this copy of the library serves: one strategy at a time, as `strategyBundle` hosts it. */
let current = new KeptCells();

/** From now on operators keep their numbers there. */
export const keepIn = (cells: KeptCells): void => {
  current = cells;
};

/**
 * The numbers of an operator: under a name they go on in the strategy's next version, without one they are its own.
 * Called when the operator is made, not when it is subscribed to.
 */
export const operatorNumbers = (name: string | undefined, shape: string, length: number): Float64Array =>
  name === undefined ? new Float64Array(length) : current.take(name, shape, length);
