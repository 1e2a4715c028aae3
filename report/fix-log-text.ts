import type { FixLogEntry, FixLogField, FixLogMessage, FixLogSummary } from './fix-log-entry.ts';
import { integer, plural, printable } from './format.ts';
import { labelled, labelledTable, table } from './table.ts';

/** What a text is, for whoever colours it. */
export type Paint = (role: 'heading' | 'name' | 'meaning' | 'fault' | 'other', text: string) => string;

export interface FixLogStyle {
  /** How faults name the log. */
  readonly file: string;
  /** One line a message. */
  readonly isBrief: boolean;
  readonly paint: Paint;
}

/** BeginString, BodyLength, CheckSum, MsgSeqNum, MsgType, SenderCompID, TargetCompID are in the heading, or say nothing to people. */
const IN_HEADING: ReadonlySet<number | null> = new Set([8, 9, 10, 34, 35, 49, 56]);
const SENDING_TIME = 52;

/** What `hotlap fix show` prints for a message, or another line. */
export function fixLogText(entry: FixLogEntry, style: FixLogStyle): string {
  if (entry.kind === 'line') return `${style.paint('other', printable(entry.text))}\n`;
  const { paint, isBrief } = style;
  const fields = shownFields(entry);
  const faults = entry.garbled.map((fault) =>
    paint('fault', `garbled: ${printable(fault)} (${style.file}:${entry.line}, byte ${entry.offset})`),
  );
  if (isBrief)
    return `${[heading(entry, paint), ...fields.map((field) => inline(field, paint)), ...faults].join('  ')}\n`;
  const lines = [...fields.flatMap((field) => block(field, paint)), ...faults];
  return `${[heading(entry, paint), ...lines.map((line) => `    ${line}`)].join('\n')}\n`;
}

/** A message that is garbled is shown with all it has. */
const shownFields = ({ fields, garbled, isLogTime }: FixLogMessage): readonly FixLogField[] =>
  garbled.length > 0 ? fields : fields.filter(({ tag }) => !IN_HEADING.has(tag) && (tag !== SENDING_TIME || isLogTime));

function heading(message: FixLogMessage, paint: Paint): string {
  const { time, direction, sender, target, msgSeqNum, beginString, msgType, name } = message;
  const type = name === '' ? `MsgType ${msgType === '' ? 'missing' : msgType}` : `${name}(${msgType})`;
  const parts = [
    time,
    direction === null ? '' : direction,
    `${sender === '' ? '?' : sender} → ${target === '' ? '?' : target}`,
    Number.isNaN(msgSeqNum) ? '' : `#${msgSeqNum}`,
    type,
    beginString,
  ];
  return paint('heading', printable(parts.filter((part) => part !== '').join('  ')));
}

function label({ tag, name, value, meaning }: FixLogField, paint: Paint): string {
  if (tag === null) return printable(value);
  const shown = `${paint('name', `${name}(${tag})`)}=${printable(value)}`;
  return meaning === '' ? shown : `${shown} ${paint('meaning', `(${printable(meaning)})`)}`;
}

/** A field on its line, the entries of its group numbered below. */
function block(field: FixLogField, paint: Paint): string[] {
  const entries = (field.entries ?? []).flatMap((entry, index) => {
    const number = `${index + 1}  `;
    const indent = ' '.repeat(number.length);
    return entry.flatMap((each) => block(each, paint)).map((line, at) => `  ${at === 0 ? number : indent}${line}`);
  });
  return [label(field, paint), ...entries];
}

function inline(field: FixLogField, paint: Paint): string {
  const entries = (field.entries ?? []).map((entry) => `[${entry.map((each) => inline(each, paint)).join(' ')}]`);
  return [label(field, paint), ...entries].join(' ');
}

/** What stands below the last message. */
export function fixLogSummaryText(summary: FixLogSummary): string {
  const { messages, garbled, otherLines, countsByType, directions } = summary;
  const kinds = [
    plural(messages, 'message'),
    garbled > 0 && `${integer(garbled)} of them garbled`,
    otherLines > 0 && plural(otherLines, 'other line'),
  ];
  const counts = Object.entries(countsByType).map(([type, count]) => `${printable(type)} ${integer(count)}`);
  const rows = directions.map((each) => [
    printable(`${each.sender} → ${each.target}`),
    plural(each.messages, 'message'),
    each.firstMsgSeqNum === null ? 'no MsgSeqNum' : `MsgSeqNum ${each.firstMsgSeqNum} to ${each.lastMsgSeqNum}`,
    each.resent > 0 ? `${integer(each.resent)} sent again` : '',
    each.gapCount === 0 ? 'no gap' : `${plural(each.gapCount, 'gap')}: ${gapsText(each)}`,
  ]);
  const lines = [
    ...labelled('Log', `${kinds.filter((kind) => kind !== false).join(', ')}.`),
    ...(counts.length === 0 ? [] : labelled('By type', counts.join(' · '))),
    ...labelledTable('Sessions', table(rows, ['left', 'right', 'left', 'left', 'left'])),
  ];
  return `${lines.join('\n')}\n`;
}

function gapsText({ gaps, gapCount }: FixLogSummary['directions'][number]): string {
  const shown = gaps.map(({ from, to, line }) => `${from === to ? from : `${from}–${to}`} (line ${line})`);
  return [...shown, ...(gapCount > gaps.length ? ['…'] : [])].join(', ');
}
