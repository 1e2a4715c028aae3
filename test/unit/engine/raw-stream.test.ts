import type { Subscription } from 'rxjs';
import { beforeEach, expect, it } from 'vitest';
import { RawStream } from '../../../engine/strategy/raw-stream.ts';

let told: string[];
/** Whether anybody hears it, at each change. */
let changes: boolean[];
let raw: RawStream<string>;

beforeEach(() => {
  told = [];
  changes = [];
  raw = new RawStream<string>('book$', (hearer) => changes.push(hearer !== null));
});

const listen = (name: string, then?: () => void): Subscription =>
  raw.stream.subscribe((view) => {
    told.push(`${name} ${view}`);
    then?.();
  });

it('tells its subscribers in the order in which they came, and its user of each who comes and goes', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((name) => listen(name));
  raw.emit('1');
  a?.unsubscribe();
  raw.emit('2');
  const again = listen('a');
  raw.emit('3');
  for (const each of [b, c, again]) each?.unsubscribe();
  raw.emit('4');
  expect(told).toEqual(['a 1', 'b 1', 'c 1', 'b 2', 'c 2', 'b 3', 'c 3', 'a 3']);
  expect(changes).toEqual([true, true, true, true, true, true, true, false]);
  listen('d');
  expect(changes.at(-1)).toBe(true);
});

it('who comes during an emission hears the next one, who goes during it hears no more', () => {
  const subscriptions: Subscription[] = [];
  let isFirst = true;
  subscriptions.push(
    listen('a', () => {
      if (!isFirst) return;
      isFirst = false;
      subscriptions[0]?.unsubscribe();
      subscriptions[1]?.unsubscribe();
      listen('late');
    }),
  );
  subscriptions.push(listen('b'), listen('c'));
  raw.emit('1');
  expect(told).toEqual(['a 1', 'c 1']);
  raw.emit('2');
  expect(told).toEqual(['a 1', 'c 1', 'c 2', 'late 2']);
  expect(changes.at(-1)).toBe(true);
});

it('the only one may go and another come during an emission', () => {
  const only = listen('a', () => {
    only.unsubscribe();
    listen('b');
  });
  raw.emit('1');
  raw.emit('2');
  expect(told).toEqual(['a 1', 'b 2']);
  expect(changes).toEqual([true, false, true]);
});
