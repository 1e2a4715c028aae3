import { expect, test } from 'vitest';
import { feedRingFrames } from '../../../app/network/ring-frames.ts';

const at = (messagesPerSecond: number, messagesPerPacket: number | null) =>
  feedRingFrames({ pace: { mode: 'rate', messagesPerSecond }, messagesPerPacket });

test('the ring holds a second of the packets that the pace makes', () => {
  expect(at(1_000_000, 20)).toBe(65_536);
  expect(at(30_000, 1)).toBe(32_768);
  expect(at(100, 1)).toBe(128);
});

test('as recorded, each message may be a packet; memory has a limit; other paces ask for nothing', () => {
  expect(at(15_000, null)).toBe(16_384);
  expect(at(10_000_000, null)).toBe(65_536);
  expect(at(0.001, 20)).toBe(1);
  expect(feedRingFrames({ pace: { mode: 'max' }, messagesPerPacket: 1 })).toBe(1);
  expect(feedRingFrames({ pace: { mode: 'recorded', factor: 100 }, messagesPerPacket: 1 })).toBe(1);
});
