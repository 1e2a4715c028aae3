export { type LedgerOrder, type LedgerPosition, ledgerPositions } from './acceptor/ledger.ts';
export {
  BEHAVIOURS,
  type BehaviourCounts,
  type BehaviourName,
  type BehaviourSettings,
  DEFAULT_BEHAVIOUR,
  type Scenario,
} from './behaviours/scenario.ts';
export { constantDelays, DEFAULT_DELAY_NS, type Delays } from './delays/delays.ts';
export type { DropCopyOptions } from './drop-copy/drop-copy-server.ts';
export { Exchange, type ExchangeOptions, type ExchangeStats } from './exchange.ts';
export {
  MARKET_DEFAULTS,
  type MarketReport,
  type MarketSettings,
  type OpenRecording,
  SIMULATOR_DROP_COPY_SESSION,
  SIMULATOR_SESSION,
} from './feed-server/settings.ts';
export { Simulator, type SimulatorEvents } from './feed-server/simulator.ts';
export { FEE_DECIMALS, type Fees, NO_FEES, perShareFees } from './fees/fees.ts';
export { BinaryFileFramer, BUFFER_BYTES, BUFFER_SLACK_BYTES } from './generator/framers.ts';
export {
  GENERATE_DEFAULTS,
  type GenerateOptions,
  type GenerateResult,
  generateRecording,
} from './generator/generate-recording.ts';
export { ItchEncoder } from './generator/itch-encoder.ts';
export { GENERATED_GROUP, GENERATED_PORT } from './generator/mold-pcap-framer.ts';
export { inventSymbols } from './generator/universe.ts';
export { type EngineFeed, type ExchangeFeed, shareFeed } from './matching/shared-feed.ts';
export type { ParentMessage, SimulatorMessage } from './parent-port.ts';
export { type RunSimulatorOptions, runSimulator, type SimulatorResult } from './run-simulator.ts';
export { type RestingOrders, StateKeeper, type StateKeeperOptions, type StatePlan } from './state/state-keeper.ts';
