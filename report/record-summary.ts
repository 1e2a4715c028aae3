import { integer, plural, seconds, shortPath } from './format.ts';
import type { RecordedInput, RecordResult } from './record-result.ts';
import { labelled } from './table.ts';

const MOST_LINES = 12;

const SKIPPED: readonly (readonly [keyof RecordedInput['skipped'], string])[] = [
  ['fragments', 'parts of datagrams'],
  ['oversized', 'longer than a datagram may be'],
  ['malformed', 'malformed'],
  ['foreign', 'of other groups'],
];

/** What `hotlap record` prints at its end. */
export function recordSummary(result: RecordResult): string {
  const { files, inputs, lost } = result;
  const groups = inputs.flatMap((input) => input.groups);
  const lines = [
    ...listed(
      'Files',
      files.map(
        ({ file, packets, bytes }) => `${shortPath(file)}: ${plural(packets, 'packet')}, ${plural(bytes, 'byte')}`,
      ),
    ),
    ...(result.removedFiles > 0
      ? labelled('', `${plural(result.removedFiles, 'earlier file')} removed (--keep).`)
      : []),
    ...labelled('Recorded', `${plural(result.packets, 'packet')} in ${seconds(result.seconds)}.`),
    ...listed(
      'Groups',
      groups.map(({ group, packets, bytes }) => `${group}: ${plural(packets, 'packet')}, ${plural(bytes, 'byte')}`),
    ),
    ...inputs.flatMap(({ transport }, index) =>
      labelled(index === 0 ? 'Received' : '', `${transport.backend}: ${transport.reason}.`),
    ),
    ...labelled('Lost', lost.packets + lost.unwritten === 0 ? 'nothing.' : `${lostText(result).join('; ')}.`),
    ...inputs.flatMap(skippedLines),
  ];
  return `${lines.join('\n')}\n`;
}

function listed(label: string, texts: readonly string[]): string[] {
  const beyond = texts.length - MOST_LINES;
  return [
    ...texts.slice(0, MOST_LINES).flatMap((each, index) => labelled(index === 0 ? label : '', each)),
    ...(beyond > 0 ? labelled('', `and ${integer(beyond)} more.`) : []),
  ];
}

function lostText({ inputs, lost }: RecordResult): string[] {
  return [
    ...inputs.flatMap(({ dropped, groups, transport }) =>
      dropped === 0
        ? []
        : [
            `${plural(dropped, 'packet')} of ${groups.map(({ group }) => group).join(', ')} in the ${transport.receiveBufferBytes === undefined ? "device's ring" : "socket's receive buffer"}`,
          ],
    ),
    ...inputs.flatMap(({ groups }) =>
      groups.flatMap(({ group, lost: count }) =>
        count === 0 ? [] : [`${plural(count, 'packet')} of ${group} because the disk was too slow`],
      ),
    ),
    ...(lost.unwritten > 0 ? [`${plural(lost.unwritten, 'packet')} that the disk did not take`] : []),
  ];
}

function skippedLines({ skipped, groups }: RecordedInput): string[] {
  const parts = SKIPPED.filter(([name]) => skipped[name] > 0).map(
    ([name, text]) => `${integer(skipped[name])} ${text}`,
  );
  if (parts.length === 0) return [];
  return labelled('Skipped', `of ${groups.map(({ group }) => group).join(', ')}: ${parts.join('; ')}.`);
}
