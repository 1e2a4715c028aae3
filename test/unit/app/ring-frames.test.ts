import { expect, test } from 'vitest';
import { feedRingFrames } from '../../../app/network/ring-frames.ts';

const rate = (messagesPerSecond: number) => ({ mode: 'rate', messagesPerSecond }) as const;

test('the ring holds half a second of the packets that the pace makes', () => {
  expect(feedRingFrames(rate(1_000_000), 20)).toBe(32_768);
  expect(feedRingFrames(rate(50_000), 1)).toBe(32_768);
  expect(feedRingFrames(rate(100), 1)).toBe(64);
});

test('as recorded, each message may be a packet; memory has a limit; other paces ask for nothing', () => {
  expect(feedRingFrames(rate(30_000), null)).toBe(16_384);
  expect(feedRingFrames(rate(10_000_000), null)).toBe(65_536);
  expect(feedRingFrames(rate(0.001), 20)).toBe(1);
  expect(feedRingFrames({ mode: 'max' }, 1)).toBe(1);
  expect(feedRingFrames({ mode: 'recorded', factor: 100 }, 1)).toBe(1);
});
