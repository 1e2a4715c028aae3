import { duration, integer, plural, seconds } from './format.ts';
import type { PlayResult } from './play-result.ts';
import { labelled } from './table.ts';

const MOST_GROUPS = 12;

const REASONS: readonly (readonly [keyof PlayResult['skipped'], string])[] = [
  ['notUdp', 'no UDP over IPv4'],
  ['notMulticast', 'not to a multicast group'],
  ['notChosen', 'of groups that were not chosen'],
  ['fragments', 'parts of datagrams'],
  ['snapped', 'captured in part'],
  ['malformed', 'malformed'],
  ['beyondRoom', 'of more groups than there is room for'],
];

/** What `hotlap simulator --play` prints at its end. */
export function playSummary(result: PlayResult): string {
  const { sent, groups } = result;
  const beyond = groups.length - MOST_GROUPS;
  const lines = [
    ...labelled(
      'Recording',
      `${result.file}${result.truncated ? '; it ends within a record, and everything before that was sent' : ''}.`,
    ),
    ...labelled(
      'Sent',
      `${integer(sent.packets)} of ${plural(result.frames, 'frame')}, ${plural(sent.bytes, 'byte')}, in ${seconds(sent.elapsedSeconds)}${result.stopped ? '; stopped before the end' : ''}.`,
    ),
    ...groups.slice(0, MOST_GROUPS).flatMap((each, index) => labelled(index === 0 ? 'Groups' : '', groupText(each))),
    ...(beyond > 0 ? labelled('', `and ${integer(beyond)} more.`) : []),
    ...sentences('Skipped', skippedText(result)),
    ...sentences('Not sent', failedText(result)),
    ...labelled('Pacing', pacingText(result)),
  ];
  return `${lines.join('\n')}\n`;
}

const sentences = (label: string, parts: readonly string[]): string[] =>
  parts.length === 0 ? [] : labelled(label, `${parts.join('; ')}.`);

function groupText({ group, to, packets, sent }: PlayResult['groups'][number]): string {
  if (to === null) return `${group}: ${plural(packets, 'packet')}, not played`;
  return `${group}${to === group ? '' : ` to ${to}`}: ${plural(sent, 'packet')}`;
}

const skippedText = ({ skipped }: PlayResult): string[] =>
  REASONS.filter(([name]) => skipped[name] > 0).map(([name, text]) => `${integer(skipped[name])} ${text}`);

function failedText({ failed, drops }: PlayResult): string[] {
  const { tooLong, longestBytes, wireBytes, errors, lastError } = failed;
  return [
    ...(tooLong > 0
      ? [
          `${plural(tooLong, 'packet')} larger than the ${integer(wireBytes)} bytes that the way takes, the largest ${integer(longestBytes)}`,
        ]
      : []),
    ...(errors > 0 ? [`${plural(errors, 'packet')} refused, the last with ${lastError}`] : []),
    ...(drops > 0 ? [`${plural(drops, 'packet')} thrown away by the device for want of room`] : []),
  ];
}

function pacingText({ pacingError: error, late, untimed, reversed }: PlayResult): string {
  const text =
    error === null
      ? 'as fast as the way took them'
      : `error p50 ${duration(error.p50)}, p99 ${duration(error.p99)}, p99.9 ${duration(error.p999)}, longest ${duration(error.max)} over ${plural(error.count, 'packet')}`;
  const why = [
    ...(late.reading > 0 ? [`${integer(late.reading)} late because the file was read too slowly`] : []),
    ...(late.room > 0 ? [`${integer(late.room)} late because the way out had no room`] : []),
    ...(untimed > 0 ? [`${integer(untimed)} without a time`] : []),
    ...(reversed > 0 ? [`${integer(reversed)} with a time before their predecessor's, sent with it`] : []),
  ];
  return `${[text, ...why].join('; ')}.`;
}
