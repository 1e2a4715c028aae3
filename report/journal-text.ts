import { integer, plural, printable } from './format.ts';
import type { JournalEvent, JournalOrder, JournalVerdict } from './journal-event.ts';

const KIND_WIDTH = 12;

/** What `hotlap journal show` prints of a record: one line. */
export function journalLine({ time, kind, order, said }: JournalEvent): string {
  const text = order === undefined ? saidText(kind, said ?? {}) : orderText(kind, order);
  return `${`${(time ?? '').padEnd(27)} ${kind.padEnd(KIND_WIDTH)} ${printable(text)}`.trimEnd()}\n`;
}

function orderText(kind: string, order: JournalOrder): string {
  const { side, symbol, quantity, price, state, strategy, timeInForce, newQuantity, newPrice, execId } = order;
  const what = `${side} ${integer(quantity)} ${symbol} @ ${price ?? 'market'}`;
  const asked =
    kind === 'replace' && newQuantity !== null ? ` to ${integer(newQuantity)} @ ${newPrice ?? 'market'}` : '';
  const name = order.clOrdId ?? 'an unknown order';
  const of = order.origClOrdId === null ? '' : ` of ${order.origClOrdId}`;
  const executed =
    order.executedQuantity === 0
      ? ''
      : `, ${order.executedQuantity < 0 ? 'taken back' : 'executed'} ${integer(Math.abs(order.executedQuantity))} @ ${order.executedPrice}`;
  const done = order.cumQuantity === 0 ? '' : `, ${integer(order.cumQuantity)} of ${integer(quantity)}`;
  const told = [
    execId === '' ? '' : `ExecID ${execId}`,
    order.msgSeqNum === 0 ? '' : `#${order.msgSeqNum}`,
    order.executedQuantity === 0 ? '' : `position ${integer(order.position)}`,
  ].filter((text) => text !== '');
  const event = order.event === 'none' ? '' : ` ${order.event},`;
  const tail = told.length === 0 ? '' : ` (${told.join(', ')})`;
  return `${name}${of}: ${what} ${timeInForce}${asked},${event} ${state}${executed}${done}, ${strategy}${tail}`;
}

function saidText(kind: string, said: Readonly<Record<string, unknown>>): string {
  const of = (name: string): string => valueText(said[name]);
  switch (kind) {
    case 'opened':
      return `hotlap ${of('version')}, process ${of('pid')}, ClOrdIDs ${of('clOrdIdPrefix')}…, strategies ${of('strategies')}`;
    case 'instrument':
      return `${of('handle')} is ${of('symbol')}, prices in 1/${of('priceScale')}, multiplier ${of('multiplier')}`;
    case 'command':
      return `${of('who')}: ${of('command')} ${of('arguments')} → ${said.ok === true ? '' : 'refused: '}${of('answer')}`;
    case 'limit':
      return `${of('who')}: ${of('name')} of ${of('scope')} from ${of('old')} to ${of('new')}${said.isDefault === true ? ', as configured' : ''}`;
    case 'kill':
      return `${of('who')}: ${of('scope')} ${said.killed === true ? 'killed' : 'released'}: ${of('reason')}`;
    case 'alert':
      return of('what');
    case 'closed':
      return of('reason');
    default:
      return Object.entries(said)
        .map(([name, value]) => `${name} ${valueText(value)}`)
        .join(', ');
  }
}

const valueText = (value: unknown): string => {
  if (value === null || value === undefined) return 'none';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

/** What `hotlap journal verify` says. */
export function journalVerdictText(verdict: JournalVerdict): string {
  const { folder, records, orders, runs, segments, inMemory, tornBytes } = verdict;
  const notes = [
    inMemory > 0 ? `${plural(inMemory, 'record')} in memory only, on the way to the disk` : '',
    tornBytes > 0 ? `${plural(tornBytes, 'byte')} of an unfinished write at the end, which the next start cuts` : '',
  ].filter((note) => note !== '');
  const found = [plural(records, 'record'), plural(orders, 'order'), plural(runs, 'run'), plural(segments, 'segment')];
  return `${folder} is sound: ${found.join(', ')}.${notes.map((note) => ` ${note}.`).join('')}\n`;
}

const COLUMNS = [
  'order',
  'clOrdId',
  'origClOrdId',
  'strategy',
  'symbol',
  'side',
  'timeInForce',
  'price',
  'quantity',
  'leaves',
  'cumQuantity',
  'newPrice',
  'newQuantity',
  'state',
  'event',
  'cause',
  'executedQuantity',
  'executedPrice',
  'execId',
  'msgSeqNum',
  'position',
] as const satisfies readonly (keyof JournalOrder)[];

/** First line of an export as CSV. */
export const JOURNAL_CSV_HEADER = `time,kind,sequence,file,byte,${COLUMNS.join(',')},said\n`;

export function journalCsvLine({ time, kind, sequence, file, byte, order, said }: JournalEvent): string {
  const cells = COLUMNS.map((column) => order?.[column] ?? '');
  const all = [time ?? '', kind, sequence, file, byte, ...cells, said === undefined ? '' : JSON.stringify(said)];
  return `${all.map(cell).join(',')}\n`;
}

/** RFC 4180; what a spreadsheet would take for a formula is text. */
function cell(value: string | number): string {
  const isFormula = typeof value === 'string' && /^[=+@\t\r-]/.test(value) && !/^-?\d+(\.\d+)?$/.test(value);
  const text = isFormula ? `'${value}` : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
