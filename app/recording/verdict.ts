import { HotlapError } from '../../engine/domain/errors.ts';
import { DECODED_FEEDS } from '../../engine/domain/feed-protocol.ts';
import type { FeedSummary } from '../../native/index.ts';
import { timeOfDay } from '../../report/format.ts';
import type { ReplayWindow } from '../options.ts';

/** Enough to recognise a capture by. */
const MAX_GROUPS_NAMED = 5;

type Chosen = { readonly group: string; readonly port: number } | null;

/** A recording without a single packet of what was asked for is a mistake of the user's, not an empty day. */
export function refuseForeign(path: string, feed: FeedSummary, chosen: Chosen): void {
  if (chosen !== null) refuseAbsent(path, feed, chosen);
  if (feed.messages > 0 || feed.protocol !== null) return;
  throw new HotlapError(
    'ERR_RECORDING_FOREIGN',
    `${path} holds no ${DECODED_FEEDS}: it has ${named(feed)}. Give a recording of that feed.`,
  );
}

/** A feed that was asked for by name and is not there; a capture of something else may be looked at. */
export function refuseAbsent(path: string, feed: FeedSummary, chosen: NonNullable<Chosen>): void {
  if (feed.packets > 0) return;
  throw new HotlapError(
    'ERR_RECORDING_NO_FEED',
    `${path} holds no ${DECODED_FEEDS} on ${chosen.group}:${chosen.port}: it has ${named(feed)}. Name one of them with --feed, or none.`,
  );
}

function named({ groups }: FeedSummary): string {
  if (groups.length === 0) return 'no UDP packets at all';
  const seen = groups.slice(0, MAX_GROUPS_NAMED).map(({ group, packets }) => `${group} (${packets} packets)`);
  const further = groups.length - seen.length;
  return `packets to ${seen.join(', ')}${further === 0 ? '' : ` and ${further} more`}`;
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
    `${path} holds no ${DECODED_FEEDS}, so there was nothing to play: \`hotlap inspect ${path}\` tells what it holds.`,
  );
}
