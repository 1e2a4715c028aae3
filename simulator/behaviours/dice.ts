import { Random } from '../generator/random.ts';
import { BEHAVIOURS, type BehaviourCounts, type BehaviourName, type Scenario } from './scenario.ts';

const NS_PER_MS = 1e6;

/** Decides when one behaviour happens, and how. Each has numbers of its own: one more behaviour changes no other. */
export class Dice {
  /** How often it has happened. */
  count = 0;
  readonly #random: Random;
  readonly #share: number;
  readonly #minNs: number;
  readonly #spanNs: number;
  readonly #atMost: number;

  constructor(scenario: Scenario, name: BehaviourName) {
    const settings = scenario.behaviours[name];
    // Both halves of a seed count: the upper one tells the behaviours apart.
    const place = Object.keys(BEHAVIOURS).indexOf(name) + 1;
    this.#random = new Random((scenario.seed >>> 0) + place * 2 ** 32);
    this.#share = settings?.share ?? 0;
    this.#minNs = (settings?.minMs ?? 0) * NS_PER_MS;
    this.#spanNs = Math.max(0, (settings?.maxMs ?? 0) * NS_PER_MS - this.#minNs);
    this.#atMost = settings?.atMost ?? Number.POSITIVE_INFINITY;
  }

  /** An occasion. @returns true where it happens */
  roll(): boolean {
    if (this.#share === 0 || this.count >= this.#atMost || !this.#random.chance(this.#share)) return false;
    this.count++;
    return true;
  }

  /** How long this time, in whole ns. */
  waitNs(): number {
    return Math.round(this.#minNs + this.#random.unit() * this.#spanNs);
  }

  /** A whole number from 0 to below `bound`. */
  below(bound: number): number {
    return this.#random.below(bound);
  }
}

export type DiceSet = Readonly<Record<BehaviourName, Dice>>;

export function diceOf(scenario: Scenario): DiceSet {
  const names = Object.keys(BEHAVIOURS) as BehaviourName[];
  return Object.fromEntries(names.map((name) => [name, new Dice(scenario, name)])) as Record<BehaviourName, Dice>;
}

/** Of the behaviours that a scenario has. */
export function countsOf(scenario: Scenario, dice: DiceSet): BehaviourCounts {
  const names = Object.keys(scenario.behaviours) as BehaviourName[];
  return Object.fromEntries(names.map((name) => [name, dice[name].count]));
}
