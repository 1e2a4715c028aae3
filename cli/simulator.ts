import { Command } from 'commander';
import {
  type Config,
  DEFAULT_DEMO_PACE,
  DEFAULT_FEED,
  DEFAULT_FIX_PORT,
  DEMO_RECORDING,
  emptyConfig,
  freezeDeep,
  isAddressOfNetwork,
  loadConfig,
  WIRE_VENUE_ADDRESS,
} from '../app/config/index.ts';
import { otherEndOf } from '../app/network/memif.ts';
import type { FeedSettings, SimulatorOptions } from '../app/options.ts';
import { linkOf } from '../app/transport/link-of.ts';
import { HotlapError } from '../engine/domain/errors.ts';
import type { PlayResult } from '../report/play-result.ts';
import { openConsole } from './console.ts';
import { checkHotCore } from './engine-flags.ts';
import { exit } from './exit.ts';
import { usageError } from './fail.ts';
import { addPlayFlags, type PlayFlags, playOptions, refuseWithoutPlay } from './play-flags.ts';
import { addPlaybackFlags, type PlaybackFlags, pace } from './playback-flags.ts';
import { addScenarioFlag, type ScenarioFlag, withScenario } from './scenario-flag.ts';
import { feed as feedOption, hostAndPort, integer, networkInterface, oneOf, positive } from './values.ts';

const EXAMPLES = `
Examples:
  hotlap simulator
  hotlap simulator --config engine.yaml --loop   with the feed and CompIDs that \`run\` expects
  hotlap simulator --state ./exchange            goes on where it was, even after kill -9
  hotlap simulator --tx shm                      for \`hotlap run --rx shm\` on this host
  hotlap simulator --tx shm --fix lwip           for \`hotlap run --rx shm --tx lwip\`: one wire
  hotlap simulator --play cme.pcapng --speed 10  packets of any protocol, as recorded, no exchange
  hotlap simulator --play day.pcap --group 233.54.12.111:26477=239.192.7.1
  hotlap simulator --recording day.pcap --rate 100000 --listen 0.0.0.0:9878`;

/** CompIDs of a simulator without a configuration: \`run\` names them the other way round. */
const DEFAULT_COMP_IDS = { senderCompId: 'SIMULATOR', targetCompId: 'HOTLAP' };

const DROP_COPY_COMP_IDS = { senderCompId: 'SIMULATOR-DC', targetCompId: 'HOTLAP-DC' };

interface Flags extends PlaybackFlags, PlayFlags, ScenarioFlag {
  config?: string;
  feed?: ReturnType<typeof feedOption>;
  interface?: string;
  tx?: 'kernel' | 'shm' | 'af_xdp' | 'dpdk';
  fix?: { address: string | null };
  listen?: { host: string; port: number };
  dropCopy?: number;
  state?: string;
  afterRestart?: SimulatorOptions['restingOrders'];
  begin?: SimulatorOptions['begin'];
  loop?: boolean;
  hotCore?: number;
  seconds?: number;
  json?: boolean;
}

export function simulatorCommand(): Command {
  const command = new Command('simulator')
    .description(
      'The simulated exchange alone: plays a recording onto UDP and matches the orders of one FIX client against the recorded book.',
    )
    .addHelpText('after', EXAMPLES);
  addScenarioFlag(addPlayFlags(addPlaybackFlags(command)))
    .option('--config <file>', "the engine's configuration: feed, CompIDs and simulation are taken from it")
    .option('--feed <protocol@group:port>', 'where to send the feed', feedOption)
    .option(
      '--interface <name|address>',
      'the interface for it: its name or its IPv4 address',
      networkInterface('--interface'),
    )
    .option(
      '--tx <how>',
      'how the feed leaves: kernel (default), shm (a wire of shared memory, as `feeds[].shm`), af_xdp (frames by --interface), dpdk (a port, as `feeds[].dpdk`; of a memif the other end)',
      oneOf('--tx', ['kernel', 'shm', 'af_xdp', 'dpdk'] as const),
    )
    .option(
      '--fix <how>',
      `how FIX is taken: kernel (default), or lwip@ADDRESS/BITS, TCP in the sending thread over what the feed leaves by, at an address of its own (lwip: at ${WIRE_VENUE_ADDRESS})`,
      fixSide,
    )
    .option(
      '--listen <host:port>',
      `where to take the FIX connection (default: 127.0.0.1:${DEFAULT_FIX_PORT})`,
      hostAndPort('--listen'),
    )
    .option(
      '--drop-copy <port>',
      "take a second FIX session there, which hears a copy of every report (default: as the configuration's `dropCopy`)",
      integer('--drop-copy', 1, 65_535),
    )
    .option('--state <folder>', 'keep orders and sessions there, so that they survive this process, however it ends')
    .option(
      '--after-restart <what>',
      'with --state: orders that rested are kept (default), or cancelled unasked: keep or cancel',
      oneOf('--after-restart', ['keep', 'cancel'] as const),
    )
    .option('--begin <when>', 'logon (default) or at-once', oneOf('--begin', ['logon', 'at-once'] as const))
    .option('--loop', 'play again when the recording has ended and the client has gone')
    .option(
      '--hot-core <cpu>',
      'CPU of the sending thread (default: the highest that is allowed)',
      integer('--hot-core', 0, 1023),
    )
    .option('--seconds <n>', 'stop after so many seconds', positive('--seconds'))
    .option('--json', 'print one JSON document on stdout at the end');
  return command.action(simulator);
}

