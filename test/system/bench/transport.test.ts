/** `hotlap bench transport` for a moment: every transport carries what was sent, and counts its system calls as strace does. No time is judged here. */
import { afterEach, describe, expect, test } from 'vitest';
import { Place } from '../../../bench/transport/place.ts';
import { traced } from '../../../bench/transport/traced.ts';
import { SUBJECTS, type Subject, type TransportBenchResult } from '../../../bench/transport/transport-result.ts';
import { hotlap } from '../../support/hotlap.ts';
import { missing } from '../../support/missing.ts';

const isRoot = process.getuid?.() === 0;
const unprivileged: readonly Subject[] = ['kernel', 'dpdk', 'shm'];
const subjects = SUBJECTS.filter(
  (subject) =>
    (isRoot || unprivileged.includes(subject)) &&
    (subject !== 'dpdk' || missing({ root: false, addons: ['dpdk'] }) === undefined),
);
const RATE = 10_000;
const SECONDS = 0.2;

test('carries every packet over each transport, the accelerated ones without a receive call', async () => {
  const args = ['--rates', `${RATE}`, '--seconds', `${SECONDS}`, '--rounds', '1', '--json'];
  const { status, stdout, stderr } = await hotlap(['bench', 'transport', ...args]);
  expect({ status, stderr, error: status === 0 ? '' : stdout }).toEqual({ status: 0, stderr: '', error: '' });
  const result = JSON.parse(stdout) as TransportBenchResult;
  expect(result.rows.map(({ subject }) => subject)).toEqual(subjects);
  expect(result.network).toBe(isRoot ? 'veth' : 'loopback');
  for (const row of result.rows) {
    const packets = (RATE / result.messagesPerPacket) * SECONDS;
    expect(row).toMatchObject({ sent: packets, received: packets, lost: 0 });
    expect(row.wireToWire.count).toBe(packets);
    expect(row.wireToWire.p50).toBeGreaterThan(0);
    if (row.subject === 'kernel') expect(row.receiveCallsPerPacket).toBeGreaterThan(0);
    else expect(row.receiveCallsPerPacket).toBe(0);
  }
  expect(result.facts.map(({ subject, accelerated }) => [subject, accelerated])).toEqual(
    subjects.map((subject) => [subject, subject !== 'kernel']),
  );
  expect(result.unavailable).toHaveLength(SUBJECTS.length - subjects.length);
  for (const row of result.throughput) {
    expect(row.packetsPerSecond).toBeGreaterThan(RATE);
    expect(row.sent).toBeGreaterThan(0);
  }
  expect(result.throughput.map(({ subject }) => subject)).toEqual(subjects);
  expect(result.traced.map(({ subject }) => subject)).toEqual(subjects);
  for (const { receiver, sender } of result.traced) {
    expect([receiver.traced, sender.traced]).toEqual([receiver.counted, sender.counted]);
  }
  if ('missing' in result.sockperf) {
    expect(process.env.CI, '.ci/run installs sockperf').toBeUndefined();
    expect(result.sockperf.missing).toContain('apt-get install sockperf');
    return;
  }
  expect(result.sockperf.rows.map(({ rate }) => rate)).toEqual([RATE]);
  for (const row of result.sockperf.rows) {
    expect(row.achievedPerSecond).toBeGreaterThan(0);
    expect(row.p50).toBeGreaterThan(0);
  }
});

describe('system calls counted are those that strace sees', () => {
  let place: Place | undefined;
  afterEach(() => {
    place?.close();
    place = undefined;
  });

  test.each([...subjects])('%s', async (subject) => {
    place = new Place();
    const plan = { subject, packetsPerSecond: 500, payloadBytes: 100, seconds: SECONDS };
    const { packets, receiver, sender, receiverCalls } = await traced(place, plan);
    expect(packets).toBeGreaterThan(100);
    expect(receiver.traced).toBe(receiver.counted);
    expect(sender.traced).toBe(sender.counted);
    if (subject === 'kernel') expect(receiverCalls).toEqual(['recvmmsg']);
    else expect(receiverCalls).toEqual([]);
    if (subject === 'shm' || subject === 'dpdk') expect(sender.traced).toBe(0);
    else expect(sender.traced).toBeGreaterThan(0);
  });
});
