import { integer, NONE, plural, timeOfDay } from './format.ts';
import type { InspectBook, InspectResult } from './inspect-result.ts';
import { labelled, labelledTable, table } from './table.ts';

/** Busiest stocks that the table shows; --json has all of them. */
const MAX_BOOKS = 12;

/** What `hotlap inspect` prints for people. */
export function inspectSummary(result: InspectResult): string {
  const blocks = [
    fileLines(result),
    countLines(result),
    orderLines(result),
    bookLines(result.books),
    depthLines(result.books),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

function fileLines(result: InspectResult): string[] {
  const { firstTimeNs, lastTimeNs, otherGroups } = result;
  const kind = `${result.format}${result.compression === 'none' ? '' : `, ${result.compression}`}${result.protocol === null ? '' : `, ${result.protocol}`}`;
  const feed = [result.group && `from ${result.group}`, result.session && `session ${result.session}`]
    .filter(Boolean)
    .join(', ');
  const times =
    firstTimeNs === null || lastTimeNs === null
      ? ''
      : ` from ${timeOfDay(Number(firstTimeNs))} to ${timeOfDay(Number(lastTimeNs))}`;
  const other = otherGroups.map(({ group, packets }) => `${group} (${plural(packets, 'packet')})`).join(', ');
  return [
    ...labelled('Recording', `${result.file} (${kind})`),
    ...labelled('', `${plural(result.messages, 'message')} in ${plural(result.packets, 'packet')}${times}.`),
    ...(feed === '' ? [] : labelled('Feed', `${feed}.`)),
    ...(other === '' ? [] : labelled('', `Passed over: ${other}.`)),
    ...labelled('Quality', quality(result)),
  ];
}

function quality(result: InspectResult): string {
  const faults = [
    result.gaps > 0 && `${plural(result.gaps, 'gap')} (${plural(result.lostMessages, 'message')} missing)`,
    result.duplicates > 0 && plural(result.duplicates, 'duplicate'),
    result.aside > 0 && `${plural(result.aside, 'packet')} put aside, far out of sequence`,
    result.malformed > 0 && plural(result.malformed, 'malformed message'),
    result.truncated && 'the file ends inside a record',
    result.unknownOrders > 0 && `${integer(result.unknownOrders)} messages for unknown orders`,
    result.duplicateOrders > 0 && `${integer(result.duplicateOrders)} orders added twice`,
    result.overReductions > 0 && `${integer(result.overReductions)} executions of more than an order held`,
  ].filter((text) => text !== false);
  return faults.length === 0 ? 'complete: no gap, no duplicate, nothing malformed.' : `${faults.join('; ')}.`;
}

function countLines({ countsByType }: InspectResult): string[] {
  const counts = Object.entries(countsByType).filter(([, count]) => count > 0);
  if (counts.length === 0) return [];
  return labelled('By type', counts.map(([type, count]) => `${type} ${integer(count)}`).join(' · '));
}

function orderLines(result: InspectResult): string[] {
  const { adds, executes, partialCancels, deletes, replaces } = result.operations;
  return labelled(
    'Orders',
    `${integer(adds)} added, ${integer(executes)} executed, ${integer(partialCancels)} cancelled in part, ${integer(deletes)} deleted, ${integer(replaces)} replaced; ${integer(result.liveOrders)} live at the end, ${integer(result.maxLiveOrders)} at most.`,
  );
}

function bookLines(books: readonly InspectBook[]): string[] {
  if (books.length === 0) return labelled('Books', 'none.');
  const header = ['symbol', 'messages', 'bid size', 'bid', 'ask', 'ask size', 'bid levels', 'ask levels'];
  const rows = books
    .slice(0, MAX_BOOKS)
    .map((book) => [
      book.symbol,
      integer(book.messages),
      size(book.bestBidSize),
      book.bestBid ?? NONE,
      book.bestAsk ?? NONE,
      size(book.bestAskSize),
      integer(book.bidLevels),
      integer(book.askLevels),
    ]);
  const lines = table([header, ...rows], ['left', 'right', 'right', 'right', 'right', 'right', 'right', 'right']);
  if (books.length > MAX_BOOKS) lines.push(`and ${integer(books.length - MAX_BOOKS)} more: --json has all.`);
  return labelledTable('Books', lines);
}

/** Depth of the busiest stock. */
function depthLines([busiest]: readonly InspectBook[]): string[] {
  if (busiest === undefined) return [];
  const levels = Math.max(busiest.bids.length, busiest.asks.length);
  if (levels === 0) return [];
  const rows = [['orders', 'bid size', 'bid', 'ask', 'ask size', 'orders']];
  for (let i = 0; i < levels; i++) {
    const bid = busiest.bids[i];
    const ask = busiest.asks[i];
    rows.push([
      bid === undefined ? '' : integer(bid.orders),
      bid === undefined ? '' : integer(bid.size),
      bid?.price ?? '',
      ask?.price ?? '',
      ask === undefined ? '' : integer(ask.size),
      ask === undefined ? '' : integer(ask.orders),
    ]);
  }
  return labelledTable(busiest.symbol, table(rows, ['right', 'right', 'right', 'right', 'right', 'right']));
}

const size = (value: number | null): string => (value === null ? NONE : integer(value));
