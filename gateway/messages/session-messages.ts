import { type FixMessage, MessageWriter, msgTypeText, TAG, type UtcTimestampText } from 'fix-parser';
import { NO_REF_TAG } from '../session/reject-reasons.ts';
import type { CompIds } from './header.ts';

/** Bytes of the region in which session messages are written. */
export const SESSION_MESSAGE_BYTES = 2_048;
/** A TestReqID or Text from outside is echoed up to here. */
export const MAX_ECHO_BYTES = 512;

/** What a Logon says. */
export interface LogonFields {
  heartBtIntSeconds: number;
  resetSeqNum: boolean;
  username: string | undefined;
  password: string | undefined;
}

/** The messages of the session layer, each written whole. A method returns the message's length; it begins at `offset`. */
export class SessionMessages {
  readonly #writer: MessageWriter;
  readonly #ids: CompIds;
  readonly #time: UtcTimestampText;

  constructor(tx: Uint8Array, ids: CompIds, time: UtcTimestampText) {
    this.#writer = new MessageWriter(tx, 0, SESSION_MESSAGE_BYTES, ids.beginString);
    this.#ids = ids;
    this.#time = time;
  }

  get offset(): number {
    return this.#writer.offset;
  }

  logon(seq: number, fields: LogonFields): number {
    const writer = this.#header('A', seq).uint(TAG.EncryptMethod, 0).uint(TAG.HeartBtInt, fields.heartBtIntSeconds);
    if (fields.resetSeqNum) writer.text(TAG.ResetSeqNumFlag, 'Y');
    if (fields.username !== undefined) writer.text(TAG.Username, fields.username);
    if (fields.password !== undefined) writer.text(TAG.Password, fields.password);
    return writer.finish();
  }

  logout(seq: number, text: string): number {
    const writer = this.#header('5', seq);
    if (text !== '') writer.text(TAG.Text, text.slice(0, MAX_ECHO_BYTES));
    return writer.finish();
  }

  /** @param request the TestRequest whose TestReqID(112) it answers, if any */
  heartbeat(seq: number, request: FixMessage | null): number {
    const writer = this.#header('0', seq);
    const index = request === null ? -1 : request.indexOf(TAG.TestReqID);
    if (request !== null && index >= 0) {
      const start = request.startAt(index);
      writer.bytesOf(TAG.TestReqID, request.bytes, start, Math.min(request.endAt(index), start + MAX_ECHO_BYTES));
    }
    return writer.finish();
  }

  testRequest(seq: number): number {
    return this.#header('1', seq).text(TAG.TestReqID, 'TEST').finish();
  }

  resendRequest(seq: number, beginSeqNo: number): number {
    return this.#header('2', seq).uint(TAG.BeginSeqNo, beginSeqNo).uint(TAG.EndSeqNo, 0).finish();
  }

  /** Stands for everything from `seq` to newSeqNo - 1. */
  gapFill(seq: number, newSeqNo: number): number {
    return this.#writer
      .start('4')
      .uint(TAG.MsgSeqNum, seq)
      .text(TAG.PossDupFlag, 'Y')
      .text(TAG.SenderCompID, this.#ids.senderCompId)
      .timestamp(TAG.SendingTime, this.#time)
      .text(TAG.TargetCompID, this.#ids.targetCompId)
      .timestamp(TAG.OrigSendingTime, this.#time)
      .uint(TAG.NewSeqNo, newSeqNo)
      .text(TAG.GapFillFlag, 'Y')
      .finish();
  }

  /** @param refTagId a tag or NO_REF_TAG @param refMsgType 0 where the type cannot be told */
  reject(seq: number, refSeqNum: number, refTagId: number, refMsgType: number, reason: number, text: string): number {
    const writer = this.#header('3', seq).uint(TAG.RefSeqNum, refSeqNum).text(TAG.Text, text);
    if (refTagId !== NO_REF_TAG) writer.text(TAG.RefTagID, String(refTagId));
    if (refMsgType !== 0) writer.text(TAG.RefMsgType, msgTypeText(refMsgType));
    return writer.uint(TAG.SessionRejectReason, reason).finish();
  }

  businessReject(seq: number, refSeqNum: number, refMsgType: number, reason: number, text: string): number {
    return this.#header('j', seq)
      .uint(TAG.RefSeqNum, refSeqNum)
      .text(TAG.Text, text)
      .text(TAG.RefMsgType, msgTypeText(refMsgType))
      .uint(TAG.BusinessRejectReason, reason)
      .finish();
  }

  #header(msgType: string, seq: number): MessageWriter {
    return this.#writer
      .start(msgType)
      .uint(TAG.MsgSeqNum, seq)
      .text(TAG.SenderCompID, this.#ids.senderCompId)
      .timestamp(TAG.SendingTime, this.#time)
      .text(TAG.TargetCompID, this.#ids.targetCompId);
  }
}
