/** A network namespace without a name: it ends with the last process and descriptor that hold it, also after a `kill -9`. */
import assert from 'node:assert/strict';
import { closeSync, openSync } from 'node:fs';
import { HotlapError } from '../../engine/domain/errors.ts';
import { native } from '../../native/index.ts';

export class NetworkNamespace {
  readonly #descriptor: number;
  #isOpen = true;

  /** Throws a HotlapError where the kernel refuses. */
  constructor() {
    try {
      this.#descriptor = native().host.makeNetworkNamespace();
    } catch (error) {
      throw refused(error);
    }
  }

  /** Where other processes find it, while it is open here. */
  get path(): string {
    assert(this.#isOpen, 'the namespace is closed');
    return `/proc/${process.pid}/fd/${this.#descriptor}`;
  }

  /** Runs with the calling thread inside. @param work must not wait: what else runs on the thread would be inside, too */
  inside<Result>(work: () => Result): Result {
    const leave = enterNamespace(this.path);
    try {
      return work();
    } finally {
      leave();
    }
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    closeSync(this.#descriptor);
  }
}

/** Moves the calling thread, and what it starts from then on. @returns what brings it back */
export function enterNamespace(path: string): () => void {
  const { host } = native();
  const home = openSync('/proc/thread-self/ns/net', 'r');
  try {
    host.enterNetworkNamespace(path);
  } catch (error) {
    closeSync(home);
    throw refused(error);
  }
  return () => {
    host.enterNetworkNamespace(`/proc/self/fd/${home}`);
    closeSync(home);
  };
}

function refused(error: unknown): HotlapError {
  const { code, message } = error as { code?: string; message: string };
  return new HotlapError(code === 'EPERM' ? 'ERR_NETWORK_PERMISSION' : 'ERR_NETWORK_NAMESPACE', message, {
    cause: error,
  });
}
