import { Observable, type Subscriber } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { crossesAbove, crossesBelow, onChange, Scalar, select, send, snapshot } from '../../../engine/index.ts';
import type { ViewOperator } from '../../../engine/strategy/borrowed-stream.ts';

const through = (values: readonly number[], operator: ViewOperator<Scalar, Scalar>): number[] => {
  const cell = new Scalar();
  const source = new Observable<Scalar>((subscriber) => {
    for (const value of values) {
      cell.set(value);
      subscriber.next(cell);
    }
  });
  const seen: number[] = [];
  source.pipe(operator).subscribe((scalar) => seen.push(scalar.value));
  return seen;
};

describe('operators on preallocated memory', () => {
  it('crossesAbove: only the step over the threshold, never the first, never from or to NaN', () => {
    expect(through([0.7, 0.6, 0.66, 0.7, 0.65, 0.66], crossesAbove(0.65))).toEqual([0.66, 0.66]);
    expect(through([0.6, Number.NaN, 0.7], crossesAbove(0.65))).toEqual([0.7]);
    expect(through([Number.NaN, 0.7, 0.8], crossesAbove(0.65))).toEqual([]);
  });

  it('crossesBelow mirrors it, and asks for a threshold that changes', () => {
    expect(through([0.4, 0.5, 0.49, 0.3, 0.6, 0.2], crossesBelow(0.5))).toEqual([0.49, 0.2]);
    let threshold = 0.5;
    const asked = crossesBelow(() => threshold);
    expect(through([0.6, 0.45], asked)).toEqual([0.45]);
    threshold = 0.4;
    expect(through([0.6, 0.45], asked)).toEqual([]);
  });

  it('onChange compares numbers, not the cell', () => {
    expect(through([1, 1, 2, 2, Number.NaN, Number.NaN, 1], onChange())).toEqual([1, 2, Number.NaN, 1]);
  });

  it('select gives NaN where nothing was set, and each pipeline its own cell', () => {
    const source = new Observable<number>((subscriber) => [1, 2, 3].forEach((value) => void subscriber.next(value)));
    const seen: number[] = [];
    const odd = select<number>((value, out) => {
      if (value % 2 === 1) out.set(value / 2);
    });
    source.pipe(odd).subscribe((scalar) => seen.push(scalar.value));
    expect(seen).toEqual([0.5, Number.NaN, 1.5]);
  });

  it('send passes the answer on; snapshot copies', () => {
    const source = new Observable<{ snapshot(): number }>((subscriber) => subscriber.next({ snapshot: () => 7 }));
    const seen: unknown[] = [];
    source.pipe(snapshot()).subscribe((copy) => seen.push(copy));
    source.pipe(send((view) => view.snapshot() + 1)).subscribe((answer) => seen.push(answer));
    expect(seen).toEqual([7, 8]);
  });

  it('end with their source and let go of it', () => {
    let closed = 0;
    let subscriber!: Subscriber<Scalar>;
    const source = new Observable<Scalar>((given) => {
      subscriber = given;
      return () => {
        closed += 1;
      };
    });
    const seen: string[] = [];
    source.pipe(onChange(), crossesAbove(0)).subscribe({ complete: () => seen.push('complete') });
    subscriber.complete();
    expect([seen, closed]).toEqual([['complete'], 1]);
    source.pipe(onChange(), crossesAbove(0)).subscribe().unsubscribe();
    expect(closed).toBe(2);
  });
});
