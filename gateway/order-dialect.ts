import { asciiBytes, SOH, TAG, type TemplateBuilder } from 'fix-parser';
import { WIDTH } from './messages/header.ts';

/** What a venue calls an instrument of ours. */
export interface SymbolNames {
  /** Symbol(55); absent: ours. */
  readonly symbol?: string;
  /** SecurityID(48) with SecurityIDSource(22): both or neither. */
  readonly securityId?: string;
  readonly idSource?: string;
  /** SecurityExchange(207). */
  readonly securityExchange?: string;
}

export type OrderMessage =
  | 'NewOrderSingle'
  | 'OrderCancelRequest'
  | 'OrderCancelReplaceRequest'
  | 'OrderStatusRequest'
  | 'OrderMassCancelRequest'
  | 'OrderMassStatusRequest';

/** How one venue wants its orders; nothing of it is looked at when one is sent: constants lie in the templates. */
export interface OrderDialect {
  /** Account(1) of every order, cancel, replace and status request. */
  readonly account?: string;
  /** HandlInst(21) of orders and replaces; FIX.4.2 demands it and gets `1` where it is absent. */
  readonly handlInst?: string;
  /** ExecInst(18) of orders and replaces. */
  readonly execInst?: string;
  /** Further fields by message: tag → value. */
  readonly fields?: Partial<Readonly<Record<OrderMessage, Readonly<Record<string, string>>>>>;
  /** The venue takes OrdType(40) Market. */
  readonly market?: boolean;
  /** The venue takes OrderMassCancelRequest(q), OrderMassStatusRequest(AF) for all orders of the session. */
  readonly massCancel?: boolean;
  readonly massStatus?: boolean;
  /** By our symbol. */
  readonly symbols?: Readonly<Record<string, SymbolNames>>;
}

/** Automated execution, no broker intervention: what an engine means. */
const HANDL_INST_AUTOMATED = '1';

/** MsgType(35) of the messages with a dialect. */
export const ORDER_MSG_TYPE: Readonly<Record<OrderMessage, string>> = {
  NewOrderSingle: 'D',
  OrderCancelRequest: 'F',
  OrderCancelReplaceRequest: 'G',
  OrderStatusRequest: 'H',
  OrderMassCancelRequest: 'q',
  OrderMassStatusRequest: 'AF',
};

/** Tags that the templates write themselves: no dialect may give them. */
export const OWN_TAGS: ReadonlySet<number> = new Set([
  TAG.BeginString,
  TAG.BodyLength,
  TAG.CheckSum,
  TAG.MsgType,
  TAG.MsgSeqNum,
  TAG.SenderCompID,
  TAG.TargetCompID,
  TAG.SendingTime,
  TAG.PossDupFlag,
  TAG.OrigSendingTime,
  TAG.Account,
  TAG.HandlInst,
  TAG.ExecInst,
  TAG.OrdType,
  TAG.TimeInForce,
  TAG.Side,
  TAG.TransactTime,
  TAG.Symbol,
  TAG.ClOrdID,
  TAG.OrigClOrdID,
  TAG.OrderQty,
  TAG.Price,
  TAG.SecurityID,
  TAG.SecurityIDSource,
  TAG.SecurityExchange,
  TAG.MassCancelRequestType,
  TAG.MassStatusReqID,
  TAG.MassStatusReqType,
]);

/** Routing fields of the standard header that a venue may want of every order: they go where the header is. */
export const HEADER_TAGS: ReadonlySet<string> = new Set([
  '50',
  '57',
  '115',
  '116',
  '128',
  '129',
  '142',
  '143',
  '144',
  '145',
]);

/** Slots of a template that are absent until an order's terms fill them; -1 where the message has none. */
export interface OptionalSlots {
  readonly account: number;
  readonly execInst: number;
}

const WIDTH_ACCOUNT = 64;
const WIDTH_EXEC_INST = 256;

/** The fields of a message that never change, and what the terms of an order put among them. */
export function addConstants(
  builder: TemplateBuilder,
  message: OrderMessage,
  beginString: string,
  dialect: OrderDialect,
): OptionalSlots {
  const own = Object.entries(dialect.fields?.[message] ?? {});
  for (const [tag, value] of own) if (HEADER_TAGS.has(tag)) builder.constant(Number(tag), value);
  // A status request has an account since FIX.4.2; of the mass requests only the one for status has.
  const hasAccount =
    message !== 'OrderMassCancelRequest' && (message !== 'OrderStatusRequest' || !/^FIX\.4\.[01]$/.test(beginString));
  const isOfOneOrder = message !== 'OrderMassStatusRequest';
  if (hasAccount && !isOfOneOrder && dialect.account !== undefined) builder.constant(TAG.Account, dialect.account);
  const account = hasAccount && isOfOneOrder ? builder.optional(TAG.Account, WIDTH_ACCOUNT) : -1;
  let execInst = -1;
  if (message === 'NewOrderSingle' || message === 'OrderCancelReplaceRequest') {
    const handlInst = dialect.handlInst ?? (beginString === 'FIX.4.2' ? HANDL_INST_AUTOMATED : undefined);
    if (handlInst !== undefined) builder.constant(TAG.HandlInst, handlInst);
    execInst = builder.optional(TAG.ExecInst, WIDTH_EXEC_INST);
  }
  for (const [tag, value] of own) if (!HEADER_TAGS.has(tag)) builder.constant(Number(tag), value);
  return { account, execInst };
}

/** What stands behind `55=`: the symbol, and behind it whole fields where the venue wants more than that. */
export function instrumentBytes(symbol: string, names: SymbolNames = {}): Uint8Array {
  const fields = [names.symbol ?? symbol];
  if (names.securityId !== undefined) fields.push(`${TAG.SecurityID}=${names.securityId}`);
  if (names.idSource !== undefined) fields.push(`${TAG.SecurityIDSource}=${names.idSource}`);
  if (names.securityExchange !== undefined) fields.push(`${TAG.SecurityExchange}=${names.securityExchange}`);
  return wholeFields(fields);
}

/** A value and whole fields behind it, as they stand in a message. */
export const wholeFields = (fields: readonly string[]): Uint8Array =>
  Uint8Array.from(fields.flatMap((field, i) => [...(i === 0 ? [] : [SOH]), ...asciiBytes(field)]));

/** Room that the instrument's fields need in a template. */
export function instrumentWidth({ symbols = {} }: OrderDialect): number {
  const widths = Object.entries(symbols).map(([symbol, names]) => instrumentBytes(symbol, names).length);
  return Math.max(WIDTH.symbol, ...widths);
}
