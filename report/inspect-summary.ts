import { integer, NONE, plural, timeOfDay } from './format.ts';
import type { InspectBook, InspectResult } from './inspect-result.ts';
import { labelled, labelledTable, table } from './table.ts';

/** Busiest stocks that the table shows; --json has all of them. */
const MAX_BOOKS = 12;
/** That a recording's reader tells apart. */
const MAX_GROUPS = 256;

/** What `hotlap inspect` prints for people. */
export function inspectSummary(result: InspectResult): string {
  const blocks = [
    fileLines(result),
    ...(result.protocol === null
      ? []
      : [countLines(result), orderLines(result), bookLines(result.books), depthLines(result.books)]),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

function fileLines(result: InspectResult): string[] {
  const { firstTimeNs, lastTimeNs, firstPacketTime, lastPacketTime, packets } = result;
  const kind = `${result.format}${result.compression === 'none' ? '' : `, ${result.compression}`}${result.protocol === null ? '' : `, ${result.protocol}`}`;
  const feed = [result.group && `from ${result.group}`, result.session && `session ${result.session}`]
    .filter(Boolean)
    .join(', ');
  const times =
    firstTimeNs === null || lastTimeNs === null
      ? ''
      : ` from ${timeOfDay(Number(firstTimeNs))} to ${timeOfDay(Number(lastTimeNs))}`;
  const captured =
    firstPacketTime === null || lastPacketTime === null ? '' : `, captured ${firstPacketTime} to ${lastPacketTime}`;
  return [
    ...labelled('Recording', `${result.file} (${kind})`),
    ...labelled('', `${plural(packets, 'packet')}${captured}.`),
    ...(result.protocol === null
      ? labelled('Feed', 'none that hotlap decodes: it reads TotalView-ITCH 5.0 over MoldUDP64 or as a BinaryFILE.')
      : labelled('Feed', `${plural(result.messages, 'message')}${times}${feed === '' ? '' : `, ${feed}`}.`)),
    ...passedOver(result),
    ...labelled('Quality', quality(result)),
  ];
}

/** What is not the feed is listed, not hidden. */
function passedOver({ groups, otherGroups, packets, format }: InspectResult): string[] {
  const listed = groups.reduce((sum, group) => sum + group.packets, 0);
  const texts = otherGroups.map((group) => `${group.group} (${plural(group.packets, 'packet')})`);
  if (format !== 'binaryfile' && packets > listed) {
    const further = groups.length < MAX_GROUPS ? '' : ' or to further groups';
    texts.push(`${plural(packets - listed, 'frame')} without a whole UDP datagram${further}`);
  }
  return texts.length === 0 ? [] : labelled('', `Passed over: ${texts.join(', ')}.`);
}

function quality(result: InspectResult): string {
  const faults = [
    result.gaps > 0 && `${plural(result.gaps, 'gap')} (${plural(result.lostMessages, 'message')} missing)`,
    result.duplicates > 0 && plural(result.duplicates, 'duplicate'),
    result.aside > 0 && `${plural(result.aside, 'packet')} put aside, far out of sequence`,
    result.malformed > 0 && plural(result.malformed, 'malformed message'),
    result.snapped > 0 && `${plural(result.snapped, 'packet')} captured only in part`,
    result.truncated && 'the file ends inside a record',
    result.unknownOrders > 0 && `${integer(result.unknownOrders)} messages for unknown orders`,
    result.duplicateOrders > 0 && `${integer(result.duplicateOrders)} orders added twice`,
    result.overReductions > 0 && `${integer(result.overReductions)} executions of more than an order held`,
  ].filter((text) => text !== false);
  if (faults.length > 0) return `${faults.join('; ')}.`;
  return result.protocol === null ? 'every record is whole.' : 'complete: no gap, no duplicate, nothing malformed.';
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
