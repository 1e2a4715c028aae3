import { CELL, CELLS_DOUBLES } from '../../native/layout.ts';
import { Matching, type MatchListener } from '../../simulator/matching/matching.ts';
import type { RecordedBook } from './recorded-book.ts';

/** A matching engine on a recorded book of one instrument, writing down in words what happens to its orders. */
export function matchingOn(book: RecordedBook, maxOpenOrders = 64) {
  const log: string[] = [];
  const rows = new Map<number, number>();
  const cells = new Float64Array(CELLS_DOUBLES);
  const listener: MatchListener = {
    onAccepted: (row) => {
      rows.set(matching.orders.identifier[row], row);
      log.push(`${matching.orders.identifier[row]} accepted`);
    },
    onTrade: (row, quantity, price, maker) =>
      log.push(`${matching.orders.identifier[row]} ${maker ? 'made' : 'took'} ${quantity} at ${price}`),
    onReplaced: (row, previous) => {
      rows.delete(previous);
      rows.set(matching.orders.identifier[row], row);
      log.push(`${previous} became ${matching.orders.identifier[row]}`);
    },
    onCancelled: (row, request) =>
      log.push(`${matching.orders.identifier[row]} cancelled${request < 0 ? '' : ` by ${request}`}`),
    onClosed: (row) => {
      rows.delete(matching.orders.identifier[row]);
    },
  };
  const matching: Matching = new Matching({
    feed: book,
    feedCells: cells,
    maxInstruments: 1,
    maxOpenOrders,
    listener,
  });
  book.onEveryEvent = () => {
    cells[CELL.sequence] = book.sequence[0];
  };
  book.onEvent = () => matching.onEvent(book.record);
  /** What happened since the last look. */
  const said = (): string[] => log.splice(0);
  return { matching, rows, said };
}
