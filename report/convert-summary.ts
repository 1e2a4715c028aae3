/** What `hotlap convert` prints for people. */
import type { ConvertFormat, ConvertResult } from './convert-result.ts';
import { integer, plural, shortPath } from './format.ts';
import { labelled } from './table.ts';

const FORMATS: Readonly<Record<ConvertFormat, string>> = {
  pcap: 'pcap, ns',
  'pcap-us': 'pcap, µs',
  pcapng: 'pcapng, ns',
  binaryfile: 'BinaryFILE',
};

export function convertSummary(result: ConvertResult): string {
  const { frames, messages, compress, format } = result;
  const kind = compress === 'none' ? FORMATS[format] : `${FORMATS[format]}, ${compress}`;
  const lines = [
    ...labelled('Written', `${shortPath(result.output)}: ${kind}, ${plural(result.bytes, 'byte')}`),
    ...(messages === null
      ? labelled('', `${integer(frames.written)} of ${plural(frames.read, 'frame')}.`)
      : labelled('', messagesText(result, messages))),
    ...labelled('Left out', leftOut(result)),
    ...labelled('Lost', lostText(result)),
    ...(result.missingSymbols.length === 0
      ? []
      : labelled('Missing', `${result.missingSymbols.join(', ')}: no message names it.`)),
  ];
  return `${lines.join('\n')}\n`;
}

function messagesText({ frames }: ConvertResult, { read, written, group }: NonNullable<ConvertResult['messages']>) {
  const of = group === '' ? '' : ` of ${group}`;
  const packets = frames.written === 0 ? '' : ` in ${plural(frames.written, 'packet')}`;
  return `${integer(written)} of ${plural(read, 'message')}${of}${packets}.`;
}

function leftOut({ skipped, messages }: ConvertResult): string {
  const unit = messages === null ? 'frame' : 'message';
  const parts = [
    skipped.outsideTime > 0 && `${plural(skipped.outsideTime, unit)} outside of the time`,
    skipped.otherGroups > 0 && `${plural(skipped.otherGroups, 'frame')} of others`,
    skipped.otherSymbols > 0 && `${plural(skipped.otherSymbols, 'message')} of other symbols`,
    skipped.malformed > 0 && `${integer(skipped.malformed)} malformed`,
    skipped.duplicates > 0 && plural(skipped.duplicates, 'duplicate'),
  ].filter((part) => part !== false);
  return parts.length === 0 ? 'nothing.' : `${parts.join('; ')}.`;
}

function lostText({ lost, truncated, untimed }: ConvertResult): string {
  const parts = [
    lost > 0 && `${plural(lost, 'message')} that the recording lacks`,
    truncated && 'what followed where the file breaks off',
    untimed > 0 && `times of ${plural(untimed, 'frame')}, which had none`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? 'nothing.' : `${parts.join('; ')}.`;
}
