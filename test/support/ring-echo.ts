/**
 * Run as a program of its own: the near end of a ring stream on this thread, its far end on another, which sends back
 * what it takes. Every byte is compared; prints what the near end allocated, for each message.
 */
import * as v8 from 'node:v8';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { createRing, RingPeer, RingStream } from '../../gateway/index.ts';
import { CAUSE, native, STREAM, STREAM_RESULT } from '../../native/index.ts';

const WARM_UP = 30_000;
const MEASURED = 150_000;

if (isMainThread) near();
else far(workerData as SharedArrayBuffer);

function far(memory: SharedArrayBuffer): void {
  const peer = new RingPeer(memory);
  while (!peer.isWanted);
  peer.begin();
  peer.connected('');
  while (!peer.isGivenUp) {
    const taken = peer.take(10_000);
    // Two cores are shared with other tests.
    if (taken.length === 0) native().host.yield();
    for (let at = 0; at < taken.length && !peer.isGivenUp; ) at += peer.put(taken, at);
  }
  peer.ended('', 0);
}

function near(): void {
  const memory = createRing(16_384);
  const worker = new Worker(new URL(import.meta.url), { workerData: memory });
  const stream = new RingStream(memory);
  const { cells, rx, tx } = stream;
  const { host } = native();
  const counts = { sent: 0, received: 0, messages: 0, full: 0, wrong: 0 };
  const byteAt = (position: number): number => (position * 31 + (position >> 8)) & 0xff;

  function receive(): void {
    if (stream.poll() < 0) counts.wrong++;
    const end = cells[STREAM.rxEnd] as number;
    for (let i = cells[STREAM.rxStart] as number; i < end; i++) {
      if (rx[i] !== byteAt(counts.received)) counts.wrong++;
      counts.received = (counts.received + 1) & 0xfffffff;
    }
    cells[STREAM.rxStart] = end;
  }

  function send(messages: number): void {
    for (const end = counts.messages + messages; counts.messages < end; ) {
      const length = 1 + ((counts.messages * 37) & 511);
      for (let i = 0; i < length; i++) tx[i] = byteAt(counts.sent + i);
      const taken = stream.send(0, length, CAUSE.none);
      if (taken === length) {
        counts.messages++;
        counts.sent = (counts.sent + length) & 0xfffffff;
      } else if (taken === STREAM_RESULT.full) {
        counts.full++;
        host.yield();
      } else counts.wrong++;
      receive();
    }
  }

  worker.once('online', () => {
    stream.open();
    while (stream.poll() !== STREAM_RESULT.opened);
    send(WARM_UP);
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    collect();
    collect();
    const profiler = new v8.GCProfiler();
    profiler.start();
    const before = v8.getHeapStatistics().used_heap_size;
    send(MEASURED);
    const after = v8.getHeapStatistics().used_heap_size;
    let freed = 0;
    for (const { beforeGC, afterGC } of profiler.stop().statistics)
      freed += beforeGC.heapStatistics.usedHeapSize - afterGC.heapStatistics.usedHeapSize;
    while (counts.received !== counts.sent) receive();
    stream.close();
    process.stdout.write(`${JSON.stringify({ ...counts, bytesPerMessage: (after - before + freed) / MEASURED })}\n`);
  });
}
