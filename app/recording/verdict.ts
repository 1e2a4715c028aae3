import { HotlapError } from '../../engine/domain/errors.ts';
import type { FeedSummary } from '../../native/index.ts';
import { timeOfDay } from '../../report/format.ts';
import type { ReplayWindow } from '../options.ts';

/** A recording without a single message of a known feed is a mistake of the user's, not an empty day. */
export function refuseForeign(path: string, feed: FeedSummary): void {
  if (feed.messages > 0 || feed.protocol !== null) return;
  const seen = feed.groups.map(({ group, packets }) => `${group} (${packets} packets)`);
  const others = seen.length === 0 ? 'no UDP packets at all' : `packets to ${seen.slice(0, 5).join(', ')}`;
  throw new HotlapError(
    'ERR_RECORDING_FOREIGN',
    `${path} holds no TotalView-ITCH 5.0 over MoldUDP64: it has ${others}. Give a recording of that feed, or choose its group with --feed itch50@GROUP:PORT.`,
  );
}

/** Nothing between --from and --to: a mistake as well. */
export function refuseOutside(path: string, { fromNs, toNs }: ReplayWindow, feed: FeedSummary): void {
  const refuse = (what: string, remedy: string): never => {
    throw new HotlapError(
      'ERR_RECORDING_WINDOW',
      `${path} ${what}: ${remedy}, or \`hotlap inspect\` it for its times.`,
    );
  };
  if (toNs !== undefined && feed.messages === 0)
    refuse(`begins behind ${timeOfDay(toNs)}, where --to ends it`, 'give a later --to');
  if (fromNs !== undefined && !(feed.lastTimeNs >= fromNs))
    refuse(
      `has no message from ${timeOfDay(fromNs)} on, its last is of ${timeOfDay(feed.lastTimeNs)}`,
      'give an earlier --from',
    );
}

/** The same of a recording that a simulator has played to its end without finding a message to send. */
export function refuseUnplayable(path: string): void {
  throw new HotlapError(
    'ERR_RECORDING_FOREIGN',
    `${path} holds no TotalView-ITCH 5.0 over MoldUDP64, so there was nothing to play: \`hotlap inspect ${path}\` tells what it holds.`,
  );
}
