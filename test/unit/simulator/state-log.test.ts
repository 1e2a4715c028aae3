import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Identifiers } from '../../../simulator/acceptor/identifiers.ts';
import { ReportQueue } from '../../../simulator/acceptor/report-queue.ts';
import { StateLog } from '../../../simulator/state/state-log.ts';

const KEPT = 1 << 16;
const queue = new ReportQueue(2);
const identifiers = new Identifiers(16);
const bytes = new TextEncoder().encode('A1');
const slot = identifiers.take(bytes, 0, bytes.length);
identifiers.setSymbol(slot, new TextEncoder().encode('AAPL'), 0, 4);
queue.identifier[0] = slot;
queue.original[0] = -1;
queue.massRequest[0] = -1;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hotlap-state-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (): StateLog => new StateLog(join(folder, 'orders.log'), queue.columnNames);

it('gives back what was appended, column by column', () => {
  const log = open();
  queue.price[0] = 2_265_100.25;
  queue.orderNumber[0] = 2 ** 52 + 1;
  log.append(queue, 0, identifiers, 1_234.5);
  log.numbers.sent = 1;
  log.numbers.nextExecId = 77;
  log.close();
  const again = open();
  expect(again.numbers).toMatchObject({ sent: 1, copied: 0, nextExecId: 77 });
  expect(again.takeRecords()).toEqual([
    {
      number: 0,
      timeMs: 1_234.5,
      values: expect.objectContaining({
        price: 2_265_100.25,
        orderNumber: 2 ** 52 + 1,
        identifier: slot,
        original: -1,
      }),
      clOrdId: 'A1',
      origClOrdId: '',
      symbol: 'AAPL',
      massStatusReqId: '',
    },
  ]);
  expect(again.next).toBe(1);
  again.close();
});

it('written anew keeps open orders and the latest records, and goes on behind them', () => {
  const more = 1_000;
  const log = open();
  for (let number = 0; number < KEPT + more; number++) {
    queue.orderNumber[0] = number;
    log.append(queue, 0, identifiers, 0);
  }
  log.flush();
  const before = statSync(log.file).size;
  log.compact((orderNumber) => orderNumber === 7);
  log.append(queue, 0, identifiers, 0);
  log.close();
  expect(statSync(log.file).size).toBeLessThan(before);
  const again = open();
  const records = again.takeRecords();
  expect(records.slice(0, 2).map(({ number }) => number)).toEqual([7, more]);
  expect(records.at(-1)?.number).toBe(KEPT + more);
  expect(records).toHaveLength(KEPT + 2);
  again.close();
});

it('of another version, or that cannot be opened, is refused with what to do', () => {
  open().close();
  expect(() => new StateLog(join(folder, 'orders.log'), ['one', 'two'])).toThrow(
    /was written by another version of hotlap: remove it, or name another folder/,
  );
  expect(() => new StateLog('/proc/none/orders.log', queue.columnNames)).toThrow(/cannot be opened \(ENOENT/);
});
