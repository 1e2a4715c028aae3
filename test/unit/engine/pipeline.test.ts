/** Operators that make numbers of numbers are steps of one pipeline: it gives what they would give one by one. */
import { map, merge, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  crossesAbove,
  ema,
  onChange,
  rollingStdDev,
  rsi,
  Scalar,
  select,
  sma,
  type ViewOperator,
  zScore,
} from '../../../engine/index.ts';
import { Chain } from '../../../engine/strategy/operators/chain.ts';
import { Step, sharedStep } from '../../../engine/strategy/operators/step.ts';
import { seededRandom } from '../../support/seeded-random.ts';

type Steps = readonly ViewOperator<Scalar, Scalar>[];

const STEPS: Readonly<Record<string, () => ViewOperator<Scalar, Scalar>>> = {
  ema: () => ema(3),
  sma: () => sma(4),
  rollingStdDev: () => rollingStdDev(5),
  zScore: () => zScore(6),
  rsi: () => rsi(2),
  onChange: () => onChange(),
  crossesAbove: () => crossesAbove(0.25),
  'crossesAbove of a function': () => crossesAbove(() => 0.25),
  select: () => select((scalar, out) => out.set(scalar.value / 3)),
};

/** @param between what stands between two of them */
function run(steps: Steps, values: readonly number[], between: ((scalar: Scalar) => Scalar) | null): number[] {
  const source = new Subject<Scalar>();
  const results: number[] = [];
  let stream = source.asObservable();
  for (const step of steps) {
    stream = stream.pipe(step);
    if (between !== null) stream = stream.pipe(map(between));
  }
  stream.subscribe((scalar) => results.push(scalar.value));
  const cell = new Scalar();
  for (const value of values) {
    cell.set(value);
    source.next(cell);
    // A step takes what it is given and leaves it as it was.
    expect(cell.value).toBe(value);
  }
  return results;
}

it('a chain of steps gives what the same steps give with others between them', () => {
  const random = seededRandom(11);
  const names = Object.keys(STEPS);
  for (let round = 0; round < 300; round += 1) {
    const chosen = Array.from({ length: 1 + random(4) }, () => names[random(names.length)] as string);
    const values = Array.from({ length: 80 }, () => (random(20) === 0 ? Number.NaN : random(7) / 7));
    const make = (): Steps => chosen.map((name) => STEPS[name]?.() as ViewOperator<Scalar, Scalar>);
    const copied = (scalar: Scalar): Scalar => {
      const copy = new Scalar();
      copy.set(scalar.value);
      return copy;
    };
    expect(run(make(), values, null), chosen.join(', ')).toEqual(run(make(), values, copied));
  }
});

it('pipelines with a common beginning count for themselves', () => {
  const source = new Subject<Scalar>();
  const begun = source.pipe(ema(2));
  const results: number[] = [];
  merge(begun.pipe(sma(1)), begun.pipe(sma(2)), begun).subscribe((scalar) => results.push(scalar.value));
  const cell = new Scalar();
  for (const value of [3, 6, 8]) {
    cell.set(value);
    source.next(cell);
  }
  expect(results).toEqual([Number.NaN, Number.NaN, Number.NaN, 5, Number.NaN, 5, 7, 6, 7]);
});

describe('a user’s function that sends numbers through other pipelines changes none on its way', () => {
  const nested = new Subject<Scalar>();
  const other = new Scalar();
  const inner: number[] = [];
  nested.pipe(ema(1), onChange()).subscribe((scalar) => inner.push(scalar.value));
  const disturb = (): void => {
    other.set(other.value + 1_000);
    nested.next(other);
  };
  other.set(0);
  const disturbing: readonly [string, ViewOperator<Scalar, Scalar>][] = [
    [
      'threshold',
      crossesAbove(() => {
        disturb();
        return 0.5;
      }),
    ],
    [
      'select',
      select<Scalar>((scalar, out) => {
        out.set(scalar.value);
        disturb();
      }),
    ],
  ];
  it.each(disturbing)('%s', (_name, operator) => {
    const count = inner.length;
    const values = [0, 1, 0, 1];
    const results = run([sma(1), operator, ema(1)], values, null);
    expect(results).toEqual(results.length === 2 ? [1, 1] : values);
    expect(inner.length).toBe(count + 4);
  });
});

describe('what pipelines share', () => {
  class Named extends Step {
    override next(): boolean {
      return true;
    }
  }

  it('the same steps are one chain, whose numbers lie one behind the other', () => {
    const make = (name: string) => sharedStep(`test ${name}`, () => new Named(name.length));
    const chain = Chain.empty.with(make('a')).with(make('bcd')).with(make('ef'));
    expect(Chain.empty.with(make('a')).with(make('bcd')).with(make('ef'))).toBe(chain);
    expect([chain.offsets, chain.length]).toEqual([[0, 1, 4], 6]);
  });

  it('a step of its own is in no other chain, and however many are made, few are kept', () => {
    const own = new Named(1);
    expect(Chain.empty.with(own)).not.toBe(Chain.empty.with(own));
    const steps = Array.from({ length: 3_000 }, (_, index) => sharedStep(`many ${index}`, () => new Named(1)));
    expect(steps.filter(({ isShared }) => isShared).length).toBeLessThan(1_025);
    expect(steps.at(-1)?.isShared).toBe(false);
    expect(sharedStep('many 0', () => new Named(2))).toBe(steps[0]);
  });
});
