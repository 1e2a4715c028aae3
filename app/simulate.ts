/** `hotlap simulator`: the simulated exchange alone, for an engine in another process or on another machine. */

import type { SimulatorResult } from '../report/simulator-result.ts';
import {
  FEE_DECIMALS,
  type MarketReport,
  type MarketSettings,
  runSimulator,
  SIMULATOR_DROP_COPY_SESSION,
  SIMULATOR_SESSION,
} from '../simulator/index.ts';
import { launchState } from './launch-state.ts';
import type { SimulatorOptions } from './options.ts';
import { openRecording } from './recording/open-recording.ts';
import { marketSettings } from './simulator-settings.ts';

export async function simulate(options: SimulatorOptions): Promise<SimulatorResult> {
  const { signal, onLog, seconds, loop, begin } = options;
  const { rounds, report } = await runSimulator({
    async openRecording() {
      const { plan, feed, failed, close } = await openRecording(options.recording, null);
      return { ring: plan.ring, format: plan.format, run: () => Promise.race([feed.done, failed]), close };
    },
    settings: settingsFor(options),
    ...(options.state !== null && { state: { folder: options.state, restingOrders: options.restingOrders } }),
    begin,
    loop,
    seconds,
    ipc: false,
    onListening({ round, tcpPort, dropCopyPort }) {
      if (round > 1) return;
      const { group, port } = options.feed;
      const feed = `feed to ${group}:${port} by ${wayOf(options)}`;
      const start = begin === 'logon' ? 'it begins at the first Logon' : 'it begins now';
      const copies = dropCopyPort === 0 ? '' : `drop copy on port ${dropCopyPort}, `;
      onLog?.(
        'info',
        `FIX on ${options.fixHost}:${tcpPort}${options.fixLwip === null ? '' : ' by lwip'}, ${copies}${feed}; ${start}.`,
      );
    },
    ...(onLog === undefined ? {} : { onLog }),
    ...(signal === undefined ? {} : { signal }),
  });
  return resultOf(options.recording, rounds, report);
}

function wayOf({ transmit, feed }: SimulatorOptions): string {
  switch (transmit?.kind) {
    case undefined:
      return feed.interface;
    case 'shm':
      return `shared memory (${transmit.file})`;
    case 'af_xdp':
      return `af_xdp on ${transmit.interface}`;
    case 'dpdk':
      return `DPDK (${transmit.device})`;
  }
}

function settingsFor(options: SimulatorOptions): MarketSettings {
  const { hotCore } = launchState();
  return {
    ...marketSettings(options),
    session: { ...SIMULATOR_SESSION, ...options.compIds },
    ...(options.dropCopy !== null && { dropCopy: dropCopyFor(options, options.dropCopy) }),
    // The busy-polling playback thread has the core that was kept free.
    ...(hotCore === null ? {} : { cpu: hotCore }),
  };
}

/** The drop copy is for people: it stays with the kernel's TCP, also where the FIX side has one of its own. */
const dropCopyFor = (
  { fixLwip, fixHost }: SimulatorOptions,
  { port, ...compIds }: NonNullable<SimulatorOptions['dropCopy']>,
) => ({
  host: fixLwip === null ? fixHost : '127.0.0.1',
  port,
  session: { ...SIMULATOR_DROP_COPY_SESSION, ...compIds },
});

function resultOf(file: string, rounds: number, { playback, exchange }: MarketReport): SimulatorResult {
  return {
    rounds,
    feed: {
      file,
      packets: playback.packets,
      messages: playback.messages,
      elapsedSeconds: playback.elapsedNs / 1e9,
      latePackets: playback.latePackets,
      lateness: { p50: playback.latenessP50Ns, p99: playback.latenessP99Ns, max: playback.latenessMaxNs },
      sendErrors: playback.sendErrors,
      sendDrops: playback.sendDrops,
    },
    orders: {
      received: exchange.orders,
      rejected: exchange.rejected,
      cancelled: exchange.cancelled,
      replaced: exchange.replaced,
      openAtEnd: exchange.openOrders,
    },
    fills: {
      count: exchange.fills,
      quantity: exchange.filledShares,
      fees: (exchange.fees / 10 ** FEE_DECIMALS).toFixed(2),
    },
    scenario: exchange.behaviours as Record<string, number>,
  };
}
