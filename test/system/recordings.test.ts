/** Recordings that are not there, are something else, or break off: one sentence, the same in replay and demo. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { capture, capturesReason } from '../support/captures.ts';
import { runToEnd, sentence } from '../support/system/running.ts';
import { openWorkshop } from '../support/system/workshop.ts';

const shop = openWorkshop();
const noise = Uint8Array.from({ length: 5_000 }, (_, i) => (i * 2_654_435_761) >>> 13);

beforeAll(async () => {
  shop.write('noise.pcap', noise);
  shop.write('empty.pcap', '');
  for (const name of ['whole.pcap', 'whole.itch', 'whole.pcap.gz', 'whole.pcap.zst']) {
    const flow = ['--messages', '20000', '--symbols', 'AAPL,MSFT', '--seed', '4'];
    expect((await runToEnd(['generate', shop.path(name), ...flow])).status).toBe(0);
    const bytes = readFileSync(shop.path(name));
    shop.write(name.replace('whole', 'cut'), bytes.subarray(0, Math.floor(bytes.length * 0.6) + 7));
  }
});

const HOW = ['--speed', 'max', '--warm-up', '0', '--json'];
const argsOf = (command: string, file: string): string[] =>
  command === 'demo' ? ['demo', '--recording', file, ...HOW] : ['replay', file, ...HOW];

describe.each(['replay', 'demo'])('%s', (command) => {
  const refused = async (file: string, expected: RegExp): Promise<void> => {
    const { status, stdout, stderr, leftBehind } = await runToEnd(argsOf(command, file));
    expect(sentence(stderr)).toMatch(expected);
    expect(sentence(stderr)).toContain(file);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(JSON.parse(stdout).error.code).toMatch(/^ERR_RECORDING_/);
    expect(status).toBe(1);
    expect(leftBehind).toEqual([]);
  };

  test('missing', () => refused('/does/not/exist.pcap', /There is no recording at/));
  test('empty', () => refused(shop.path('empty.pcap'), /is empty/));
  test('noise', () => refused(shop.path('noise.pcap'), /is neither a pcap or pcapng file nor a BinaryFILE/));

  test.skipIf(capturesReason !== undefined)(
    `another exchange's${capturesReason === undefined ? '' : ` (skipped: ${capturesReason})`}`,
    () => refused(capture('cme/mdp3_schema9_multich_AB_20180912.pcap'), /holds no TotalView-ITCH 5\.0 over MoldUDP64/),
  );

  test.each(['cut.pcap', 'cut.itch'])('%s breaks off: told, and everything before it is used', async (name) => {
    const { status, stdout, leftBehind } = await runToEnd(argsOf(command, shop.path(name)));
    const { recording } = JSON.parse(stdout);
    expect(recording).toMatchObject({ truncated: true, gaps: 0 });
    expect(recording.messages).toBeGreaterThan(11_000);
    expect(recording.messages).toBeLessThan(13_000);
    expect(status).toBe(0);
    expect(leftBehind).toEqual([]);
  });

  test.each(['cut.pcap.gz', 'cut.pcap.zst'])('%s breaks off inside its compression', (name) =>
    refused(shop.path(name), /is damaged or cut short inside its (gzip|zstd) compression/),
  );
});

test('the summary for people says that a recording breaks off', async () => {
  const { stdout } = await runToEnd(['replay', shop.path('cut.pcap'), '--warm-up', '0']);
  expect(stdout).toContain('Lost: what followed where the file breaks off.');
});
