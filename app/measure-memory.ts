import { GCProfiler, getHeapStatistics } from 'node:v8';

export interface Memory {
  readonly bytes: number;
  readonly collections: number;
  readonly fromEvent: number;
}

/**
 * What the calling thread's heap took: growth plus what collections gave back, for a heap delta alone lies as soon
 * as a collection ran in between. Reading it costs some hundred bytes itself.
 */
export class MemoryMeter {
  #profiler = new GCProfiler();
  #used = 0;
  #fromEvent = 0;

  /** @param fromEvent events told so far: what is measured belongs to those that follow */
  start(fromEvent: number): void {
    this.#fromEvent = fromEvent;
    this.#profiler = new GCProfiler();
    this.#profiler.start();
    this.#used = getHeapStatistics().used_heap_size;
  }

  stop(): Memory {
    let bytes = getHeapStatistics().used_heap_size - this.#used;
    const { statistics } = this.#profiler.stop();
    for (const { beforeGC, afterGC } of statistics) {
      bytes += beforeGC.heapStatistics.usedHeapSize - afterGC.heapStatistics.usedHeapSize;
    }
    return { bytes, collections: statistics.length, fromEvent: this.#fromEvent };
  }
}
