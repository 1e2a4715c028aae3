import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ORDER_LOG } from '../../../engine/orders/order-log.ts';

export type OrderRow = Record<keyof typeof ORDER_LOG, number>;

/** The order log that --out wrote, a row a message or report. */
export function orderRows(folder: string): OrderRow[] {
  const [header = '', ...lines] = readFileSync(join(folder, 'orders.csv'), 'utf8').trimEnd().split('\n');
  const names = header.split(',');
  return lines.map(
    (line) => Object.fromEntries(line.split(',').map((value, i) => [names[i], Number(value)])) as OrderRow,
  );
}
