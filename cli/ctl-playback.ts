/** `hotlap ctl` for replays: how what was recorded plays. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import type { Asking, ControlClient } from '../app/control/control-client.ts';
import { type PlaybackText, playbackText } from '../report/control-text.ts';
import { asking } from './ctl-asking.ts';
import { usageError } from './fail.ts';
import { integer, speed, timeOfDay } from './values.ts';

/** A step is over at once, mostly; a long one, or a seek, is asked about within the rate that a socket allows. */
const FIRST_LOOK_MS = 20;
const LOOK_EVERY_MS = 200;
const NS_PER: Readonly<Record<string, number>> = { ns: 1, us: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

export const playbackCommands = (): Command[] => [
  playback('pause', 'Holds a replay: no market data comes, and recorded time stands still.', () => ({
    command: 'pause',
  })),
  playback('resume', 'Plays on.', () => ({ command: 'resume' })),
  playback(
    'step',
    'Plays so many events of the strategies, or so much recorded time, and holds.',
    (by = '1') => ({ command: 'step', ...stepOf(by) }),
    (command) => command.argument('[by]', 'a number of events (default: 1), or a time such as 250us, 10ms, 1.5s, 5m'),
  ),
  playback(
    'seek',
    'Plays as fast as it can up to a time of the feed; then it holds if it was held. Only forward: orders on the way are sent.',
    (time = '') => ({ command: 'seek', timeNs: timeOfDay('seek')(time) }),
    (command) => command.argument('<time>', 'HH:MM:SS[.fraction]'),
  ),
  playback(
    'speed',
    'Changes the factor on recorded time.',
    (text = '') => {
      const factor = speed(text);
      return { command: 'speed', speed: factor === 'max' ? 0 : factor };
    },
    (command) => command.argument('<factor>', 'a factor on recorded time, or max'),
  ),
];

/** Asks, waits until the replay stands or plays as asked, and prints where it is. */
function playback(
  name: string,
  description: string,
  request: (argument: string | undefined) => Asking,
  declare: (command: Command) => Command = (command) => command,
): Command {
  return asking(
    declare(new Command(name).description(description)),
    (argument) => {
      const asked = request(argument);
      return async (client) => {
        const { data } = await client.ask(asked);
        const now = await settled(client, data as PlaybackText);
        return { json: now, text: `${playbackText(now)}\n` };
      };
    },
    'replay',
  );
}

async function settled(client: ControlClient, first: PlaybackText): Promise<PlaybackText> {
  let now = first;
  let waitMs = FIRST_LOOK_MS;
  while (now.state === 'stepping' || now.state === 'seeking') {
    await sleep(waitMs);
    waitMs = LOOK_EVERY_MS;
    const { data } = await client.ask({ command: 'status' });
    now = (data as { loop: { playback: PlaybackText } | null }).loop?.playback ?? now;
  }
  return now;
}

function stepOf(by: string): { events: number } | { ns: number } {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ns|us|ms|s|m|h)$/.exec(by) ?? [];
  if (unit === undefined) return { events: integer('step', 1, 1e12)(by) };
  const ns = Math.round(Number(amount) * (NS_PER[unit] as number));
  if (ns < 1 || ns > 86_400e9) throw usageError(`step takes a time from 1ns to 24h, not \`${by}\`.`);
  return { ns };
}
