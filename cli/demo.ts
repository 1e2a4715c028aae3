import { resolve } from 'node:path';
import { Command } from 'commander';
import {
  DEFAULT_DEMO_PACE,
  DEFAULT_FEED,
  DEFAULT_VENUE,
  DEMO_RECORDING,
  DEMO_STRATEGY,
  freezeDeep,
} from '../app/config/index.ts';
import type { DemoOptions } from '../app/options.ts';
import { addEngineFlags, type EngineFlags, engineOptions, loadedConfig } from './engine-flags.ts';
import { addPlaybackFlags, type PlaybackFlags, pace } from './playback-flags.ts';
import { runAndReport } from './run-and-report.ts';
import { addScenarioFlag, type ScenarioFlag, withScenario } from './scenario-flag.ts';
import { addTransportFlags, type TransportFlags, withSending, withTransport } from './transport-flags.ts';
import { feed } from './values.ts';

const EXAMPLES = `
Examples:
  hotlap demo
  hotlap demo --recording day.pcap --speed max --json
  hotlap demo --strategy ./mine.ts --param quantity=200 --rate 50000 --out runs/today
  hotlap demo --rx shm --bypass require                      past the kernel, without rights
  sudo hotlap demo --rx af_xdp --bypass require              over a wire of its own
  hotlap demo --rx shm --tx lwip                             orders past the kernel, too`;

type Flags = ScenarioFlag &
  EngineFlags &
  PlaybackFlags &
  TransportFlags & { feed?: ReturnType<typeof feed>; control?: string; dropCopy?: boolean };

export function demoCommand(): Command {
  const command = new Command('demo')
    .description(
      'The whole circle on this machine: a simulated exchange plays a recording, the engine trades against it over UDP and FIX/TCP.',
    )
    .addHelpText('after', EXAMPLES);
  addScenarioFlag(addPlaybackFlags(command))
    .option('--feed <protocol@group:port>', 'where the simulator sends the feed', feed)
    .option('--drop-copy', 'the simulator serves a drop copy, and it is compared with the orders here')
    .option('--control <socket>', 'file of a socket for `hotlap ctl`, in a folder that is yours alone');
  addTransportFlags(addEngineFlags(command));
  return command.action(async (flags: Flags) => {
    const loaded = loadedConfig(flags);
    const configured = loaded.config.feeds[0] ?? { ...DEFAULT_FEED, port: 0 };
    const options: DemoOptions = freezeDeep({
      ...engineOptions(flags, loaded, DEMO_STRATEGY),
      recording: flags.recording ?? DEMO_RECORDING,
      pace: pace(flags, DEFAULT_DEMO_PACE),
      messagesPerPacket: flags.messagesPerPacket ?? null,
      simulation: withScenario(loaded.config.simulation, flags),
      dropCopy: flags.dropCopy === true,
      ...(flags.control !== undefined && {
        control: { ...loaded.config.control, enabled: true, socket: resolve(flags.control) },
      }),
      feed: withTransport({ ...configured, ...flags.feed }, flags),
      send: withSending({ tx: DEFAULT_VENUE.tx, bypass: DEFAULT_VENUE.bypass }, flags),
    });
    const { demo } = await import('../app/demo.ts');
    await runAndReport('demo', options, flags, demo);
  });
}
