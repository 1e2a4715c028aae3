/** `hotlap convert`: one recording in every form gives one order log, and what was chosen is all that is left. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { capture, capturesReason } from '../support/captures.ts';
import { type Ended, runToEnd } from '../support/system/running.ts';
import { openWorkshop } from '../support/system/workshop.ts';

const shop = openWorkshop();
const MESSAGES = 12_000;
const DATE = ['--date', '2026-01-05'];

beforeAll(async () => {
  for (const ending of ['pcap', 'itch']) {
    const args = ['--messages', `${MESSAGES}`, '--symbols', 'AAPL,MSFT', '--seed', '7', '--rate', '50'];
    expect((await runToEnd(['generate', shop.path(`day.${ending}`), ...args])).status).toBe(0);
  }
});

const run = (input: string, output: string, ...more: string[]): Promise<Ended> =>
  runToEnd(['convert', shop.path(input), shop.path(output), ...more]);

async function converted(input: string, output: string, ...more: string[]) {
  const { status, stdout, stderr } = await run(input, output, '--json', ...more);
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

async function orderLogOf(file: string): Promise<string> {
  const { status, stdout, stderr } = await runToEnd(['replay', shop.path(file), '--warm-up', '0', '--json']);
  expect(status, stderr).toBe(0);
  const { orderLogHash, orders, recording } = JSON.parse(stdout);
  expect(recording).toMatchObject({ gaps: 0, malformed: 0, duplicates: 0, truncated: false });
  expect(orders.sent).toBeGreaterThan(20);
  return orderLogHash;
}

const bytes = (name: string): Buffer => readFileSync(shop.path(name));
/** Behind the file header, whose snap length is the writer's. */
const records = (name: string): Buffer => bytes(name).subarray(24);

test('there and back again nothing has changed, by whatever form', async () => {
  expect(await converted('day.pcap', 'day.pcapng.zst')).toMatchObject({
    format: 'pcapng',
    compress: 'zstd',
    messages: null,
  });
  await converted('day.pcapng.zst', 'back.pcap');
  expect(records('back.pcap').equals(records('day.pcap'))).toBe(true);
  expect(await converted('day.pcapng.zst', 'back.itch.gz')).toMatchObject({
    messages: { read: MESSAGES, written: MESSAGES, group: '239.54.12.111:26477' },
    lost: 0,
  });
  await converted('back.itch.gz', 'back.itch');
  expect(bytes('back.itch').equals(bytes('day.itch'))).toBe(true);
  await converted('day.itch', 'framed.pcapng', ...DATE);
  await converted('framed.pcapng', 'unframed.itch');
  expect(bytes('unframed.itch').equals(bytes('day.itch'))).toBe(true);
});

test('every form of it gives the same order log', async () => {
  await converted('day.pcap', 'us.pcap.gz', '--format', 'pcap-us');
  const expected = await orderLogOf('day.pcap');
  for (const file of ['day.pcapng.zst', 'back.itch.gz', 'framed.pcapng', 'us.pcap.gz'])
    expect(await orderLogOf(file), file).toBe(expected);
});

test('tshark reads what was written: times, frames, checksums', async () => {
  await converted('day.pcap', 'plain.pcapng');
  const tshark = (file: string, ...more: string[]): string => {
    const { status, stdout, stderr } = spawnSync('tshark', ['-r', shop.path(file), ...more], {
      encoding: 'utf8',
      maxBuffer: 64 << 20,
    });
    expect(status, stderr).toBe(0);
    return stdout;
  };
  const fields = ['-T', 'fields', '-e', 'frame.time_epoch', '-e', 'ip.dst', '-e', 'udp.dstport', '-e', 'data'];
  expect(tshark('plain.pcapng', ...fields)).toBe(tshark('day.pcap', ...fields));
  const checks = ['-o', 'ip.check_checksum:TRUE', '-o', 'udp.check_checksum:TRUE'];
  expect(tshark('framed.pcapng', ...checks, '-Y', 'ip.checksum.status != 1 or udp.checksum.status != 1')).toBe('');
  // The first message of 5 January 2026 in New York.
  expect(tshark('framed.pcapng', '-c', '1', '-T', 'fields', '-e', 'frame.time_epoch')).toMatch(/^17676\d{5}\./);
});

