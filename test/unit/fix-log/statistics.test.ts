import { expect, test } from 'vitest';
import { LogStatistics } from '../../../app/fix-log/log-statistics.ts';
import type { FixLogSummary } from '../../../report/fix-log-entry.ts';
import { entriesOf } from '../../support/fix-log.ts';
import { wire } from '../../support/fix-wire.ts';

/** Of bodies as `35=0|34=1|`, all in one direction. */
async function summaryOf(...bodies: string[]): Promise<FixLogSummary> {
  const statistics = new LogStatistics();
  const log = Buffer.concat(bodies.map((body) => wire(`${body}49=ME|56=V|`)));
  for (const entry of await entriesOf(log)) if (entry.kind === 'message') statistics.add(entry);
  return statistics.summary();
}

const gaps = async (...bodies: string[]) =>
  (await summaryOf(...bodies)).directions[0]?.gaps.map(({ from, to }) => [from, to]);

test('numbers that are missing', async () => {
  expect(await gaps('35=0|34=1|', '35=0|34=2|')).toEqual([]);
  expect(await gaps('35=0|34=5|', '35=0|34=7|', '35=0|34=8|', '35=0|34=11|')).toEqual([
    [6, 6],
    [9, 10],
  ]);
});

test('messages sent again and resets leave none', async () => {
  expect(await gaps('35=0|34=1|', '35=0|34=2|', '35=8|34=1|43=Y|', '35=4|34=2|43=Y|123=Y|36=3|', '35=0|34=3|')).toEqual(
    [],
  );
  expect(await gaps('35=0|34=1|', '35=4|34=2|123=Y|36=9|', '35=0|34=9|')).toEqual([]);
  expect(await gaps('35=0|34=1|', '35=4|34=7|36=20|', '35=0|34=20|')).toEqual([]);
  expect(await gaps('35=0|34=30|', '35=A|34=1|141=Y|', '35=0|34=2|')).toEqual([]);
});

test('a gap before a GapFill is one', async () => {
  expect(await gaps('35=0|34=1|', '35=4|34=4|123=Y|36=9|', '35=0|34=9|')).toEqual([[2, 3]]);
});

test('counts by name, the most frequent first', async () => {
  const summary = await summaryOf('35=0|34=1|', '35=D|34=2|', '35=D|34=3|', '35=U9|34=4|');
  expect(Object.entries(summary.countsByType)).toEqual([
    ['NewOrderSingle', 2],
    ['Heartbeat', 1],
    ['U9', 1],
  ]);
  expect(summary.directions).toMatchObject([{ sender: 'ME', target: 'V', firstMsgSeqNum: 1, lastMsgSeqNum: 4 }]);
});

test('stays small, whatever the log holds', async () => {
  const statistics = new LogStatistics();
  const [entry] = await entriesOf(wire('35=0|34=1|49=ME|56=V|'));
  if (entry?.kind !== 'message') throw new Error('no message');
  for (let i = 0; i < 5000; i++) statistics.add({ ...entry, sender: `S${i}`, msgType: `U${i}`, name: '' });
  for (let i = 0; i < 100; i++) statistics.add({ ...entry, sender: 'S0', msgSeqNum: i * 5 });
  const summary = statistics.summary();
  expect(summary.messages).toBe(5100);
  expect(summary.directions).toHaveLength(256);
  expect(Object.keys(summary.countsByType)).toHaveLength(1024);
  expect(summary.directions[0]).toMatchObject({ gapCount: 99, gaps: { length: 20 } });
});
