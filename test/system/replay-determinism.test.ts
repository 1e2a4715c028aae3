/** The same messages give the same orders: whatever the file's form, at any speed, every time. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { capture, capturesReason } from '../support/captures.ts';
import { pcapngOf } from '../support/pcapng.ts';
import { orderRows } from '../support/system/order-rows.ts';
import { runToEnd } from '../support/system/running.ts';
import { compressedForms, vlanTagged } from '../support/system/variants.ts';
import { openWorkshop } from '../support/system/workshop.ts';

const shop = openWorkshop();

interface Replayed {
  orderLogHash: string;
  sent: number;
  messages: number;
}

async function replayed(file: string, speed: string, more: readonly string[] = []): Promise<Replayed> {
  const { status, stdout, stderr } = await runToEnd(['replay', file, '--speed', speed, '--json', ...more]);
  expect(status, stderr).toBe(0);
  const { orderLogHash, orders, recording } = JSON.parse(stdout);
  expect(recording).toMatchObject({ gaps: 0, malformed: 0, duplicates: 0, truncated: false });
  expect(orders.sent).toBe(orders.acknowledged + orders.rejected);
  return { orderLogHash, sent: orders.sent, messages: recording.messages };
}

/**
 * Every form flat out; the first of them again behind the rehearsals, which must leave no trace; two of them paced by the
 * clock as well, twice, with another idle strategy. Those mostly wait, and do so all at once beside the others.
 */
async function allAlike(files: readonly string[], paced: readonly string[], messages: number): Promise<void> {
  const once = (file: string) => replayed(file, '1000', ['--idle', 'backoff', '--warm-up', '0']);
  const slow = Promise.all(paced.flatMap((file) => [once(file), once(file)]));
  const results: Replayed[] = [];
  results.push(await replayed(files[0] as string, 'max'));
  for (const file of files) results.push(await replayed(file, 'max', ['--warm-up', '0']));
  results.push(...(await slow));
  const first = results[0] as Replayed;
  expect(first.messages).toBe(messages);
  expect(first.sent).toBeGreaterThan(20);
  expect(first.orderLogHash).toMatch(/^[0-9a-f]{64}$/);
  for (const result of results) expect(result).toEqual(first);
}

test('a generated recording: pcap, BinaryFILE, gzip and zstd of each, pcapng, in a VLAN', {
  timeout: 600_000,
}, async () => {
  const files: string[] = [];
  for (const ending of ['pcap', 'itch']) {
    const file = shop.path(`generated.${ending}`);
    const args = ['--messages', '15000', '--symbols', 'AAPL,MSFT,NVDA', '--seed', '11', '--rate', '50'];
    expect((await runToEnd(['generate', file, ...args])).status).toBe(0);
    files.push(...compressedForms(file, shop.folder, `generated.${ending}`));
  }
  files.push(shop.write('generated.pcapng', pcapngOf(readFileSync(shop.path('generated.pcap')))));
  files.push(shop.write('tagged.pcap', vlanTagged(readFileSync(shop.path('generated.pcap')))));
  await allAlike(files, files.slice(0, 1), 15_000);
});

test.skipIf(capturesReason !== undefined)(
  `a real one: pcap, BinaryFILE, gzip and zstd of each, pcapng${capturesReason === undefined ? '' : ` (skipped: ${capturesReason})`}`,
  { timeout: 600_000 },
  async () => {
    const pcap = compressedForms(capture('itch50/aapl_20200130_moldudp64.pcap'), shop.folder, 'aapl.pcap');
    const itch = compressedForms(capture('itch50/aapl_20200130_locate13_10k.itch'), shop.folder, 'aapl.itch');
    const pcapng = shop.write('aapl.pcapng', pcapngOf(readFileSync(pcap[0] as string)));
    await allAlike([...pcap, ...itch, pcapng], [pcap[0] as string, itch[0] as string], 10_000);
  },
);

test('part of a recording: the same orders at every speed, and none of them outside', async () => {
  const file = shop.path('generated.pcap');
  const rows = async (speed: string) => {
    const folder = shop.path(`part-${speed}`);
    const window = ['--from', '09:30:02', '--to', '09:30:04.5', '--idle', 'backoff', '--warm-up', '0'];
    expect((await runToEnd(['replay', file, '--speed', speed, ...window, '--out', folder])).status).toBe(0);
    return orderRows(folder);
  };
  const [flatOut, paced] = await Promise.all([rows('max'), rows('10')]);
  expect(paced).toEqual(flatOut);
  expect(flatOut.length).toBeGreaterThan(5);
  const times = flatOut.map(({ timeNs }) => timeNs / 1e9 - 34_200);
  expect(Math.min(...times)).toBeGreaterThanOrEqual(2);
  // What is open at its end is cancelled behind it.
  expect(Math.max(...flatOut.filter(({ kind }) => kind === 1).map(({ timeNs }) => timeNs / 1e9 - 34_200))).toBeLessThan(
    4.5,
  );
});

test('the hash is of the orders: another quantity is another hash, the same orders in another run are not', async () => {
  const file = shop.path('generated.itch');
  const one = await replayed(file, 'max', ['--out', shop.path('one'), '--warm-up', '0']);
  const same = await replayed(file, 'max', ['--out', shop.path('same'), '--warm-up', '0']);
  const other = await replayed(file, 'max', ['--param', 'quantity=101', '--warm-up', '0']);
  expect(same.orderLogHash).toBe(one.orderLogHash);
  expect(other.orderLogHash).not.toBe(one.orderLogHash);
  expect(orderRows(shop.path('same'))).toEqual(orderRows(shop.path('one')));
  expect(orderRows(shop.path('one')).length).toBeGreaterThan(2 * one.sent);
});
