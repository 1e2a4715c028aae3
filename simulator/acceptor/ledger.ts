import { asciiText } from 'fix-parser';
import { Side } from '../../engine/domain/side.ts';
import { ORD_STATUS } from '../../gateway/index.ts';
import type { OrderTable } from '../matching/order-table.ts';
import { type Identifiers, MAX_CLORDID_BYTES, MAX_SYMBOL_BYTES } from './identifiers.ts';

/** An order as the exchange has it: what it is, or what it came to. */
export interface LedgerOrder {
  /** Every ClOrdID(11) that it has gone by, oldest first. */
  readonly clOrdIds: readonly string[];
  /** OrderID(37); 0 where the order was refused. */
  readonly orderNumber: number;
  readonly symbol: string;
  readonly side: Side;
  /** OrdStatus(39). */
  readonly status: string;
  readonly isOpen: boolean;
  /** Price(44) in 1/priceScale, OrderQty(38), CumQty(14), and the sum of price × quantity of what has traded. */
  readonly price: number;
  readonly quantity: number;
  readonly filled: number;
  readonly notional: number;
}

/** What all orders of a symbol have come to. */
export interface LedgerPosition {
  bought: number;
  sold: number;
  /** Received less paid, in 1/priceScale. */
  cash: number;
}

/** Every order whose identifier is remembered, in the order in which they came. Cold. */
export function ledgerOf(identifiers: Identifiers, orders: OrderTable): LedgerOrder[] {
  const predecessors = new Map<number, number>();
  for (let slot = 0; slot < identifiers.capacity; slot++) {
    if (identifiers.successor[slot] >= 0) predecessors.set(identifiers.successor[slot], slot);
  }
  const ledger: LedgerOrder[] = [];
  for (let slot = 0; slot < identifiers.capacity; slot++) {
    const row = identifiers.row[slot];
    if (identifiers.successor[slot] >= 0 || (row < 0 && identifiers.endStatus[slot] === 0)) continue;
    const clOrdIds: string[] = [];
    for (let at: number | undefined = slot; at !== undefined; at = predecessors.get(at)) {
      clOrdIds.unshift(textOf(identifiers.clOrdIds, at * MAX_CLORDID_BYTES, identifiers.clOrdIdBytes[at]));
    }
    const of = row < 0 ? identifiers : orders;
    const index = row < 0 ? slot : row;
    const liveStatus = orders.filled[row] > 0 ? ORD_STATUS.partiallyFilled : ORD_STATUS.new;
    ledger.push({
      clOrdIds,
      orderNumber: identifiers.orderNumber[slot],
      symbol: textOf(identifiers.symbols, slot * MAX_SYMBOL_BYTES, identifiers.symbolBytes[slot]),
      side: of.side[index] as Side,
      status: String.fromCharCode(row < 0 ? identifiers.endStatus[slot] : liveStatus),
      isOpen: row >= 0,
      price: of.price[index],
      quantity: of.quantity[index],
      filled: of.filled[index],
      notional: of.notional[index],
    });
  }
  return ledger;
}

/** What the orders of a ledger have come to, by symbol. */
export function ledgerPositions(ledger: readonly LedgerOrder[]): Map<string, LedgerPosition> {
  const positions = new Map<string, LedgerPosition>();
  for (const { symbol, side, filled, notional } of ledger) {
    const position = positions.get(symbol) ?? { bought: 0, sold: 0, cash: 0 };
    positions.set(symbol, position);
    if (side === Side.Buy) {
      position.bought += filled;
      position.cash -= notional;
    } else {
      position.sold += filled;
      position.cash += notional;
    }
  }
  return positions;
}

const textOf = (bytes: Uint8Array, at: number, length: number): string => asciiText(bytes, at, at + length);
