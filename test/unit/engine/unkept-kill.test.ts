import { MessageChannel } from 'node:worker_threads';
import { expect, it } from 'vitest';
import type { ControlAnswer } from '../../../engine/engine.ts';
import { JOURNAL_KIND } from '../../../engine/journal/records.ts';
import type { Journal } from '../../../engine/ports/journal.ts';
import { defineStrategy } from '../../../engine/strategy/define-strategy.ts';
import { CELL, JOURNAL_RESULT } from '../../../native/layout.ts';
import { testEngine } from '../../support/engine/test-engine.ts';

const quiet = defineStrategy({ name: 'quiet', setup: (ctx) => void ctx.instrument('AAPL') });

it('a kill that the journal has no room for says so, and is written again until it is kept', () => {
  let isFull = true;
  let tries = 0;
  const kept: { scope: string; killed: boolean }[] = [];
  const alerts: string[] = [];
  const journal: Journal = {
    takeOrdinal: () => 1,
    nextOrdinal: () => 1,
    hasRoom: () => true,
    hasFailed: () => false,
    append: (kind, bytes, length) => {
      const record = (): { what: string; scope: string; killed: boolean } =>
        JSON.parse(new TextDecoder().decode(bytes.subarray(0, length)));
      if (kind === JOURNAL_KIND.alert) alerts.push(record().what);
      if (kind !== JOURNAL_KIND.kill) return JOURNAL_RESULT.ok;
      tries += 1;
      if (isFull) return JOURNAL_RESULT.full;
      kept.push(record());
      return JOURNAL_RESULT.ok;
    },
  };
  const { port1, port2 } = new MessageChannel();
  const answers: ControlAnswer[] = [];
  const { engine, feed } = testEngine([quiet], {
    journal,
    control: port2,
    answer: (answer) => void answers.push(answer),
  });
  const spin = (ms: number): void => {
    feed.cells[CELL.nowNs] = (feed.cells[CELL.nowNs] as number) + ms * 1e6;
    for (let turn = 0; turn < 600; turn += 1) engine.turn();
  };
  port1.postMessage({ kind: 'kill', scope: { of: 'firm' }, who: 'ctl:ann', reason: 'a drill', id: 1 });
  spin(1);
  expect(answers[0]).toMatchObject({ ok: true });
  expect(answers[0]?.sentence).toContain('The journal has not taken it');
  expect(alerts).toEqual([expect.stringContaining('All trading: The journal has not taken it')]);
  spin(500);
  expect(tries).toBe(1);
  spin(1_000);
  expect(tries).toBe(2);
  isFull = false;
  spin(1_500);
  expect(kept).toMatchObject([{ scope: 'all', killed: true }]);
  spin(5_000);
  expect(kept.length).toBe(1);
  port1.close();
});
