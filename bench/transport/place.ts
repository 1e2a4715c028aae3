/** Where the ends run: a veth pair between two namespaces for who may make one, loopback for everybody else. */
import { rmSync } from 'node:fs';
import { makeVethPair, type VethPair } from '../../app/network/veth-pair.ts';
import { hasOptionalAddon } from '../../native/optional-addons.ts';
import type { Subject } from './transport-result.ts';

export type End = 'engine' | 'venue';

export class Place {
  readonly #pair: VethPair | undefined;
  readonly #files: string[] = [];
  /** Why there is no veth pair. */
  readonly reason: string | undefined;

  constructor() {
    try {
      this.#pair = makeVethPair();
    } catch (error) {
      this.reason = (error as Error).message;
    }
  }

  get network(): 'veth' | 'loopback' {
    return this.#pair === undefined ? 'loopback' : 'veth';
  }

  /** IPv4 address of an end. */
  address(end: End): string {
    return this.#pair?.[end].address ?? '127.0.0.1';
  }

  interfaceOf(end: End): string {
    return this.#pair?.[end].interface ?? '127.0.0.1';
  }

  /** @returns why a subject cannot be measured here; undefined where it can */
  whyNot(subject: Subject): string | undefined {
    switch (subject) {
      case 'kernel':
      case 'shm':
        return undefined;
      case 'dpdk':
        return hasOptionalAddon('dpdk') ? undefined : 'DPDK is not built in here: run `npm run setup:bypass`';
      default:
        return this.reason;
    }
  }

  /** Runs where that end is. @param work must not wait */
  at<Result>(end: End, work: () => Result): Result {
    return this.#pair === undefined ? work() : this.#pair[end].namespace.inside(work);
  }

  /** A file for one wire of shared memory, or for the socket of one between two ports of DPDK. */
  wireFile(): string {
    const file = `/dev/shm/hotlap-bench-${process.pid}-${this.#files.length}`;
    this.#files.push(file);
    return file;
  }

  close(): void {
    this.#pair?.close();
    for (const file of this.#files.splice(0)) rmSync(file, { force: true });
  }
}
