import { CELL } from '../../native/layout.ts';
import type { ExecutionReport } from '../domain/execution.ts';
import { CHANGE, POSITION } from '../domain/position.ts';
import type { Executions } from '../orders/executions.ts';
import type { OrderTable } from '../orders/order-table.ts';
import type { Positions } from '../orders/positions.ts';
import type { Journal, JournalResult } from '../ports/journal.ts';
import {
  EXEC_ID_BYTES,
  EXECUTION_ID_BYTES,
  EXECUTION_IMAGE,
  EXECUTION_IMAGE_BYTES,
  EXECUTIONS_AN_IMAGE,
  IMAGE,
  IMAGE_BYTES,
  IMAGE_DOUBLES,
} from './records.ts';

/** Of the record: the byte that says how long the ExecID(17) is. */
const EXEC_ID = IMAGE_DOUBLES * 8;
const MAX_LENGTH = 255;
const ALL_BYTES = IMAGE_BYTES + EXECUTIONS_AN_IMAGE * EXECUTION_IMAGE_BYTES;

/** Writes rows of the order table into a journal as they are, over one buffer that is made once. */
export class ImageWriter {
  private readonly journal: Journal;
  private readonly table: OrderTable;
  private readonly positions: Positions;
  private readonly executions: Executions;
  private readonly cells: Float64Array;
  private readonly bytes = new Uint8Array(ALL_BYTES);
  private readonly slots = new Float64Array(this.bytes.buffer, 0, IMAGE_DOUBLES);
  /** The whole record: what is behind the image as well. */
  private readonly doubles = new Float64Array(this.bytes.buffer);

  constructor(journal: Journal, table: OrderTable, positions: Positions, executions: Executions, cells: Float64Array) {
    this.journal = journal;
    this.table = table;
    this.positions = positions;
    this.executions = executions;
    this.cells = cells;
  }

  /** What this side does with an order. @param kind one of JOURNAL_KIND @param cause one of CAUSE */
  order(kind: number, row: number, event: number, cause: number): JournalResult {
    const { slots } = this;
    this.row(row);
    slots[IMAGE.event] = event;
    slots[IMAGE.cause] = cause;
    slots[IMAGE.executedQuantity] = 0;
    slots[IMAGE.executedValueChange] = 0;
    slots[IMAGE.msgSeqNum] = 0;
    this.bytes[EXEC_ID] = 0;
    return this.journal.append(kind, this.bytes, IMAGE_BYTES);
  }

  /** What a report has made of an order; `table.change` is what it executed. */
  report(kind: number, row: number, report: ExecutionReport, event: number): JournalResult {
    this.row(row);
    return this.told(kind, report, event);
  }

  /** A report has executed an order that nobody here knows, or knows any more. @param strategy whose position it moved */
  stranger(kind: number, report: ExecutionReport, event: number, strategy: number): JournalResult {
    const { slots } = this;
    slots.fill(0);
    slots[IMAGE.strategy] = strategy;
    slots[IMAGE.instrument] = report.instrument;
    slots[IMAGE.side] = report.side;
    this.position(strategy, report.instrument);
    return this.told(kind, report, event);
  }

  private told(kind: number, report: ExecutionReport, event: number): JournalResult {
    const { slots, bytes } = this;
    const { change } = this.table;
    slots[IMAGE.event] = event;
    slots[IMAGE.cause] = 0;
    slots[IMAGE.executedQuantity] = change[CHANGE.quantity] as number;
    slots[IMAGE.executedValueChange] = change[CHANGE.value] as number;
    slots[IMAGE.msgSeqNum] = report.msgSeqNum;
    // An execution that nobody has told singly is not the one that the report is called by.
    const isOther = change[CHANGE.quantity] !== 0 && change[CHANGE.isNamed] === 0;
    const length = isOther ? 0 : report.execIdEnd - report.execIdStart;
    const kept = length < EXEC_ID_BYTES ? length : EXEC_ID_BYTES - 1;
    bytes[EXEC_ID] = length < MAX_LENGTH ? length : MAX_LENGTH;
    for (let index = 0; index < kept; index += 1) {
      bytes[EXEC_ID + 1 + index] = report.bytes[report.execIdStart + index] as number;
    }
    let result = this.append(kind);
    while (this.executions.changes > 0) {
      // All of it is the same order and report, and what they executed has been said.
      slots[IMAGE.executedQuantity] = 0;
      slots[IMAGE.executedValueChange] = 0;
      result = this.append(kind);
    }
    return result;
  }

