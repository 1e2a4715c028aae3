/** The order log of a run as text: read line by line, and told for people. */
import { closeSync, openSync, readSync } from 'node:fs';
import { ORDER_EVENT } from '../../engine/domain/order-state.ts';
import { ORDER_LOG, ORDER_LOG_KIND } from '../../engine/orders/order-log.ts';

const CHUNK_BYTES = 1 << 20;

/** The lines of orders.csv behind its header. */
export function* orderLines(file: string): Generator<string> {
  const lines = csvLines(file);
  lines.next();
  yield* lines;
}

/** A line at a time, however long the file is. */
export function* csvLines(file: string): Generator<string> {
  const fd = openSync(file, 'r');
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    let rest = '';
    for (;;) {
      const bytes = readSync(fd, chunk, 0, CHUNK_BYTES, null);
      if (bytes === 0) break;
      const lines = `${rest}${chunk.toString('latin1', 0, bytes)}`.split('\n');
      rest = lines.pop() as string;
      yield* lines;
    }
    if (rest !== '') yield rest;
  } finally {
    closeSync(fd);
  }
}

const KINDS: Readonly<Record<number, string>> = {
  [ORDER_LOG_KIND.newOrder]: 'new order',
  [ORDER_LOG_KIND.cancel]: 'cancel',
  [ORDER_LOG_KIND.replace]: 'replace',
  ...Object.fromEntries(
    Object.entries(ORDER_EVENT).map(([name, event]) => [ORDER_LOG_KIND.report + event, `report ${name}`]),
  ),
};

/** `order 12: new order at 45296.123456789 s, side 1, price 2264700, quantity 100 (strategy 0, instrument 0, message 966)` */
export function tellOrderLine(line: string): string {
  const values = line.split(',').map(Number);
  const of = (name: keyof typeof ORDER_LOG): number => values[ORDER_LOG[name]] ?? Number.NaN;
  const kind = KINDS[of('kind')] ?? `record ${of('kind')}`;
  const seconds = (of('timeNs') / 1e9).toFixed(9);
  return `order ${of('ordinal')}: ${kind} at ${seconds} s, side ${of('side')}, price ${of('price')}, quantity ${of('quantity')} (strategy ${of('strategy')}, instrument ${of('instrument')}, message ${of('sequence')})`;
}
