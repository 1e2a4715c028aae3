import { TAG, TemplateBuilder } from 'fix-parser';

/** The first two slots of every template: the session patches them as it sends. */
export const HEADER_SLOT = { msgSeqNum: 0, sendingTime: 1 } as const;

export interface CompIds {
  beginString: string;
  senderCompId: string;
  targetCompId: string;
}

/** A template with the standard header, its tags ascending as other engines send them. MsgSeqNum has room for ten digits. */
export function withHeader(ids: CompIds, msgType: string): TemplateBuilder {
  const builder = new TemplateBuilder(ids.beginString, msgType);
  builder.slot(TAG.MsgSeqNum, 10, '1');
  builder.constant(TAG.SenderCompID, ids.senderCompId);
  builder.timestamp(TAG.SendingTime);
  return builder.constant(TAG.TargetCompID, ids.targetCompId);
}

/** Room of the values that come from outside or vary: FIX sets no limits, venues do, most at 20 or 32. */
export const WIDTH = { clOrdId: 48, symbol: 32, quantity: 17, price: 22, text: 128 } as const;
