/** The drain by itself: on a thread that may wait for the disk, while this one goes on. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { JOURNAL, JOURNAL_FROM } from '../../../native/index.ts';
import { leftBy, openBoth, removePlaces } from '../../support/store/killed-store.ts';

afterAll(removePlaces);

test('what is kept reaches the disk by itself, and the reserved block moves on', async () => {
  const both = openBoth();
  const { drain, store } = both;
  drain.start(1);
  const reserved = drain.cells[JOURNAL.reserved] as number;
  for (let seq = 1; seq <= 600; seq++) {
    while (store.keep(seq, new Uint8Array(100).fill(seq), 0, 100) !== 0) await sleep(1);
    store.setNextSender(seq + 1);
  }
  for (let tries = 0; tries < 2_000 && drain.cells[JOURNAL.reserved] === reserved; tries++) await sleep(1);
  expect(drain.cells[JOURNAL.reserved]).toBe(reserved + 1_000);
  const place = leftBy(both.place, true);
  // A poll may be under way.
  both.close();
  await sleep(20);
  expect(drain.failure).toBeUndefined();
  const afterPowerLoss = openBoth(place);
  expect(afterPowerLoss.drain.recovery.from).toBe(JOURNAL_FROM.reserved);
  expect(afterPowerLoss.drain.recovery.nextOut).toBeGreaterThan(reserved);
  afterPowerLoss.close();
  const again = openBoth(both.place);
  expect(again.drain.recovery).toMatchObject({ from: JOURNAL_FROM.disk, nextOut: 601 });
  again.close();
});
