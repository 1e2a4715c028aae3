/** Refusals on their way from the loop's ring into the run's folder. */
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { REFUSALS_FILE, RefusalDrain } from '../../../app/refusal-drain.ts';
import { createOrderLog, OrderLogWriter } from '../../../engine/orders/order-log.ts';
import { createRefusalLog, REFUSAL_LOG, RefusalLog } from '../../../engine/orders/refusal-log.ts';
import { CELLS_DOUBLES } from '../../../native/layout.ts';
import { openWorkshop } from '../../support/system/workshop.ts';

const shop = openWorkshop();

test('a line each, up to a bound; what comes behind it is counted', () => {
  const ring = createRefusalLog(4);
  const orders = new OrderLogWriter(createOrderLog(2));
  const log = new RefusalLog(ring, orders, new Float64Array(CELLS_DOUBLES), new Float64Array(8), new Int32Array(1));
  const drain = new RefusalDrain(ring, shop.folder, 6);
  const refuse = (count: number): void => {
    for (let index = 0; index < count; index += 1) log.write(3, 1, index, 0, 1, 0, 0);
  };
  refuse(4);
  drain.drain();
  refuse(5);
  drain.drain();
  // One found the ring full, two the file.
  expect(drain.lost).toBe(3);
  drain.close();
  refuse(1);
  drain.drain();
  expect(drain.lost).toBe(4);
  const [header, ...lines] = readFileSync(shop.path(REFUSALS_FILE), 'latin1').trimEnd().split('\n');
  expect(header).toBe(Object.keys(REFUSAL_LOG).join(','));
  expect(lines.map((line) => line.split(',')[REFUSAL_LOG.strategy])).toEqual(['0', '1', '2', '3', '0', '1']);
});

test('a full disk ends the file, and the run hears nothing of it', () => {
  const ring = createRefusalLog(4);
  const orders = new OrderLogWriter(createOrderLog(2));
  const log = new RefusalLog(ring, orders, new Float64Array(CELLS_DOUBLES), new Float64Array(8), new Int32Array(1));
  const folder = shop.path('full');
  mkdirSync(folder);
  symlinkSync('/dev/full', join(folder, REFUSALS_FILE));
  const drain = new RefusalDrain(ring, folder);
  log.write(3, 1, 0, 0, 1, 0, 0);
  drain.drain();
  expect(drain.lost).toBe(1);
  drain.close();
});