  /** With what has changed in the memory of executions, as far as it has room. */
  private append(kind: number): JournalResult {
    const { executions } = this;
    const count = executions.changes < EXECUTIONS_AN_IMAGE ? executions.changes : EXECUTIONS_AN_IMAGE;
    for (let index = 0; index < count; index += 1) {
      this.execution(executions.changed[index] as number, IMAGE_BYTES + index * EXECUTION_IMAGE_BYTES);
    }
    executions.written(count);
    return this.journal.append(kind, this.bytes, IMAGE_BYTES + count * EXECUTION_IMAGE_BYTES);
  }

  /** @param byte where it begins in the record */
  private execution(entry: number, byte: number): void {
    const { executions, doubles, bytes } = this;
    const at = byte / 8;
    doubles[at + EXECUTION_IMAGE.serial] = executions.serial[entry] as number;
    doubles[at + EXECUTION_IMAGE.key] = executions.key[entry] as number;
    doubles[at + EXECUTION_IMAGE.strategy] = executions.strategy[entry] as number;
    doubles[at + EXECUTION_IMAGE.instrument] = executions.instrument[entry] as number;
    doubles[at + EXECUTION_IMAGE.side] = executions.side[entry] as number;
    doubles[at + EXECUTION_IMAGE.status] = executions.status[entry] as number;
    doubles[at + EXECUTION_IMAGE.successor] = executions.successorSerial(entry);
    doubles[at + EXECUTION_IMAGE.price] = executions.price[entry] as number;
    doubles[at + EXECUTION_IMAGE.quantity] = executions.quantity[entry] as number;
    doubles[at + EXECUTION_IMAGE.idLength] = executions.lengths[entry] as number;
    doubles[at + EXECUTION_IMAGE.idHash] = executions.hashes[entry] as number;
    const from = entry * EXECUTION_ID_BYTES;
    const to = byte + EXECUTION_IMAGE_BYTES - EXECUTION_ID_BYTES;
    for (let index = 0; index < EXECUTION_ID_BYTES; index += 1)
      bytes[to + index] = executions.ids[from + index] as number;
  }

  private row(row: number): void {
    const { slots, table } = this;
    const strategy = table.strategy[row] as number;
    const instrument = table.instrument[row] as number;
    slots[IMAGE.key] = table.key[row] as number;
    slots[IMAGE.ordinal] = table.ordinal[row] as number;
    const replacement = table.replaceOrdinal[row] as number;
    slots[IMAGE.replaceOrdinal] = replacement === 0 ? (table.doubtedReplacement[row] as number) : replacement;
    slots[IMAGE.cancelOrdinal] = table.cancelOrdinal[row] as number;
    slots[IMAGE.previousOrdinal] = table.previousOrdinal[row] as number;
    slots[IMAGE.strategy] = strategy;
    slots[IMAGE.instrument] = instrument;
    slots[IMAGE.side] = table.side[row] as number;
    slots[IMAGE.timeInForce] = table.timeInForce[row] as number;
    slots[IMAGE.terms] = table.terms[row] as number;
    slots[IMAGE.price] = table.price[row] as number;
    slots[IMAGE.quantity] = table.quantity[row] as number;
    slots[IMAGE.leaves] = table.leaves[row] as number;
    slots[IMAGE.cumQuantity] = table.cumQuantity[row] as number;
    slots[IMAGE.executedValue] = table.executedValue[row] as number;
    slots[IMAGE.assumedQuantity] = table.assumedQuantity[row] as number;
    slots[IMAGE.assumedValue] = table.assumedValue[row] as number;
    slots[IMAGE.newPrice] = table.newPrice[row] as number;
    slots[IMAGE.newQuantity] = table.newQuantity[row] as number;
    slots[IMAGE.state] = table.state[row] as number;
    slots[IMAGE.flags] = table.flags(row);
    this.position(strategy, instrument);
  }

  private position(strategy: number, instrument: number): void {
    const { slots } = this;
    const { all } = this.positions;
    const at = this.positions.at(strategy, instrument);
    slots[IMAGE.timeNs] = this.cells[CELL.nowNs] as number;
    slots[IMAGE.positionQuantity] = all[at + POSITION.quantity] as number;
    slots[IMAGE.positionCost] = all[at + POSITION.cost] as number;
    slots[IMAGE.positionRealizedPnl] = all[at + POSITION.realizedPnl] as number;
    slots[IMAGE.positionBought] = all[at + POSITION.bought] as number;
    slots[IMAGE.positionSold] = all[at + POSITION.sold] as number;
  }
}
