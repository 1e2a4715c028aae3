import { HotlapError } from '../domain/errors.ts';
import { currentInstance } from './instance.ts';

/** Numbers under a name: what an operator or a strategy counts with, and hands to the strategy's next version. */
export interface KeptEntry {
  /** What they mean, as `ema(20)`: only the same takes them over. */
  readonly shape: string;
  readonly numbers: Float64Array;
}

/** Numbers under all names of one strategy. */
const MAX_NUMBERS = 1 << 20;
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$/;

export type KeptNumbers = ReadonlyMap<string, KeptEntry>;

/**
 * The named numbers of one instance of a strategy. A new version is given a copy of what the old one had under the
 * same names, so that the old one is whole if the new one is refused.
 */
export class KeptCells {
  private readonly former: KeptNumbers;
  private readonly taken = new Map<string, KeptEntry>();
  private total = 0;

  constructor(former: KeptNumbers = new Map()) {
    this.former = former;
  }

  /**
   * Numbers of that name: those of the former version, else zeros. At set-up: allocates.
   * @throws HotlapError ERR_STATE_MISFIT, ERR_STATE_NAME, ERR_STATE_SIZE
   */
  take(name: string, shape: string, length: number): Float64Array {
    if (this.taken.has(name)) {
      throw new HotlapError('ERR_STATE_NAME', `Two keep their numbers as '${name}': give each a name of its own.`);
    }
    if (!NAME.test(name)) {
      throw new HotlapError(
        'ERR_STATE_NAME',
        `Numbers cannot be kept as ${JSON.stringify(name)}: a name is up to 64 letters, digits, dots, colons, dashes or underscores.`,
      );
    }
    if (!Number.isInteger(length) || length < 1 || this.total + length > MAX_NUMBERS) {
      throw new HotlapError(
        'ERR_STATE_SIZE',
        `'${name}' is to keep ${length} numbers beside ${this.total}: give a whole number from 1, and ${MAX_NUMBERS} in all.`,
      );
    }
    this.total += length;
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

/**
 * The numbers of an operator under a name: they go on in the strategy's next version. Called when the operator is made,
 * not when it is subscribed to.
 */
export const keptNumbers = (name: string, shape: string, length: number): Float64Array => {
  const { kept } = currentInstance();
  if (kept !== null) return kept.take(name, shape, length);
  throw new HotlapError('ERR_STATE_NAME', `The operator that keeps '${name}' is made before setup: make it in setup.`);
};
