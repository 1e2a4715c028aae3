/** Ticks and books of a recording, through the production decoder and books, in one pass. */
import { HotlapError } from '../../engine/domain/errors.ts';
import { INTEREST, POLL } from '../../native/index.ts';
import type { ExportMarket } from '../../report/export-result.ts';
import { refuseForeign, refuseOutside } from '../recording/verdict.ts';
import { BookRows } from './book-rows.ts';
import { bookColumns, TICK_COLUMNS } from './market-columns.ts';
import type { OpenFile } from './open-file.ts';
import { type MarketSource, openMarket, readMarket, symbolsOf } from './survey.ts';
import { instantOf, TickRows } from './tick-rows.ts';

export interface MarketExport extends MarketSource {
  readonly tables: readonly ('ticks' | 'books')[];
  /** Empty: all that there are. */
  readonly symbols: readonly string[];
  /** The feed's midnight, ms since 1970; null where nothing says which day it was. */
  readonly midnightMs: number | null;
  readonly everyNs: number;
  readonly depth: number;
}

export async function exportMarket(options: MarketExport, open: OpenFile): Promise<ExportMarket> {
  const { file, tables, window, midnightMs } = options;
  for (const symbol of options.symbols) refuseImpossible(symbol);
  const symbols = options.symbols.length > 0 ? options.symbols : await symbolsOf(options);
  const hasBooks = tables.includes('books');
  const reader = await openMarket(options, symbols.length, hasBooks ? options.depth : 1);
  try {
    const { receiver, record } = reader;
    for (const symbol of symbols) receiver.subscribe(symbol, INTEREST.book | INTEREST.trade);
    const instant = instantOf(midnightMs);
    const ticks = tables.includes('ticks')
      ? new TickRows(open('ticks', TICK_COLUMNS), record, symbols, instant)
      : undefined;
    const books = hasBooks
      ? new BookRows(open('books', bookColumns(options.depth)), reader, symbols, instant, options)
      : undefined;
    await readMarket(reader, options, (result) => {
      if (result === POLL.event) {
        ticks?.take();
        books?.take();
      } else if (result === POLL.deadline) books?.deadline();
    });
    books?.end();
    const feed = receiver.summary();
    refuseForeign(file, feed, options.feed);
    refuseOutside(file, window, feed);
    const there = receiver.books(1).map(({ symbol }) => symbol);
    refuseUnknown(options, there);
    return {
      file,
      midnight: midnightMs === null ? null : new Date(midnightMs).toISOString(),
      symbols: symbols.length,
      messages: feed.messages,
      gaps: feed.gaps,
      lostMessages: feed.lostMessages,
      stale: feed.stale,
      truncated: feed.truncated,
    };
  } finally {
    await reader.close();
  }
}

/** TotalView-ITCH has room for no other. */
function refuseImpossible(symbol: string): void {
  if (/^[!-~]{1,8}$/.test(symbol)) return;
  throw new HotlapError(
    'ERR_EXPORT_SYMBOL',
    `${JSON.stringify(symbol)} is no symbol of the feed, which have 1 to 8 characters: \`hotlap inspect\` tells them.`,
  );
}

const MAX_SYMBOLS_NAMED = 8;

/** An empty file would say that nothing happened to what is only misspelt. */
function refuseUnknown({ file, symbols }: MarketExport, there: readonly string[]): void {
  const known = new Set(there);
  const missing = symbols.find((symbol) => !known.has(symbol));
  if (missing === undefined) return;
  const named = there.slice(0, MAX_SYMBOLS_NAMED).join(', ');
  throw new HotlapError(
    'ERR_EXPORT_SYMBOL',
    `${file} holds nothing of ${missing}: its symbols are ${named}${there.length > MAX_SYMBOLS_NAMED ? ', …' : ''}.`,
  );
}
