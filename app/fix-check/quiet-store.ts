import { type SessionStore, STORE } from '../../gateway/index.ts';

/**
 * The numbers of a store without its memory: nothing that a check says is worth being sent again. What a check hears may
 * be: a fill belongs to the run that owns the order. From the first application message on, the number that is expected
 * next stays where it is, so that the next Logon shows a gap and the venue sends them again.
 */
export class QuietStore implements SessionStore {
  readonly creationMs: Float64Array;
  /** MsgSeqNum(34) of the first message that is not counted; 0 while there is none. */
  heldFrom = 0;
  readonly #store: SessionStore;
  readonly #isApplication: (seq: number) => boolean;
  /** Next number within the check. */
  #target: number;

  /** @param isApplication whether the message under this number is one for an application */
  constructor(store: SessionStore, isApplication: (seq: number) => boolean) {
    this.#store = store;
    this.#isApplication = isApplication;
    this.#target = store.nextTargetMsgSeqNum();
    this.creationMs = store.creationMs;
  }

  nextSenderMsgSeqNum = (): number => this.#store.nextSenderMsgSeqNum();
  nextTargetMsgSeqNum = (): number => this.#target;
  setNextSender = (value: number): void => this.#store.setNextSender(value);

  setNextTarget = (value: number): void => {
    this.#target = value;
    if (this.heldFrom !== 0) return;
    if (this.#isApplication(value - 1)) this.heldFrom = value - 1;
    this.#store.setNextTarget(this.heldFrom === 0 ? value : this.heldFrom);
  };

  lastReservedMsgSeqNum = (): number => this.#store.lastReservedMsgSeqNum();
  keep = (): number => STORE.ok;
  read = (seq: number, out: Uint8Array, at: number): number => this.#store.read(seq, out, at);
  oldestKept = (): number => this.#store.oldestKept();

  reset = (nowMs: number): void => {
    this.#store.reset(nowMs);
    this.#target = this.#store.nextTargetMsgSeqNum();
    this.heldFrom = 0;
  };
}
