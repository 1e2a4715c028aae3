/** `hotlap simulator --play`: a capture's packets to their groups, without an exchange. */
import { setTimeout as sleep } from 'node:timers/promises';
import { HotlapError } from '../engine/domain/errors.ts';
import { native, type PacketPlayer, type PacketPlayerStats } from '../native/index.ts';
import { provideOptional } from '../native/optional-addons.ts';
import type { PlayResult } from '../report/play-result.ts';
import { launchState } from './launch-state.ts';
import type { PlayOptions } from './options.ts';
import { openRecording } from './recording/open-recording.ts';

const PHASE_PLAYING = 1;
const PHASE_FAILED = 3;
const END_CUT = 2;
const END_BROKEN = 3;
/** Nothing waits for it: the thread plays on its own. */
const LOOK_EVERY_MS = 10;
/** What a device still has leaves it. */
const DRAIN_MS = 100;
/** Enough to recognise a capture by. */
const MAX_GROUPS_NAMED = 5;

export interface Played {
  readonly result: PlayResult;
  /** What went wrong on the way; the rest of the result is true all the same. */
  readonly failure: HotlapError | null;
}

export async function play(options: PlayOptions): Promise<Played> {
  const { plan, feed, close } = await openRecording(options.recording, null);
  try {
    if (plan.format === 'binaryfile') throw withoutPackets(options.recording);
    if (options.transmit?.kind === 'dpdk') provideOptional('dpdk');
    const { hotCore } = launchState();
    const player = new (native().PacketPlayer)({
      ring: plan.ring,
      format: plan.format,
      interface: options.interface,
      ...(options.transmit !== null && { transmit: options.transmit }),
      pace: options.pace,
      groups: options.groups,
      ...(hotCore !== null && { cpu: hotCore }),
    });
    start(player, options);
    const { stats, stopped, gaveUp } = await untilSent(player, options);
    // What was read before the damage has been played: the ring's end was the end of the playback.
    const damage = stopped ? undefined : await feed.done.catch((error: unknown) => error);
    return {
      result: resultOf(options, stats, stopped),
      failure: gaveUp ? refused(stats) : failureOf(options, stats, stopped, damage),
    };
  } finally {
    await close();
  }
}

function start(player: PacketPlayer, { interface: by }: PlayOptions): void {
  try {
    player.start();
  } catch (error) {
    const { code = '', message } = error as Error & { code?: string };
    if (code.startsWith('ERR_')) throw error;
    throw new HotlapError(
      code === 'ENODEV' || code === 'EADDRNOTAVAIL' ? 'ERR_SIMULATOR_ADDRESS' : 'ERR_SIMULATOR_START',
      message.includes(by) ? message : `${message} (${by})`,
      {
        cause: error,
      },
    );
  }
}

async function untilSent(
  player: PacketPlayer,
  { signal, seconds, transmit }: PlayOptions,
): Promise<{ stats: PacketPlayerStats; stopped: boolean; gaveUp: boolean }> {
  const until = seconds === null ? Number.POSITIVE_INFINITY : performance.now() + seconds * 1_000;
  const over = (): boolean => signal?.aborted === true || performance.now() >= until;
  try {
    while (player.phase() === PHASE_PLAYING && !over()) await sleep(LOOK_EVERY_MS);
    const stopped = player.phase() === PHASE_PLAYING;
    if (transmit !== null && !stopped) await sleep(DRAIN_MS);
    player.stop();
    return { stats: player.stats(), stopped, gaveUp: player.phase() === PHASE_FAILED };
  } finally {
    player.stop();
  }
}

function resultOf({ recording, pace }: PlayOptions, stats: PacketPlayerStats, stopped: boolean): PlayResult {
  const { errorCount: count } = stats;
  const enough = (percentile: number, value: number): number | null =>
    count * (1 - percentile / 100) >= 10 ? value : null;
  return {
    file: recording,
    frames: stats.frames,
    sent: {
      packets: stats.packets,
      bytes: stats.bytes,
      elapsedSeconds: stats.elapsedNs / 1e9,
      intendedSeconds: stats.intendedElapsedNs / 1e9,
    },
    skipped: stats.skipped,
    failed: {
      tooLong: stats.tooLong,
      longestBytes: stats.longestBytes,
      wireBytes: stats.wireBytes,
      errors: stats.sendErrors,
      lastError: stats.lastError === '' ? null : stats.lastError,
    },
    drops: stats.sendDrops,
    pacingError:
      pace.mode === 'max'
        ? null
        : {
            count,
            min: stats.errorMinNs,
            p50: enough(50, stats.errorP50Ns),
            p99: enough(99, stats.errorP99Ns),
            p999: enough(99.9, stats.errorP999Ns),
            max: stats.errorMaxNs,
          },
    late: { reading: stats.readLate, room: stats.roomLate },
    untimed: stats.untimed,
    reversed: stats.reversed,
    groups: stats.groups,
    truncated: stats.end === END_CUT,
    stopped,
  };
}

function failureOf(
  { recording, groups }: PlayOptions,
  stats: PacketPlayerStats,
  stopped: boolean,
  damage: unknown,
): HotlapError | null {
  if (damage instanceof HotlapError) return damage;
  if (stats.sendErrors > 0 && stats.packets === 0) return refused(stats);
  if (stats.end === END_BROKEN)
    return new HotlapError(
      'ERR_RECORDING_DAMAGED',
      `${recording} holds bytes that are no record of a capture behind its ${stats.frames} frames: everything before them was played; get it again.`,
    );
  if (stopped || stats.packets + stats.tooLong + stats.sendErrors > 0) return null;
  const seen = stats.groups.slice(0, MAX_GROUPS_NAMED).map(({ group, packets }) => `${group} (${packets} packets)`);
  const held = seen.length === 0 ? 'no UDP packets at all' : `packets to ${seen.join(', ')}`;
  return groups.length === 0
    ? new HotlapError(
        'ERR_RECORDING_FOREIGN',
        `${recording} holds nothing that was sent to a multicast group, so there was nothing to play: it has ${held}.`,
      )
    : new HotlapError(
        'ERR_RECORDING_NO_FEED',
        `${recording} has none of the groups that --group chooses: it has ${held}.`,
      );
}

const refused = ({ sendErrors, lastError }: PacketPlayerStats): HotlapError =>
  new HotlapError(
    'ERR_SIMULATOR_SEND',
    `${sendErrors} packets were refused, the last with ${lastError}: check --interface, and its route to the groups.`,
  );

const withoutPackets = (path: string): HotlapError =>
  new HotlapError(
    'ERR_RECORDING_FOREIGN',
    `${path} is a BinaryFILE, which has messages and no packets: play it with \`hotlap simulator --recording\`, which frames them.`,
  );
