/** Where a session keeps its two numbers. Written before a message leaves, so that a number is never used twice. */
export interface SequenceStore {
  /** Next MsgSeqNum(34) to send. */
  nextSenderMsgSeqNum(): number;
  /** Next MsgSeqNum(34) expected from the peer. */
  nextTargetMsgSeqNum(): number;
  setNextSender(value: number): void;
  setNextTarget(value: number): void;
}
