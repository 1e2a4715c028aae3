/** Flags of `run` and `demo` that say by which way market data comes, and what becomes of them. */
import type { Command } from 'commander';
import type { BypassPolicy, FeedSettings, ReceiveBackend, SendBackend, SendSettings } from '../app/options.ts';
import { refuseNothingToTry } from '../app/transport/candidates.ts';
import { refuseNothingToSendBy } from '../app/transport/send-candidates.ts';
import { networkInterface, oneOf, transports } from './values.ts';

export interface TransportFlags {
  interface?: string;
  rx?: ReceiveBackend[];
  tx?: SendBackend[];
  bypass?: BypassPolicy;
}

/** Of whoever only receives. @param ofOrders what else the policy is about */
export function addReceiveFlags(command: Command, ofOrders = ''): Command {
  return command
    .option(
      '--interface <name|address>',
      'the interface that the feed comes in by, and that joins its group: its name or its IPv4 address',
      networkInterface('--interface'),
    )
    .option(
      '--rx <list>',
      'receive transports in order of preference, the first that opens is used; without kernel in the list there is no fallback to it: af_xdp, shm, dpdk, kernel',
      transports('--rx', ['af_xdp', 'shm', 'dpdk', 'kernel'] as const),
    )
    .option(
      '--bypass <policy>',
      `prefer: as the list says; require: never through the kernel's network stack, or no start; off: only the kernel${ofOrders}`,
      oneOf('--bypass', ['prefer', 'require', 'off'] as const),
    );
}

export function addTransportFlags(command: Command): Command {
  return addReceiveFlags(command, '; of orders, too, where their list names lwip').option(
    '--tx <list>',
    'send transports of orders in order of preference, as --rx: lwip (TCP in the loop, over the device of the feed), kernel',
    transports('--tx', ['lwip', 'kernel'] as const),
  );
}

/** Flags win over the configuration. A policy that leaves nothing to try is told before anything is started. */
export function withTransport(feed: FeedSettings, flags: TransportFlags): FeedSettings {
  const chosen: FeedSettings = {
    ...feed,
    ...(flags.interface !== undefined && { interface: flags.interface }),
    ...(flags.rx !== undefined && { rx: flags.rx }),
    ...(flags.bypass !== undefined && { bypass: flags.bypass }),
  };
  refuseNothingToTry(chosen);
  return chosen;
}

/** The same for orders. `--bypass` speaks of them where their list names anything else than the kernel. */
export function withSending<S extends Pick<SendSettings, 'tx' | 'bypass'>>(send: S, flags: TransportFlags): S {
  const tx = flags.tx ?? send.tx;
  const bypass = tx.includes('lwip') ? (flags.bypass ?? send.bypass) : send.bypass;
  const chosen = { ...send, tx, bypass };
  refuseNothingToSendBy(chosen);
  return chosen;
}
