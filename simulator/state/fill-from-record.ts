import { asciiBytes } from 'fix-parser';
import type { Identifiers } from '../acceptor/identifiers.ts';
import type { ReportQueue } from '../acceptor/report-queue.ts';
import type { StateRecord } from './state-record.ts';

/** Writes a record into an entry of a queue; its texts get slots of their own. */
export function fillFromRecord(queue: ReportQueue, entry: number, record: StateRecord, identifiers: Identifiers): void {
  queue.columnNames.forEach((name, i) => {
    queue.columns[i][entry] = record.values[name];
  });
  queue.dueNs[entry] = 0;
  const symbol = asciiBytes(record.symbol);
  const slotFor = (text: string): number => {
    if (text === '') return -1;
    const bytes = asciiBytes(text);
    const slot = identifiers.take(bytes, 0, bytes.length);
    identifiers.setSymbol(slot, symbol, 0, symbol.length);
    return slot;
  };
  queue.identifier[entry] = slotFor(record.clOrdId);
  queue.original[entry] = slotFor(record.origClOrdId);
  queue.massRequest[entry] = slotFor(record.massStatusReqId);
}
