import type { SequenceStore } from './sequence-store.ts';

/**
 * The numbers live in two shared cells [nextSenderMsgSeqNum, nextTargetMsgSeqNum], so that the watchdog on another
 * thread resumes the session where a stalled loop left it. Cells of zero begin a new session at 1.
 */
export class MemoryStore implements SequenceStore {
  readonly #cells: Int32Array;

  constructor(cells: Int32Array) {
    this.#cells = cells;
    if (cells[0] < 1) cells[0] = 1;
    if (cells[1] < 1) cells[1] = 1;
  }

  nextSenderMsgSeqNum(): number {
    return this.#cells[0];
  }

  nextTargetMsgSeqNum(): number {
    return this.#cells[1];
  }

  setNextSender(value: number): void {
    this.#cells[0] = value;
  }

  setNextTarget(value: number): void {
    this.#cells[1] = value;
  }
}
