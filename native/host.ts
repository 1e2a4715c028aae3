/** The calling thread and the machine under it. */

/** A preloaded library that takes kernel sockets over. Which sockets it took, each socket's `transport()` tells. */
export interface Accelerator {
  /** Empty: none. */
  readonly library: 'Onload' | 'VMA' | 'XLIO' | '';
  /** Of Onload's extension API: `1.2.0`; else empty. */
  readonly version: string;
  /** Empty, or a sentence: one was asked for and is not here, or is here and cannot be asked. */
  readonly problem: string;
  /** The loader ignores LD_PRELOAD for this program, because it has file capabilities. */
  readonly ignoresPreload: boolean;
}

export interface Host {
  /** Kernel thread id of the caller. */
  threadId(): number;
  /** CPUs the calling thread may run on. */
  affinity(): number[];
  /** Restricts the calling thread. Throws where the kernel refuses. */
  setAffinity(cpus: number[]): void;
  /** As it was when this was first asked. */
  accelerator(): Accelerator;
  /** Gives the kernel back what free() has left in the process's heaps. Some ms, for all threads that allocate. */
  trimMemory(): void;
  /** CLOCK_MONOTONIC in ns. Cold: returns a heap number. */
  monotonicNs(): number;
  /** CLOCK_REALTIME in ns since 1970, as milliseconds with fraction. */
  realtimeMs(): number;
  /** Waits without a system call for about `turns` pauses (idle strategies). */
  pause(turns: number): number;
  /** sched_yield. */
  yield(): number;
  /** nanosleep of so many µs (the `backoff` idle strategy). */
  sleepUs(microseconds: number): number;
  /**
   * Makes a network namespace that has no name: it goes with the last process and descriptor that hold it. The calling
   * thread stays where it is. @returns a descriptor, open until the process ends; `/proc/PID/fd/N` is its path
   */
  makeNetworkNamespace(): number;
  /** Moves the calling thread, and threads and processes that it starts later. @param path `/proc/PID/fd/N`, `/run/netns/NAME` … */
  enterNetworkNamespace(path: string): void;
  /** Checksums of sent packets are filled in by the kernel (false) or left to the device (true). */
  setTransmitChecksumOffload(interfaceName: string, on: boolean): void;
}
