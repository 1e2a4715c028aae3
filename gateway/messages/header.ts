import { TAG, TemplateBuilder, type TimestampPrecision } from 'fix-parser';

/** The first slots of every template: the session patches them as it sends. The third is there where it is configured. */
export const HEADER_SLOT = { msgSeqNum: 0, sendingTime: 1, lastMsgSeqNumProcessed: 2 } as const;

/** What a session's configuration says of its headers. */
export interface CompIds {
  beginString: string;
  senderCompId: string;
  targetCompId: string;
  timestampPrecision?: TimestampPrecision;
  lastMsgSeqNumProcessed?: boolean;
}

/** Decimals of the session's timestamps: whole seconds before FIX.4.2, which brought milliseconds. */
export function timestampPrecision(ids: CompIds): TimestampPrecision {
  return ids.timestampPrecision ?? (/^FIX\.4\.[01]$/.test(ids.beginString) ? 's' : 'ms');
}

/** A template with the standard header, its tags ascending as other engines send them. MsgSeqNum has room for ten digits. */
export function withHeader(ids: CompIds, msgType: string): TemplateBuilder {
  const builder = new TemplateBuilder(ids.beginString, msgType);
  builder.slot(TAG.MsgSeqNum, 10, '1');
  builder.constant(TAG.SenderCompID, ids.senderCompId);
  builder.timestamp(TAG.SendingTime, timestampPrecision(ids));
  builder.constant(TAG.TargetCompID, ids.targetCompId);
  if (ids.lastMsgSeqNumProcessed === true) builder.slot(TAG.LastMsgSeqNumProcessed, 10);
  return builder;
}

/** Room of the values that come from outside or vary: FIX sets no limits, venues do, most at 20 or 32. */
export const WIDTH = { clOrdId: 48, symbol: 32, quantity: 17, price: 22, text: 128, terms: 1_024 } as const;
