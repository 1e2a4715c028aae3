export { InstrumentTable } from './instrument-table.ts';
export { EXEC_TYPE, executionReport, ORD_STATUS } from './messages/execution-report.ts';
export { HEADER_SLOT, withHeader } from './messages/header.ts';
export { newOrderSingle } from './messages/new-order-single.ts';
export { CXL_REJ_REASON, CXL_REJ_RESPONSE_TO, orderCancelReject } from './messages/order-cancel-reject.ts';
export { orderCancelReplaceRequest } from './messages/order-cancel-replace-request.ts';
export { orderCancelRequest } from './messages/order-cancel-request.ts';
export { MASS_CANCEL_RESPONSE, orderMassCancelReport } from './messages/order-mass-cancel-report.ts';
export { orderStatusRequest } from './messages/order-status-request.ts';
export {
  addConstants,
  ORDER_MSG_TYPE,
  type OrderDialect,
  type OrderMessage,
  OWN_TAGS,
  type SymbolNames,
} from './order-dialect.ts';
export { FixOrderGateway, type FixOrderGatewayOptions } from './order-gateway.ts';
export { HANDLED, type SessionApplication } from './session/application.ts';
export type { SessionConfig } from './session/config.ts';
export type { LogLevel } from './session/context.ts';
export { APPL_VER_ID, type BeginString, type FixVersion, fixVersion } from './session/fix-version.ts';
export { BUSINESS_REJECT, NO_REF_TAG, REJECT } from './session/reject-reasons.ts';
export { DAYS, type Day, type ScheduleConfig, SessionSchedule } from './session/schedule.ts';
export { FixSession, type FixSessionOptions } from './session/session.ts';
export { MemoryStore } from './store/memory-store.ts';
export { RingStore } from './store/ring-store.ts';
export { type SessionStore, STORE } from './store/session-store.ts';
export { recoverySentence, ringFileOf, StoreDrain, type StoreOptions, told } from './store/store-drain.ts';
export { StoreFace } from './store/store-face.ts';
export { type StoredOrder, storedOrders } from './store/stored-orders.ts';
export type { ByteStream } from './transport/byte-stream.ts';
export { createMemoryPair, type MemoryPairOptions } from './transport/memory-pair.ts';
export { createRing } from './transport/ring-layout.ts';
export { RingPeer } from './transport/ring-peer.ts';
export { RingStream } from './transport/ring-stream.ts';
export { StreamFace } from './transport/stream-face.ts';
export { TapeStream } from './transport/tape-stream.ts';
export { TapingStream } from './transport/taping-stream.ts';
