/** Several recordings as one: the orders are those of the recording that they were parts of. */
import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { pcapngOf } from '../support/pcapng.ts';
import { runToEnd } from '../support/system/running.ts';
import { partOfBinaryFile, partOfPcap } from '../support/system/variants.ts';
import { openWorkshop } from '../support/system/workshop.ts';

const shop = openWorkshop();
let whole: { hash: string; messages: number };

async function replayed(files: readonly string[], more: readonly string[] = []) {
  const { status, stdout, stderr } = await runToEnd(['replay', ...files, '--warm-up', '0', '--json', ...more]);
  expect(status, stderr).toBe(0);
  const { orderLogHash, orders, recording } = JSON.parse(stdout);
  return { hash: orderLogHash, sent: orders.sent, recording };
}

beforeAll(async () => {
  for (const ending of ['pcap', 'itch']) {
    const args = ['--messages', '15000', '--symbols', 'AAPL,MSFT', '--seed', '7', '--rate', '50'];
    expect((await runToEnd(['generate', shop.path(`whole.${ending}`), ...args])).status).toBe(0);
  }
  const { hash, sent, recording } = await replayed([shop.path('whole.pcap')]);
  expect(sent).toBeGreaterThan(20);
  whole = { hash, messages: recording.messages };
});

const part = (name: string, belongs: (record: number) => boolean): string =>
  shop.write(name, partOfPcap(readFileSync(shop.path('whole.pcap')), belongs));
const itchPart = (name: string, belongs: (message: number) => boolean): string =>
  shop.write(name, partOfBinaryFile(readFileSync(shop.path('whole.itch')), belongs));

async function expectWhole(files: readonly string[], duplicates = 0): Promise<void> {
  const { hash, recording } = await replayed(files);
  expect(recording).toMatchObject({
    messages: whole.messages,
    gaps: 0,
    lostMessages: 0,
    malformed: 0,
    truncated: false,
  });
  expect(recording.duplicates).toBe(duplicates);
  expect(hash).toBe(whole.hash);
}

test('packet by packet in three files, one of them pcapng', async () => {
  const third = (n: number) => part(`third-${n}.pcap`, (record) => record % 3 === n);
  const last = shop.write('third.pcapng', pcapngOf(readFileSync(third(2))));
  await expectWhole([third(1), last, third(0)]);
});

test('one behind the other, given the other way round', async () => {
  const files = [part('late.pcap', (record) => record >= 2_000), part('early.pcap', (record) => record < 2_000)];
  await expectWhole(files);
  await expectWhole([itchPart('late.itch', (n) => n >= 6_000), itchPart('early.itch', (n) => n < 6_000)]);
});

test('recorded twice with losses at each place: what the one has lost the other has', async () => {
  const files = [part('a.pcap', (record) => record % 7 !== 3), part('b.pcap', (record) => record % 11 !== 5)];
  const { hash, recording } = await replayed(files, ['--out', shop.path('run')]);
  // Every 77th packet is in neither.
  expect(recording.gaps).toBeGreaterThan(0);
  expect(recording.merged).toEqual([files[1]]);
  const again = await replayed([files[1] as string, files[0] as string]);
  expect(again.hash).toBe(hash);
  const verified = await runToEnd(['verify', shop.path('run')]);
  expect(verified.status, verified.stdout).toBe(0);
  await expectWhole([files[0] as string, part('rest.pcap', (record) => record % 7 === 3)]);
  const { recording: both } = await replayed([shop.path('whole.pcap'), files[0] as string]);
  expect(both).toMatchObject({ messages: whole.messages, gaps: 0 });
  expect(both.duplicates).toBeGreaterThan(0);
});

test('what cannot be merged is refused', async () => {
  const mixed = await runToEnd(['replay', shop.path('whole.pcap'), shop.path('whole.itch')]);
  expect(mixed).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('keep different times and cannot be merged'),
  });
  const folder = await runToEnd(['replay', shop.path('whole.pcap'), shop.folder]);
  expect(folder).toMatchObject({ status: 2, stderr: expect.stringContaining('a run is replayed alone') });
  const many = await runToEnd(['replay', ...Array.from({ length: 65 }, () => 'x.pcap')]);
  expect(many).toMatchObject({ status: 2, stderr: expect.stringContaining('more than the 64 that can be merged') });
  const missing = await runToEnd(['replay', shop.path('whole.pcap'), shop.path('nothing.pcap')]);
  expect(missing).toMatchObject({ status: 1, stderr: expect.stringContaining('There is no recording at') });
});
