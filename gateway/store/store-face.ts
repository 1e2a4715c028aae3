import type { SessionStore } from './session-store.ts';

/**
 * One shape for every store: what V8 compiles for a session that keeps its messages in memory then holds for one that
 * keeps them in a ring, and only the calls inside here tell the two apart.
 */
export class StoreFace implements SessionStore {
  readonly creationMs: Float64Array;
  readonly #store: SessionStore;

  constructor(store: SessionStore) {
    this.creationMs = store.creationMs;
    this.#store = store;
  }

  nextSenderMsgSeqNum(): number {
    return this.#store.nextSenderMsgSeqNum();
  }

  nextTargetMsgSeqNum(): number {
    return this.#store.nextTargetMsgSeqNum();
  }

  setNextSender(value: number): void {
    this.#store.setNextSender(value);
  }

  setNextTarget(value: number): void {
    this.#store.setNextTarget(value);
  }

  lastReservedMsgSeqNum(): number {
    return this.#store.lastReservedMsgSeqNum();
  }

  keep(seq: number, bytes: Uint8Array, start: number, end: number): number {
    return this.#store.keep(seq, bytes, start, end);
  }

  read(seq: number, out: Uint8Array, at: number): number {
    return this.#store.read(seq, out, at);
  }

  oldestKept(): number {
    return this.#store.oldestKept();
  }

  reset(nowMs: number): void {
    this.#store.reset(nowMs);
  }
}
