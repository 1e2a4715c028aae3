/** A demo whose venue cannot send its packets is no success, and says what to do. */
import { expect, test } from 'vitest';
import { mold, pcap, systemEvent } from '../../support/playback.ts';
import { runToEnd, sentence } from '../../support/system/running.ts';
import { openWorkshop } from '../../support/system/workshop.ts';

const shop = openWorkshop();

const PACKETS = 200;
const SHORT = 3;
/** 1,840 bytes with 14 a message and a header of 20: more than an Ethernet frame takes. */
const LONG = 130;

/** Short and long by turns. */
function recording(): string {
  let sequence = 1;
  const packets = Array.from({ length: PACKETS }, (_, index) => {
    const first = sequence;
    sequence += index % 2 === 0 ? SHORT : LONG;
    const events = Array.from({ length: sequence - first }, (_, at) => systemEvent(34_200e9 + first + at, at));
    return mold('SESSION001', first, events);
  });
  return shop.write('long.pcap', pcap(packets));
}

test('a packet too long for the wire ends the demo, which says how to re-frame the recording', async () => {
  const demo = ['demo', '--recording', recording(), '--rx', 'shm', '--rate', '300000', '--warm-up', '0', '--json'];
  const { status, stderr, leftBehind } = await runToEnd(demo, { timeoutMs: 60_000 });
  expect(status, stderr).toBe(1);
  expect(sentence(stderr)).toMatch(
    /A packet of 1840 bytes does not fit the wire, which takes 1472: .*--messages-per-packet 20/,
  );
  expect(leftBehind).toEqual([]);
});
