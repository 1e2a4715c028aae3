import { CodecTarget } from './codec-target.ts';
import { loadCorpus } from './corpus.ts';
import { EncodeTarget } from './encode-target.ts';
import { Mutator } from './mutator.ts';
import { Random } from './random.ts';
import { SessionTarget } from './session-target.ts';
import { XmlTarget } from './xml-target.ts';

interface Target {
  /** @returns the number of messages that were tried */
  run(): number;
  readonly counts: Readonly<Record<string, number>>;
}

/** How often each target's turn comes, in 64 rounds: so that most messages go to the codec, most time to the session. */
const TURNS = { codec: 55, session: 1, encode: 7, xml: 1 } as const;

/**
 * All targets in turn. A round is determined by the seed and its own number alone: what fails in round 7,000,000 is
 * tried again at once.
 */
export class Fuzz {
  readonly targets: Readonly<Record<keyof typeof TURNS, Target>>;
  readonly #seed: number;
  readonly #random: Random;
  readonly #turns: readonly (keyof typeof TURNS)[];

  private constructor(seed: number, random: Random, targets: Fuzz['targets']) {
    this.#seed = seed;
    this.#random = random;
    this.targets = targets;
    const names = Object.keys(TURNS) as (keyof typeof TURNS)[];
    this.#turns = names.flatMap((name) => new Array<keyof typeof TURNS>(TURNS[name]).fill(name));
  }

  static async create(seed: number): Promise<Fuzz> {
    const random = new Random(seed);
    const corpus = loadCorpus();
    const mutator = new Mutator(random, corpus);
    return new Fuzz(seed, random, {
      codec: await CodecTarget.create(random, mutator),
      session: await SessionTarget.create(random, mutator, corpus),
      encode: new EncodeTarget(random),
      xml: new XmlTarget(random),
    });
  }

  /** @returns the number of messages that were tried @throws with the command that tries the round again */
  round(number: number): number {
    const name = this.#turns[number % this.#turns.length];
    this.#random.reseed(this.#seed, number);
    try {
      return this.targets[name].run();
    } catch (error) {
      const again = `node test/fuzz/fix/run.ts --seed ${this.#seed} --round ${number}`;
      throw new Error(`${name} failed: ${again}\n${(error as Error).stack}`, { cause: error });
    }
  }
}
