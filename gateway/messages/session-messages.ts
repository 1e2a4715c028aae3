import { type FixMessage, MessageWriter, TAG, TIMESTAMP_BYTES, type UtcTimestampText } from 'fix-parser';
import type { FixVersion } from '../session/fix-version.ts';
import { NO_REF_TAG } from '../session/reject-reasons.ts';
import type { CompIds } from './header.ts';
import { writeReversedRoute } from './reverse-route.ts';

/** Bytes of the region in which session messages are written. */
export const SESSION_MESSAGE_BYTES = 2_048;
/** A TestReqID or Text from outside is echoed up to here. */
export const MAX_ECHO_BYTES = 512;
/** Of a timestamp: `YYYYMMDD-HH:MM:SS`. */

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
  readonly #version: FixVersion;
  readonly #time: UtcTimestampText;
  /** Bytes of a timestamp in this session. */
  readonly timeBytes: number;

  constructor(tx: Uint8Array, ids: CompIds, version: FixVersion, time: UtcTimestampText) {
    this.#writer = new MessageWriter(tx, 0, SESSION_MESSAGE_BYTES, ids.beginString);
    this.#ids = ids;
    this.#version = version;
    this.#time = time;
    this.timeBytes = version.hasMilliseconds ? TIMESTAMP_BYTES.ms : TIMESTAMP_BYTES.s;
  }

  get offset(): number {
    return this.#writer.offset;
  }

  logon(seq: number, fields: LogonFields): number {
    const writer = this.#header('A', seq).uint(TAG.EncryptMethod, 0).uint(TAG.HeartBtInt, fields.heartBtIntSeconds);
    if (fields.resetSeqNum) writer.text(TAG.ResetSeqNumFlag, 'Y');
    if (fields.username !== undefined) writer.text(TAG.Username, fields.username);
    if (fields.password !== undefined) writer.text(TAG.Password, fields.password);
    return this.#applVerId(writer).finish();
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
    return this.#header('2', seq).uint(TAG.BeginSeqNo, beginSeqNo).uint(TAG.EndSeqNo, this.#version.infinity).finish();
  }

  /** Stands for everything from `seq` to newSeqNo - 1. */
  gapFill(seq: number, newSeqNo: number): number {
    return this.#writer
      .start('4')
      .uint(TAG.MsgSeqNum, seq)
      .text(TAG.PossDupFlag, 'Y')
      .text(TAG.SenderCompID, this.#ids.senderCompId)
      .bytesOf(TAG.SendingTime, this.#time.bytes, 0, this.timeBytes)
      .text(TAG.TargetCompID, this.#ids.targetCompId)
      .bytesOf(TAG.OrigSendingTime, this.#time.bytes, 0, this.timeBytes)
      .uint(TAG.NewSeqNo, newSeqNo)
      .text(TAG.GapFillFlag, 'Y')
      .finish();
  }

  /** Whatever was sent below newSeqNo, nobody will ask for it any more. */
  sequenceReset(seq: number, newSeqNo: number): number {
    return this.#header('4', seq).uint(TAG.NewSeqNo, newSeqNo).finish();
  }

  /** @param message what is rejected @param refTagId a tag or NO_REF_TAG @param reason one of REJECT */
  reject(seq: number, message: FixMessage, refTagId: number, reason: number, text: string): number {
    const { rejectHasReason, maxRejectReason } = this.#version;
    const writer = this.#header('3', seq);
    writeReversedRoute(writer, message, this.#version);
    writer.uint(TAG.RefSeqNum, refSeqNum(message));
    // Before FIX.4.2 only the text can name the tag.
    if (!rejectHasReason)
      return writer.text(TAG.Text, refTagId === NO_REF_TAG ? text : `${text} (${refTagId})`).finish();
    writer.text(TAG.Text, text);
    if (refTagId !== NO_REF_TAG) writer.text(TAG.RefTagID, String(refTagId));
    this.#refMsgType(message);
    if (reason <= maxRejectReason) writer.uint(TAG.SessionRejectReason, reason);
    return writer.finish();
  }

  /** BusinessMessageReject(j); before FIX.4.2, which brought it, a Reject(3). @param reason one of BUSINESS_REJECT */
  businessReject(seq: number, message: FixMessage, reason: number, text: string): number {
    const { hasBusinessReject } = this.#version;
    const writer = this.#header(hasBusinessReject ? 'j' : '3', seq);
    writeReversedRoute(writer, message, this.#version);
    writer.uint(TAG.RefSeqNum, refSeqNum(message)).text(TAG.Text, text);
    if (!hasBusinessReject) return writer.finish();
    this.#refMsgType(message);
    return this.#applVerId(writer.uint(TAG.BusinessRejectReason, reason)).finish();
  }

  /** The header of any message, up to TargetCompID. */
  begin(writer: MessageWriter, msgType: string, seq: number): MessageWriter {
    return writer
      .start(msgType)
      .uint(TAG.MsgSeqNum, seq)
      .text(TAG.SenderCompID, this.#ids.senderCompId)
      .bytesOf(TAG.SendingTime, this.#time.bytes, 0, this.timeBytes)
      .text(TAG.TargetCompID, this.#ids.targetCompId);
  }

  #header(msgType: string, seq: number): MessageWriter {
    return this.begin(this.#writer, msgType, seq);
  }

  /** As the message has it, for a type that no FIX message may have is rejected too. */
  #refMsgType(message: FixMessage): void {
    const index = message.indexOf(TAG.MsgType);
    const start = message.startAt(index);
    const end = Math.min(message.endAt(index), start + MAX_ECHO_BYTES);
    if (end > start) this.#writer.bytesOf(TAG.RefMsgType, message.bytes, start, end);
  }

  /** Over FIXT.1.1 a message that can have it tells the application's version. */
  #applVerId(writer: MessageWriter): MessageWriter {
    const { defaultApplVerId } = this.#version;
    return defaultApplVerId === '' ? writer : writer.text(TAG.DefaultApplVerID, defaultApplVerId);
  }
}

/** MsgSeqNum(34) of a message, 0 where it has none: SequenceReset-Reset may come with anything. */
function refSeqNum(message: FixMessage): number {
  return Math.max(0, message.int(TAG.MsgSeqNum, 0));
}