async function simulator(flags: Flags): Promise<never> {
  if (flags.play !== undefined) return playOnly({ ...flags, play: flags.play });
  refuseWithoutPlay(flags);
  const options = optionsFor(flags);
  const { simulate } = await import('../app/simulate.ts');
  const { simulatorSummary } = await import('../report/simulator-summary.ts');
  const terminal = openConsole();
  try {
    const result = await simulate({ ...options, onLog: terminal.log, signal: terminal.signal });
    terminal.close();
    process.stdout.write(flags.json === true ? `${JSON.stringify(result)}\n` : simulatorSummary(result));
  } finally {
    terminal.close();
  }
  return exit(0);
}

/** What was sent is told in any case; what went wrong behind that. */
async function playOnly(flags: Flags & { play: string }): Promise<never> {
  checkHotCore(flags.hotCore);
  const { config } = flags.config === undefined ? emptyConfig() : loadConfig(flags.config);
  const feed = feedFor(flags, config);
  const options = playOptions(flags, flags, feed, transmitFor(flags.tx ?? 'kernel', feed));
  const { play } = await import('../app/play.ts');
  const { playSummary } = await import('../report/play-summary.ts');
  const terminal = openConsole();
  try {
    const { result, failure } = await play({ ...options, signal: terminal.signal });
    terminal.close();
    // One document on stdout: an error's own where nothing was sent, or with --json.
    if (failure !== null && (flags.json === true || result.sent.packets === 0)) throw withPlayed(failure, result);
    process.stdout.write(flags.json === true ? `${JSON.stringify(result)}\n` : playSummary(result));
    if (failure !== null) throw failure;
  } finally {
    terminal.close();
  }
  return exit(0);
}

/** The error's document has the result with it. */
const withPlayed = ({ code, message, exitStatus }: HotlapError, result: PlayResult): HotlapError =>
  new HotlapError(code, message, { exitStatus, details: { played: result } });

const feedFor = (flags: Flags, { feeds }: Config): FeedSettings => ({
  ...DEFAULT_FEED,
  ...feeds[0],
  ...flags.feed,
  ...(flags.interface === undefined ? {} : { interface: flags.interface }),
});

function optionsFor(flags: Flags): SimulatorOptions {
  checkHotCore(flags.hotCore);
  const { config } = flags.config === undefined ? emptyConfig() : loadConfig(flags.config);
  const venue = config.venues[0];
  const chosen = pace(flags, DEFAULT_DEMO_PACE);
  if (chosen.mode === 'max') {
    throw usageError(
      '--speed max needs a receiver that tells what it has consumed, as `hotlap demo` sets up: give a factor or --rate.',
    );
  }
  const feed = feedFor(flags, config);
  const transmit = transmitFor(flags.tx ?? 'kernel', feed);
  const fixLwip = fixLwipFor(flags, transmit);
  return freezeDeep({
    recording: flags.recording ?? DEMO_RECORDING,
    pace: chosen,
    messagesPerPacket: flags.messagesPerPacket ?? null,
    feed,
    transmit,
    fixLwip,
    fixHost: fixHostOf(flags, fixLwip),
    fixPort: flags.listen?.port ?? venue?.port ?? DEFAULT_FIX_PORT,
    compIds:
      venue === undefined ? DEFAULT_COMP_IDS : { senderCompId: venue.targetCompId, targetCompId: venue.senderCompId },
    dropCopy: dropCopyFor(flags.dropCopy, venue?.dropCopy),
    state: flags.state ?? null,
    restingOrders: flags.afterRestart ?? 'keep',
    begin: flags.begin ?? 'logon',
    loop: flags.loop === true,
    simulation: withScenario(config.simulation, flags),
    seconds: flags.seconds ?? null,
  });
}

function transmitFor(tx: NonNullable<Flags['tx']>, feed: FeedSettings): SimulatorOptions['transmit'] {
  switch (tx) {
    case 'kernel':
      return null;
    case 'shm':
    case 'af_xdp':
      return linkOf(tx, feed);
    case 'dpdk':
      // The configuration is the engine's.
      return linkOf(tx, { ...feed, dpdk: { ...feed.dpdk, device: otherEndOf(feed.dpdk.device) } });
  }
}

/** `kernel`, `lwip`, `lwip@10.77.0.1/24`. */
function fixSide(text: string): { address: string | null } {
  if (text === 'kernel') return { address: null };
  const address = text === 'lwip' ? WIRE_VENUE_ADDRESS : text.replace(/^lwip@/, '');
  if (text.startsWith('lwip') && isAddressOfNetwork(address)) return { address };
  throw usageError(`--fix is kernel, lwip or lwip@ADDRESS/BITS, e.g. lwip@${WIRE_VENUE_ADDRESS}, not ${text}.`);
}

function fixLwipFor({ fix }: Flags, transmit: SimulatorOptions['transmit']): SimulatorOptions['fixLwip'] {
  const address = fix?.address ?? null;
  if (address === null) return null;
  if (transmit === null)
    throw usageError('--fix lwip goes over what the feed leaves by: give --tx shm, af_xdp or dpdk as well.');
  return { link: transmit, address };
}

function fixHostOf({ listen }: Flags, lwip: SimulatorOptions['fixLwip']): string {
  const own = lwip?.address?.split('/')[0];
  if (own === undefined) return listen?.host ?? '127.0.0.1';
  if (listen !== undefined && listen.host !== own)
    throw usageError(`--fix lwip listens on its own address alone: give --listen ${own}:${listen.port}.`);
  return own;
}

type DropCopySettings = Config['venues'][number]['dropCopy'];

/** CompIDs as the configuration names them, the other way round. */
function dropCopyFor(port: number | undefined, configured: DropCopySettings): SimulatorOptions['dropCopy'] {
  if (configured === undefined) return port === undefined ? null : { port, ...DROP_COPY_COMP_IDS };
  const { senderCompId, targetCompId } = configured;
  return { port: port ?? configured.port, senderCompId: targetCompId, targetCompId: senderCompId };
}
