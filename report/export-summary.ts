import type { ExportMarket, ExportResult } from './export-result.ts';
import { integer, plural, seconds, shortPath } from './format.ts';
import { labelled, labelledTable, table as tableOf } from './table.ts';

/** What `hotlap export` prints for people. */
export function exportSummary({ source, tables, market, elapsedSeconds }: ExportResult): string {
  const rows = tables.map(({ table, rows: count, bytes, file }) => [
    table,
    integer(count),
    integer(bytes),
    shortPath(file),
  ]);
  const lines = [
    ...labelled('Source', source),
    ...(market === null ? [] : marketLines(market)),
    ...labelledTable(
      'Files',
      tableOf([['table', 'rows', 'bytes', 'file'], ...rows], ['left', 'right', 'right', 'left']),
    ),
    ...labelled('Took', seconds(elapsedSeconds)),
  ];
  return `${lines.join('\n')}\n`;
}

function marketLines(market: ExportMarket): string[] {
  const { messages, symbols, midnight, gaps, lostMessages, stale, truncated } = market;
  return [
    ...labelled('Feed', `${plural(messages, 'message')}, ${plural(symbols, 'symbol')}.`),
    ...labelled(
      'Day',
      midnight === null
        ? 'not known: no packet of the day says it, so the column time is null. Give it with --date.'
        : `the feed's midnight is ${midnight}.`,
    ),
    ...(gaps > 0 ? labelled('Lost', `${plural(lostMessages, 'message')} in ${plural(gaps, 'gap')}.`) : []),
    ...(stale ? labelled('Stale', 'books are not to be trusted where the column stale is true.') : []),
    ...(truncated
      ? labelled('Cut', 'what came in is not whole: recording or tape breaks off, and everything before that was used.')
      : []),
  ];
}
