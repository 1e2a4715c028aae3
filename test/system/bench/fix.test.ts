/** `hotlap bench fix` end to end: whoever is measured has done the work, and ours allocates nothing. No time is judged here. */
import { expect, it } from 'vitest';
import { version } from '../../../app/version.ts';
import type { FixBenchResult } from '../../../bench/fix/fix-result.ts';
import { hotlap } from '../../support/hotlap.ts';

const TIMEOUT_MS = 280_000;

async function bench(only: string): Promise<FixBenchResult> {
  const { status, stdout, stderr } = await hotlap(['bench', 'fix', '--only', only, '--rounds', '1', '--json'], {
    timeoutMs: TIMEOUT_MS,
  });
  expect({ status, stderr }).toMatchObject({ status: 0 });
  return JSON.parse(stdout) as FixBenchResult;
}

it('parses and encodes the same messages with every codec that is installed', { timeout: TIMEOUT_MS }, async () => {
  const { codec, subjects, absent, messages, bars, host } = await bench('codec');
  expect(messages.map(({ kind, fields }) => [kind, fields])).toEqual([
    ['NewOrderSingle', 18],
    ['ExecutionReport', 22],
  ]);
  expect(subjects.length + absent.length).toBe(4);
  if (process.env.CI !== undefined) expect(absent).toEqual([]);
  expect(subjects[0]).toMatchObject({ subject: 'fix-parser', version: version() });
  expect(subjects[0]?.how).toContain(`Node ${process.version}`);
  expect(host.loadAverage).toBeGreaterThanOrEqual(0);
  expect(codec.filter(({ subject }) => subject === 'fix-parser')).toHaveLength(4);
  for (const row of codec) expect(row.nsPerMessage.p50).toBeGreaterThan(0);
  const allocated = bars.filter(({ what }) => what.endsWith('allocated'));
  expect(allocated).toHaveLength(4);
  for (const bar of allocated) expect(bar).toMatchObject({ met: true });
});

it('takes round trips beside plain TCP, and beside QuickFIX where it is installed', {
  timeout: TIMEOUT_MS,
}, async () => {
  const { roundTrips, absent, host } = await bench('round-trip');
  const trips = new Map(roundTrips.map(({ subject, roundTrip }) => [subject, roundTrip]));
  expect(trips.get('hotlap')?.count).toBe(5_000);
  expect(trips.get('TCP echo')?.count).toBe(5_000);
  expect(trips.get('hotlap')?.p50).toBeGreaterThan(0);
  expect(host.stalls).toMatch(/stalls over 20 µs/);
  expect(trips.has('QuickFIX C++')).toBe(absent.length === 0);
});
