import { type FixMessage, type MessageWriter, TAG, type UtcTimestampText } from 'fix-parser';
import { isHeaderTag } from './header-tags.ts';

/** What stands in the place of the original's own. */
export interface ResentHeader {
  readonly time: UtcTimestampText;
  /** LastMsgSeqNumProcessed(369), where the original has one. */
  readonly lastProcessed: number;
}

/**
 * Writes a message once more, as FIX wants it sent again: PossDupFlag(43)=Y, a new SendingTime(52), the first one as
 * OrigSendingTime(122), each where ascending tags put it in the header. All else is copied byte for byte.
 * @returns its length, 0 when it does not fit the writer's region
 */
export function writeResent(writer: MessageWriter, message: FixMessage, header: ResentHeader): number {
  const { bytes } = message;
  const sentAt = message.indexOf(TAG.SendingTime);
  writer.start(message.text(TAG.MsgType));
  let flagged = false;
  let timed = sentAt < 0;
  for (let index = 3; index < message.count; index++) {
    const tag = message.tagAt(index);
    const inHeader = isHeaderTag(tag);
    if (!flagged && (tag > TAG.PossDupFlag || !inHeader)) {
      writer.text(TAG.PossDupFlag, 'Y');
      flagged = true;
    }
    if (!timed && (tag > TAG.OrigSendingTime || !inHeader)) {
      writer.bytesOf(TAG.OrigSendingTime, bytes, message.startAt(sentAt), message.endAt(sentAt));
      timed = true;
    }
    switch (tag) {
      case TAG.PossDupFlag:
      case TAG.OrigSendingTime:
        break;
      case TAG.SendingTime:
        writer.timestamp(TAG.SendingTime, header.time);
        break;
      case TAG.LastMsgSeqNumProcessed:
        writer.uint(TAG.LastMsgSeqNumProcessed, header.lastProcessed);
        break;
      default:
        writer.bytesOf(tag, bytes, message.startAt(index), message.endAt(index));
    }
  }
  if (!flagged) writer.text(TAG.PossDupFlag, 'Y');
  if (!timed) writer.bytesOf(TAG.OrigSendingTime, bytes, message.startAt(sentAt), message.endAt(sentAt));
  return writer.finish();
}
