import { type SessionStore, STORE } from '../../gateway/index.ts';

/** The numbers of a store without its memory: nothing that a check says is worth being sent again. */
export class QuietStore implements SessionStore {
  readonly creationMs: Float64Array;
  readonly #store: SessionStore;

  constructor(store: SessionStore) {
    this.#store = store;
    this.creationMs = store.creationMs;
  }

  nextSenderMsgSeqNum = (): number => this.#store.nextSenderMsgSeqNum();
  nextTargetMsgSeqNum = (): number => this.#store.nextTargetMsgSeqNum();
  setNextSender = (value: number): void => this.#store.setNextSender(value);
  setNextTarget = (value: number): void => this.#store.setNextTarget(value);
  lastReservedMsgSeqNum = (): number => this.#store.lastReservedMsgSeqNum();
  keep = (): number => STORE.ok;
  read = (seq: number, out: Uint8Array, at: number): number => this.#store.read(seq, out, at);
  oldestKept = (): number => this.#store.oldestKept();
  reset = (nowMs: number): void => this.#store.reset(nowMs);
}
