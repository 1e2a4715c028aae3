import { GCProfiler, getHeapStatistics } from 'node:v8';

/**
 * What the calling thread's heap took: growth plus what collections gave back, for a heap delta alone lies as soon
 * as a collection ran in between. Reading it costs some hundred bytes itself.
 */
export class MemoryMeter {
  readonly #profiler = new GCProfiler();
  #used = 0;

  start(): void {
    this.#profiler.start();
    this.#used = getHeapStatistics().used_heap_size;
  }

  stop(): { bytes: number; collections: number } {
    let bytes = getHeapStatistics().used_heap_size - this.#used;
    const { statistics } = this.#profiler.stop();
    for (const { beforeGC, afterGC } of statistics) {
      bytes += beforeGC.heapStatistics.usedHeapSize - afterGC.heapStatistics.usedHeapSize;
    }
    return { bytes, collections: statistics.length };
  }
}
