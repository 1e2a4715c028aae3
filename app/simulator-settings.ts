import type { FeedTransmit, LwipOptions } from '../native/index.ts';
import type { MarketSettings } from '../simulator/index.ts';
import { MARKET_DEFAULTS, SIMULATOR_SESSION } from '../simulator/index.ts';
import type { SimulatorOptions } from './options.ts';

type MarketOptions = Pick<
  SimulatorOptions,
  'pace' | 'messagesPerPacket' | 'feed' | 'fixHost' | 'fixPort' | 'simulation'
> & { readonly transmit?: FeedTransmit | null | undefined; readonly fixLwip?: LwipOptions | null | undefined };

/** The command's options in the simulator's own terms. */
export const marketSettings = (options: MarketOptions): MarketSettings => ({
  ...MARKET_DEFAULTS,
  pace: options.pace,
  ...(options.messagesPerPacket !== null && { messagesPerPacket: options.messagesPerPacket }),
  feed: {
    group: options.feed.group,
    port: options.feed.port,
    interface: options.feed.interface,
    ...(options.transmit && { transmit: options.transmit }),
  },
  fixHost: options.fixHost,
  fixPort: options.fixPort,
  ...(options.fixLwip && { fixLwip: options.fixLwip }),
  session: SIMULATOR_SESSION,
  orderDelayNs: options.simulation.orderDelayNs,
  reportDelayNs: options.simulation.reportDelayNs,
  takerFeePerShare: options.simulation.takerFeePerShare,
  makerFeePerShare: options.simulation.makerFeePerShare,
  ...(options.simulation.scenario !== undefined && { scenario: options.simulation.scenario }),
});
