import { expect, it } from 'vitest';
import { MemoryStore, STORE } from '../../../gateway/index.ts';
import { storeConformance } from '../../support/store-conformance.ts';

storeConformance('MemoryStore', ({ keptBytes, keptMessages }) => ({
  store: new MemoryStore(new Int32Array(2), keptBytes, keptMessages),
  close: () => undefined,
}));

it('resumes where the cells stand', () => {
  const store = new MemoryStore(Int32Array.of(17, 23));
  expect([store.nextSenderMsgSeqNum(), store.nextTargetMsgSeqNum()]).toEqual([17, 23]);
});

it('sends a message that is greater than its memory, and does not keep it', () => {
  const store = new MemoryStore(new Int32Array(2), 64, 4);
  expect(store.keep(1, new Uint8Array(20).fill(1), 0, 20)).toBe(STORE.ok);
  expect(store.keep(2, new Uint8Array(65), 0, 65)).toBe(STORE.ok);
  expect(store.keep(3, new Uint8Array(20).fill(3), 0, 20)).toBe(STORE.ok);
  const out = new Uint8Array(64);
  expect([1, 2, 3].map((seq) => store.read(seq, out, 0))).toEqual([20, 0, 20]);
});

it('keeps no older message under a number that a greater one took', () => {
  const store = new MemoryStore(new Int32Array(2), 64, 4);
  store.keep(1, new Uint8Array(20), 0, 20);
  store.keep(2, new Uint8Array(20), 0, 20);
  // Withdrawn; then the same number is used by one that is not kept.
  store.keep(2, new Uint8Array(65), 0, 65);
  expect(store.read(2, new Uint8Array(64), 0)).toBe(0);
});

it('fills its memory exactly', () => {
  const store = new MemoryStore(new Int32Array(2), 96, 10);
  for (let seq = 1; seq <= 10; seq++) store.keep(seq, new Uint8Array(24).fill(seq), 0, 24);
  const out = new Uint8Array(24);
  expect(store.oldestKept()).toBe(7);
  for (const seq of [7, 8, 9, 10]) {
    expect(store.read(seq, out, 0)).toBe(24);
    expect(out[23]).toBe(seq);
  }
});
