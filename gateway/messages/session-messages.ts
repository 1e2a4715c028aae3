import { type FixMessage, MessageWriter, TAG, type UtcTimestampText } from 'fix-parser';
import type { SessionConfig } from '../session/config.ts';
import type { FixVersion } from '../session/fix-version.ts';
import { NO_REF_TAG } from '../session/reject-reasons.ts';
import type { SessionStore } from '../store/session-store.ts';
import { writeReversedRoute } from './reverse-route.ts';

/** Bytes of the region in which session messages are written. */
export const SESSION_MESSAGE_BYTES = 2_048;
/** A TestReqID or Text from outside is echoed up to here. */
export const MAX_ECHO_BYTES = 512;

/** What a Logon says besides what the configuration does. */
export interface LogonFields {
  heartBtIntSeconds: number;
  resetSeqNum: boolean;
  /** The initiator's: with credentials and what else the venue wants to know. */
  first: boolean;
}

/** The messages of the session layer, each written whole. A method returns the message's length; it begins at `offset`. */
export class SessionMessages {
  readonly #writer: MessageWriter;
  readonly #config: SessionConfig;
  readonly #version: FixVersion;
  readonly #time: UtcTimestampText;
  readonly #sequence: SessionStore;

  constructor(
    tx: Uint8Array,
    config: SessionConfig,
    version: FixVersion,
    time: UtcTimestampText,
    sequence: SessionStore,
  ) {
    this.#writer = new MessageWriter(tx, 0, SESSION_MESSAGE_BYTES, config.beginString);
    this.#config = config;
    this.#version = version;
    this.#time = time;
    this.#sequence = sequence;
  }

  get offset(): number {
    return this.#writer.offset;
  }

  logon(seq: number, fields: LogonFields): number {
    const writer = this.#header('A', seq).uint(TAG.EncryptMethod, 0).uint(TAG.HeartBtInt, fields.heartBtIntSeconds);
    const { username, password, newPassword, nextExpectedMsgSeqNum } = this.#config;
    if (fields.resetSeqNum) writer.text(TAG.ResetSeqNumFlag, 'Y');
    if (fields.first && username !== undefined) writer.text(TAG.Username, username);
    if (fields.first && password !== undefined) writer.text(TAG.Password, password);
    if (nextExpectedMsgSeqNum === true) {
      writer.uint(TAG.NextExpectedMsgSeqNum, this.#sequence.nextTargetMsgSeqNum());
    }
    if (fields.first && newPassword !== undefined) writer.text(TAG.NewPassword, newPassword);
    this.#applVerId(writer);
    if (fields.first) this.#furtherLogonFields(writer);
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

  /** @param endSeqNo 0 for all that follow */
  resendRequest(seq: number, beginSeqNo: number, endSeqNo: number): number {
    const end = endSeqNo === 0 ? this.#version.infinity : endSeqNo;
    return this.#header('2', seq).uint(TAG.BeginSeqNo, beginSeqNo).uint(TAG.EndSeqNo, end).finish();
  }

  /** Stands for everything from `seq` to newSeqNo - 1. */
  gapFill(seq: number, newSeqNo: number): number {
    this.#writer
      .start('4')
      .uint(TAG.MsgSeqNum, seq)
      .text(TAG.PossDupFlag, 'Y')
      .text(TAG.SenderCompID, this.#config.senderCompId)
      .timestamp(TAG.SendingTime, this.#time)
      .text(TAG.TargetCompID, this.#config.targetCompId)
      .timestamp(TAG.OrigSendingTime, this.#time);
    return this.#processed(this.#writer).uint(TAG.NewSeqNo, newSeqNo).text(TAG.GapFillFlag, 'Y').finish();
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
    writer.uint(TAG.RefSeqNum, refSeqNum(message)).text(TAG.Text, text.slice(0, MAX_ECHO_BYTES));
    if (!hasBusinessReject) return writer.finish();
    this.#refMsgType(message);
    return this.#applVerId(writer.uint(TAG.BusinessRejectReason, reason)).finish();
  }

  /** The header of any message, up to TargetCompID. */
  begin(writer: MessageWriter, msgType: string, seq: number): MessageWriter {
    writer
      .start(msgType)
      .uint(TAG.MsgSeqNum, seq)
      .text(TAG.SenderCompID, this.#config.senderCompId)
      .timestamp(TAG.SendingTime, this.#time)
      .text(TAG.TargetCompID, this.#config.targetCompId);
    return this.#processed(writer);
  }

  /** LastMsgSeqNumProcessed(369), where it is configured. */
  #processed(writer: MessageWriter): MessageWriter {
    if (this.#config.lastMsgSeqNumProcessed !== true) return writer;
    return writer.uint(TAG.LastMsgSeqNumProcessed, this.#sequence.nextTargetMsgSeqNum() - 1);
  }

  #furtherLogonFields(writer: MessageWriter): void {
    const { logonFields = [], cancelOnDisconnect } = this.#config;
    for (const [tag, text] of logonFields) writer.text(tag, text);
    if (cancelOnDisconnect !== undefined) writer.text(cancelOnDisconnect.tag, cancelOnDisconnect.value);
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
