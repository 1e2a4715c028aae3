import { EVENT, INTEREST } from '../../native/layout.ts';

/** Classes (bits of INTEREST) that each kind of event belongs to, by EVENT. */
export const EVENT_CLASSES = new Int32Array(16);
EVENT_CLASSES[EVENT.add] = INTEREST.book;
EVENT_CLASSES[EVENT.execute] = INTEREST.book | INTEREST.trade;
EVENT_CLASSES[EVENT.executeWithPrice] = INTEREST.book | INTEREST.trade;
EVENT_CLASSES[EVENT.cancel] = INTEREST.book;
EVENT_CLASSES[EVENT.delete] = INTEREST.book;
EVENT_CLASSES[EVENT.replace] = INTEREST.book;
EVENT_CLASSES[EVENT.trade] = INTEREST.trade;
EVENT_CLASSES[EVENT.crossTrade] = INTEREST.trade;
EVENT_CLASSES[EVENT.brokenTrade] = INTEREST.trade;
EVENT_CLASSES[EVENT.imbalance] = INTEREST.imbalance;
EVENT_CLASSES[EVENT.tradingAction] = INTEREST.status;
EVENT_CLASSES[EVENT.status] = INTEREST.status;
