/** A receiver ends well: closed twice, polled after close, left to a Worker's end. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { native, POLL } from '../../../native/index.ts';
import { openFeed, play } from '../../support/feed.ts';
import { add } from '../../support/itch-messages.ts';
import { binaryFile } from '../../support/mold-packets.ts';

const order = (reference: number) => add({ reference, side: 'B', shares: 1, price: 1 });

test('close is idempotent; poll after it is idle, everything else says that it is closed', () => {
  const feed = openFeed('binaryfile');
  play(feed, binaryFile([order(1)]));
  const { poll } = feed.receiver;
  feed.receiver.close();
  feed.receiver.close();
  expect(feed.receiver.poll()).toBe(POLL.idle);
  expect(poll.call(undefined)).toBe(POLL.idle);
  for (const call of [
    () => feed.receiver.summary(),
    () => feed.receiver.books(1),
    () => feed.receiver.subscribe('A', 1),
    () => feed.receiver.setInterest(0, 1),
    () => feed.receiver.queue(0, 1, 1, new Float64Array(4)),
    () => feed.receiver.levels(0, 1, new Float64Array(4)),
    () => feed.receiver.transport(),
  ]) {
    expect(call).toThrow(/closed/);
  }
});

test('arguments that would reach beyond the memory lent are refused', () => {
  const feed = openFeed('binaryfile');
  const out = new Float64Array(4);
  expect(() => feed.receiver.queue(0, 1, 1, out)).toThrow(RangeError);
  feed.receiver.subscribe('A', 1);
  for (const handle of [-1, 1, Number.NaN]) expect(() => feed.receiver.levels(handle, 1, out)).toThrow(RangeError);
  expect(() => feed.receiver.levels(0, 3, out)).toThrow(RangeError);
  expect(() => feed.receiver.queue(0, 1, 1, new Uint8Array(64) as unknown as Float64Array)).toThrow(TypeError);
  expect(() => feed.receiver.subscribe('TOOLONGNAME', 1)).toThrow(RangeError);
  expect(() => feed.receiver.subscribe('', 1)).toThrow(RangeError);
  for (let n = 1; n < 16; n++) feed.receiver.subscribe(`S${n}`, 1);
  expect(() => feed.receiver.subscribe('ONEMORE', 1)).toThrow(/maxInstruments/);
});

test('options are checked before native code believes them', () => {
  const { FeedReceiver } = native();
  expect(() => new FeedReceiver({} as never)).toThrow(TypeError);
  for (const wrong of [
    { cells: new Float64Array(3) },
    { record: new Float32Array(32) },
    { depth: new Float64Array(8) },
    { depthLevels: 0 },
    { maxInstruments: 1e9 },
    { expectedOrders: -1 },
    { source: { ring: new SharedArrayBuffer(64) } },
    { source: { ring: new ArrayBuffer(8) } },
    { source: { format: 'erf' } },
    { source: { kind: 'carrier pigeon' } },
    { source: { speed: -1 } },
    { source: { speed: Number.NaN } },
    { latency: {} },
  ]) {
    expect(() => openFeed('pcap', wrong as never), JSON.stringify(wrong)).toThrow();
  }
});

for (const end of ['return', 'exit', 'never'] as const) {
  test(`a Worker that ${end === 'never' ? 'is terminated while it polls' : `ends by ${end}`} takes its receiver with it`, async () => {
    const spinning = new Int32Array(new SharedArrayBuffer(4));
    const worker = new Worker(new URL('./feed-worker.ts', import.meta.url), { workerData: { end, spinning } });
    const exited = new Promise<number>((resolve, reject) => {
      worker.on('exit', resolve);
      worker.on('error', reject);
    });
    const until = Date.now() + 60_000;
    while (Atomics.load(spinning, 0) === 0 && Date.now() < until) await sleep(5);
    expect(spinning[0]).toBe(1);
    if (end === 'never') await worker.terminate();
    expect(await exited).toBe(end === 'never' ? 1 : 0);
  });
}