test('a part by time: frames as they were', async () => {
  const { frames, skipped } = await converted('day.pcap', 'part.pcap', '--from', '09:31:00', '--to', '09:32:00');
  expect(frames.read).toBe(frames.written + skipped.outsideTime);
  expect(frames.written).toBeGreaterThan(100);
  expect(records('day.pcap').includes(records('part.pcap'))).toBe(true);
  const { stdout } = await runToEnd(['inspect', shop.path('part.pcap'), '--json']);
  const { firstTimeNs, lastTimeNs } = JSON.parse(stdout);
  expect(Number(firstTimeNs)).toBeGreaterThanOrEqual((9 * 60 + 31) * 60e9 - 1e6);
  expect(Number(lastTimeNs)).toBeLessThanOrEqual((9 * 60 + 32) * 60e9);
  const ofMessages = await converted('day.itch', 'part.itch', '--from', '09:31:00', '--to', '09:32:00');
  expect(ofMessages.messages.written).toBeGreaterThan(100);
  expect(bytes('day.itch').includes(bytes('part.itch').subarray(0, -2))).toBe(true);
});

test('a symbol alone: its messages without a gap, in packets and without', async () => {
  const packets = await converted('day.pcap', 'aapl.pcap', '--symbol', 'AAPL');
  expect(packets.messages.written).toBe(packets.messages.read - packets.skipped.otherSymbols);
  await converted('day.itch', 'aapl.itch', '--symbol', 'AAPL');
  const { stdout } = await runToEnd(['inspect', shop.path('aapl.pcap'), '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ gaps: 0, unknownOrders: 0, messages: packets.messages.written });
  expect(await orderLogOf('aapl.pcap')).toBe(await orderLogOf('aapl.itch'));
  const none = await run('day.pcap', 'none.pcap', '--symbol', 'ZZZ');
  expect(none).toMatchObject({ status: 1, stderr: expect.stringContaining('has nothing of what was chosen') });
  expect(await converted('day.pcap', 'some.pcap', '--symbol', 'MSFT,ZZZ')).toMatchObject({ missingSymbols: ['ZZZ'] });
});

test('nothing is overwritten, and nothing half-written stays', async () => {
  const before = bytes('back.pcap');
  const refused = await run('day.pcap', 'back.pcap');
  expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('is there already') });
  expect(bytes('back.pcap').equals(before)).toBe(true);
  await converted('day.pcap', 'back.pcap', '--force', '--symbol', 'AAPL');
  expect(bytes('back.pcap').equals(bytes('aapl.pcap'))).toBe(true);
  const nowhere = await run('day.pcap', 'no/such/folder.pcap');
  expect(nowhere).toMatchObject({ status: 1, stderr: expect.stringContaining('there is no such folder') });
  const full = await runToEnd(['convert', shop.path('day.pcap'), '/dev/full/x.pcap']);
  expect(full.status).toBe(1);
  expect(readdirSync(shop.folder).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test.each([
  ['cut.pcap', (whole: Buffer) => whole.subarray(0, -7), 0, 'what followed where the file breaks off'],
  ['zeros.pcap', (whole: Buffer) => Buffer.concat([whole, Buffer.alloc(64, 0xff)]), 1, 'everything before that is in'],
] as const)(
  '%s: what comes before the damage is converted, and the damage is told',
  async (name, damage, status, said) => {
    writeFileSync(shop.path(name), damage(bytes('day.pcap')));
    const ended = await run(name, `of-${name}ng`);
    expect(ended.status, ended.stderr).toBe(status);
    expect(status === 0 ? ended.stdout : ended.stderr).toContain(said);
    const { stdout } = await runToEnd(['inspect', shop.path(`of-${name}ng`), '--json']);
    expect(JSON.parse(stdout).messages).toBeGreaterThanOrEqual(MESSAGES - 1);
  },
);

test('what cannot be done is refused', async () => {
  const undated = await run('day.itch', 'undated.pcap');
  expect(undated).toMatchObject({ status: 1, stderr: expect.stringContaining('give it with --date') });
  for (const args of [
    ['day.txt'],
    ['day.pcap'],
    ['x.pcap', '--symbol', 'TOOLONGSYM'],
    ['x.pcap', '--from', '10:00:00', '--to', '09:00:00'],
  ])
    expect((await run('day.pcap', args[0] as string, ...args.slice(1))).status, args.join(' ')).toBe(2);
  expect(existsSync(shop.path('undated.pcap'))).toBe(false);
});

test.skipIf(capturesReason !== undefined)(
  `a capture of another protocol: by group and as a whole${capturesReason === undefined ? '' : ` (skipped: ${capturesReason})`}`,
  async () => {
    const input = capture('cme/mdp3_schema9_multich_AB_20180912.pcap');
    const inspected = JSON.parse((await runToEnd(['inspect', input, '--json'])).stdout);
    const output = shop.path('cme.pcapng.zst');
    expect((await runToEnd(['convert', input, output])).status).toBe(0);
    const again = JSON.parse((await runToEnd(['inspect', output, '--json'])).stdout);
    expect(again.packets).toBe(inspected.packets);
    const refused = await runToEnd(['convert', input, shop.path('cme.itch')]);
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('holds no TotalView-ITCH 5.0') });
  },
);
