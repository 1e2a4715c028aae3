import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Asked } from '../../../app/control/asked.ts';
import type { ControlMessage } from '../../../engine/engine.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('answers find who asked, in any order', async () => {
  const sent: ControlMessage[] = [];
  const asked = new Asked((message) => sent.push(message));
  const first = asked.ask({ kind: 'arm' }, 'ctl:ann');
  const second = asked.ask({ kind: 'disarm' }, 'rule:x');
  expect(sent).toEqual([
    { kind: 'arm', who: 'ctl:ann', id: 1 },
    { kind: 'disarm', who: 'rule:x', id: 2 },
  ]);
  asked.answered({ id: 2, ok: false, sentence: 'no' });
  asked.answered({ id: 1, ok: true, sentence: 'yes' });
  asked.answered({ id: 7, ok: true, sentence: 'nobody asked' });
  expect(await first).toEqual({ id: 1, ok: true, sentence: 'yes' });
  expect(await second).toEqual({ id: 2, ok: false, sentence: 'no' });
});

it('a loop that is silent is told as such, and its late answer is nobody’s', async () => {
  const asked = new Asked(() => {});
  const answer = asked.ask({ kind: 'arm' }, 'ctl:ann');
  vi.advanceTimersByTime(5_000);
  expect(await answer).toMatchObject({ ok: false, silent: true, sentence: expect.stringContaining('within 5 s') });
  asked.answered({ id: 1, ok: true, sentence: 'late' });
  expect(vi.getTimerCount()).toBe(0);
});

it('the end of the loop answers everybody, also who comes later', async () => {
  const asked = new Asked(() => {});
  const waiting = asked.ask({ kind: 'arm' }, 'ctl:ann');
  asked.close();
  const late = asked.ask({ kind: 'arm' }, 'ctl:ann');
  for (const answer of [await waiting, await late])
    expect(answer).toMatchObject({ ok: false, sentence: expect.stringContaining('has ended') });
  expect(vi.getTimerCount()).toBe(0);
});
