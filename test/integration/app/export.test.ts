/** Which messages become rows of ticks, and which books stand at the end of an interval: message by message. */
import { describe, expect, test } from 'vitest';
import type { ExportOptions } from '../../../app/options.ts';
import { type Exported, exporter } from '../../support/export/exported.ts';
import * as itch from '../../support/itch-messages.ts';
import { binaryFile } from '../../support/mold-packets.ts';
import { openWorkshop } from '../../support/system/workshop.ts';

const shop = openWorkshop();
const exported = exporter(shop);

let files = 0;
const recording = (...messages: Uint8Array[]): string => shop.write(`${files++}.itch`, binaryFile(messages));

const directories = [itch.directory('TEST', { locate: 1 }), itch.directory('OTHER', { locate: 2 })];
const other = { locate: 2, symbol: 'OTHER' };

async function ticksOf(...messages: Uint8Array[]): Promise<unknown[][]> {
  const { rows } = await exported(recording(...directories, ...messages), { tables: ['ticks'] });
  const ticks = await rows(`SELECT * EXCLUDE (time, time_of_day_ns, halted, stale) FROM 'ticks.parquet'`);
  return ticks.map((tick) => Object.values(tick));
}

describe('ticks', () => {
  test('are trades, and what moves the best prices; a message is one row', async () => {
    const ticks = await ticksOf(
      itch.add({ reference: 1, side: 'B', shares: 100, price: 100_000 }),
      itch.add({ reference: 2, side: 'B', shares: 7, price: 99_900 }),
      itch.add({ reference: 3, side: 'S', shares: 50, price: 100_100 }),
      itch.execute(1, 40, { match: 2 ** 63 + 2 ** 40 }),
      itch.cancel(1, 10),
      itch.remove(2),
      itch.trade(30, 100_050, 8),
      itch.executeWithPrice(3, 20, 100_099, 'N'),
      itch.cross(123_456_789_012n, 100_001, 9, 'O'),
      itch.remove(1),
    );
    expect(ticks).toEqual([
      [3n, 'TEST', 'quote', null, null, null, null, null, '10.0000', 100n, null, null],
      [5n, 'TEST', 'quote', null, null, null, null, null, '10.0000', 100n, '10.0100', 50n],
      [6n, 'TEST', 'execution', 'buy', '10.0000', 40n, 2n ** 63n + 2n ** 40n, true, '10.0000', 60n, '10.0100', 50n],
      [7n, 'TEST', 'quote', null, null, null, null, null, '10.0000', 50n, '10.0100', 50n],
      [9n, 'TEST', 'trade', 'buy', '10.0050', 30n, 8n, true, '10.0000', 50n, '10.0100', 50n],
      [10n, 'TEST', 'execution', 'sell', '10.0099', 20n, 0n, false, '10.0000', 50n, '10.0100', 30n],
      [11n, 'TEST', 'cross', null, '10.0001', 123_456_789_012n, 9n, true, '10.0000', 50n, '10.0100', 30n],
      [12n, 'TEST', 'quote', null, null, null, null, null, null, null, '10.0100', 30n],
    ]);
  });

  test('tell of a trade that is taken back, of a halt, and of books that are not to be trusted', async () => {
    const { rows } = await exported(
      recording(
        ...directories,
        itch.add({ reference: 1, side: 'B', shares: 100, price: 100_000 }),
        itch.tradingAction('H'),
        Buffer.concat([itch.itch('B')]),
        // An order that nobody has added.
        itch.remove(77),
        itch.add({ reference: 2, side: 'B', shares: 100, price: 100_100, ...other }),
      ),
      { tables: ['ticks'] },
    );
    expect(await rows(`SELECT sequence, symbol, kind, price, halted, stale FROM 'ticks.parquet'`)).toEqual([
      { sequence: 3n, symbol: 'TEST', kind: 'quote', price: null, halted: false, stale: false },
      { sequence: 5n, symbol: 'TEST', kind: 'broken', price: null, halted: true, stale: false },
      { sequence: 7n, symbol: 'OTHER', kind: 'quote', price: null, halted: false, stale: true },
    ]);
  });
});

describe('books', () => {
  const day = (): string =>
    recording(
      ...directories,
      itch.add({ reference: 1, side: 'B', shares: 100, price: 100_000, timeNs: 10_000 }),
      itch.add({ reference: 2, side: 'S', shares: 50, price: 100_100, timeNs: 10_000 }),
      itch.add({ reference: 3, side: 'B', shares: 5, price: 50_000, timeNs: 10_001, ...other }),
      itch.add({ reference: 4, side: 'B', shares: 10, price: 100_050, timeNs: 20_000 }),
      itch.execute(4, 10, { timeNs: 55_000 }),
      itch.execute(1, 1, { timeNs: 57_000 }),
    );
  const at = async (options: Partial<ExportOptions>): Promise<unknown[][]> => {
    const { rows }: Exported = await exported(day(), { tables: ['books'], everyNs: 10_000, depth: 2, ...options });
    const found = await rows(
      `SELECT time_of_day_ns, symbol, sequence, changes, bid_levels, bid_1, bid_size_1, bid_2, ask_1 FROM 'books.parquet'`,
    );
    return found.map((row) => Object.values(row));
  };

  test('stand at the end of an interval as the messages up to then leave them; without a change there is no row', async () => {
    expect(await at({})).toEqual([
      [10_000n, 'TEST', 4n, 2n, 1, '10.0000', 100n, null, '10.0100'],
      [20_000n, 'TEST', 6n, 1n, 2, '10.0050', 10n, '10.0000', '10.0100'],
      [20_000n, 'OTHER', 5n, 1n, 1, '5.0000', 5n, null, null],
      [60_000n, 'TEST', 8n, 2n, 1, '10.0000', 99n, null, '10.0100'],
    ]);
  });

  test('begin with what stood at --from, and end with --to', async () => {
    expect(await at({ window: { fromNs: 25_000, toNs: 56_000 } })).toEqual([
      [25_000n, 'TEST', null, 0n, 2, '10.0050', 10n, '10.0000', '10.0100'],
      [25_000n, 'OTHER', null, 0n, 1, '5.0000', 5n, null, null],
      [56_000n, 'TEST', 7n, 1n, 1, '10.0000', 100n, null, '10.0100'],
    ]);
  });

  test('are of the symbols that were asked for', async () => {
    expect(await at({ symbols: ['OTHER'] })).toEqual([[20_000n, 'OTHER', 5n, 1n, 1, '5.0000', 5n, null, null]]);
  });
});
