export { constantDelays, DEFAULT_DELAY_NS, type Delays } from './delays/delays.ts';
export { Exchange, type ExchangeOptions, type ExchangeStats } from './exchange.ts';
export { type Fees, NO_FEES, perShareFees } from './fees/fees.ts';
export {
  GENERATE_DEFAULTS,
  type GenerateOptions,
  type GenerateResult,
  generateRecording,
} from './generator/generate-recording.ts';
export { GENERATED_GROUP, GENERATED_PORT } from './generator/mold-pcap-framer.ts';
export { type EngineFeed, type ExchangeFeed, shareFeed } from './matching/shared-feed.ts';
