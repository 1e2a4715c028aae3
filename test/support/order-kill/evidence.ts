/** What the journal of the engine and the ledger of the venue prove about each other, or do not. */

import { journalEntries, jsonOf } from '../../../app/journal-entries.ts';
import { recoveredState } from '../../../app/recovery/recovered-state.ts';
import { isOpen, ORDER_STATES } from '../../../engine/domain/order-state.ts';
import { IMAGE, IMAGE_DOUBLES, JOURNAL_KIND, type JournalOpened } from '../../../engine/journal/records.ts';
import type { LedgerOrder } from '../../../simulator/acceptor/ledger.ts';
import { ledgerPositions } from '../../../simulator/acceptor/ledger.ts';

const IMAGES: ReadonlySet<number> = new Set([
  JOURNAL_KIND.newOrder,
  JOURNAL_KIND.replace,
  JOURNAL_KIND.cancel,
  JOURNAL_KIND.notSent,
  JOURNAL_KIND.report,
  JOURNAL_KIND.inDoubt,
  JOURNAL_KIND.carriedOrder,
]);
/** OrdStatus(39) of the ends that an order of this test can come to. */
const STATUS: Readonly<Record<string, string>> = { filled: '2', cancelled: '4', rejected: '8' };

export interface Verdict {
  /** Orders that the engine has journalled, and runs that it began. */
  orders: number;
  runs: number;
  /** Of them: the venue never had them. */
  neverReached: number;
  /** One line each, where the two do not agree. */
  differences: string[];
}

/** Reads the whole journal, every run of it. */
export function compare(folder: string, ledger: readonly LedgerOrder[]): Verdict {
  const last = new Map<number, Float64Array>();
  const notSent = new Set<number>();
  const differences: string[] = [];
  let prefix = '';
  let runs = 0;
  const slots = new Float64Array(IMAGE_DOUBLES);
  const bytes = new Uint8Array(slots.buffer);
  for (const { kind, payload } of journalEntries({ folder })) {
    if (kind === JOURNAL_KIND.opened) {
      prefix = jsonOf<JournalOpened>(payload).clOrdIdPrefix;
      runs++;
    }
    if (!IMAGES.has(kind)) continue;
    bytes.set(payload.subarray(0, bytes.length));
    const key = slots[IMAGE.key] as number;
    if (kind === JOURNAL_KIND.newOrder && last.has(key)) differences.push(`${key} was journalled as new twice`);
    last.set(key, slots.slice());
    if (kind === JOURNAL_KIND.notSent && !isOpen(slots[IMAGE.state] as number)) notSent.add(key);
  }
  last.delete(0);
  const known = new Map(ledger.map((order) => [order.clOrdIds[0] as string, order]));
  let neverReached = 0;
  for (const [key, image] of last) {
    const clOrdId = `${prefix}${key}`;
    const state = ORDER_STATES[image[IMAGE.state] as number] as string;
    const venue = known.get(clOrdId);
    known.delete(clOrdId);
    const here = `${state} ${image[IMAGE.cumQuantity]} ${image[IMAGE.executedValue]}`;
    if (venue === undefined) {
      neverReached++;
      if (state !== 'neverReached') differences.push(`${clOrdId}: ${here} here, unknown at the venue`);
      continue;
    }
    if (notSent.has(key)) differences.push(`${clOrdId}: not sent here, ${venue.status} at the venue`);
    if (STATUS[state] === venue.status && `${state} ${venue.filled} ${venue.notional}` === here) continue;
    differences.push(`${clOrdId}: ${here} here, ${venue.status} ${venue.filled} ${venue.notional} at the venue`);
  }
  for (const clOrdId of known.keys()) differences.push(`${clOrdId}: at the venue, and not in the journal`);
  comparePositions(folder, ledger, differences);
  return { orders: last.size, runs, neverReached, differences };
}

/** To the cent: shares bought and sold, and the cash that they came to. */
function comparePositions(folder: string, ledger: readonly LedgerOrder[], differences: string[]): void {
  const { positions } = recoveredState(journalEntries({ folder }));
  const here = { bought: 0, sold: 0, cash: 0 };
  for (const { bought, sold, cost, realizedPnl } of positions) {
    here.bought += bought;
    here.sold += sold;
    here.cash += realizedPnl - cost;
  }
  const there = ledgerPositions(ledger).get('AAPL') ?? { bought: 0, sold: 0, cash: 0 };
  if (JSON.stringify(here) !== JSON.stringify(there))
    differences.push(`positions: ${JSON.stringify(here)} here, ${JSON.stringify(there)} at the venue`);
}
