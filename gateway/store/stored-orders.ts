import { FixMessage, MSG_TYPE, PARSE, TAG } from 'fix-parser';
import type { SessionStore } from './session-store.ts';

/** A NewOrderSingle(D) as a store kept it: what asking the venue for it needs. */
export interface StoredOrder {
  readonly msgSeqNum: number;
  readonly clOrdId: string;
  readonly symbol: string;
  /** Side(54), as it was sent. */
  readonly side: string;
}

/** Longest message that is looked at; orders are far shorter. */
const MESSAGE_BYTES = 65_536;

/**
 * The orders of the present numbering that a store still holds, oldest first. What became of them it does not know: to
 * the process that finds them after a kill, each may be open, filled, or never have arrived. Orders that were forgotten
 * because memory is bounded are not among them. Cold: before the session starts.
 */
export function* storedOrders(store: SessionStore): Generator<StoredOrder> {
  const bytes = new Uint8Array(MESSAGE_BYTES);
  const message = new FixMessage({ maxMessageBytes: MESSAGE_BYTES });
  const oldest = store.oldestKept();
  if (oldest === 0) return;
  for (let seq = oldest; seq < store.nextSenderMsgSeqNum(); seq++) {
    const length = store.read(seq, bytes, 0);
    if (length === 0 || message.parse(bytes, 0, length) !== PARSE.ok) continue;
    if (message.msgType !== MSG_TYPE.NewOrderSingle) continue;
    yield {
      msgSeqNum: seq,
      clOrdId: message.text(TAG.ClOrdID),
      symbol: message.text(TAG.Symbol),
      side: message.text(TAG.Side),
    };
  }
}
