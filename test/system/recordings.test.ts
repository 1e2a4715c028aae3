/** Recordings that are not there, are something else, or break off: one sentence, the same in replay, demo and inspect. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { capture, capturesReason } from '../support/captures.ts';
import { pcap } from '../support/mold-packets.ts';
import { runToEnd, sentence } from '../support/system/running.ts';
import { partOfPcap } from '../support/system/variants.ts';
import { openWorkshop } from '../support/system/workshop.ts';

const shop = openWorkshop();
const noise = Uint8Array.from({ length: 5_000 }, (_, i) => (i * 2_654_435_761) >>> 13);

beforeAll(async () => {
  shop.write('noise.pcap', noise);
  shop.write('empty.pcap', '');
  shop.write('diary.txt', 'Dear diary, today the market opened.');
  shop.write('radio.pcap', pcap([], { linkType: 127 }));
  for (const name of ['whole.pcap', 'whole.itch', 'whole.pcap.gz', 'whole.pcap.zst']) {
    const flow = ['--messages', '20000', '--symbols', 'AAPL,MSFT', '--seed', '4'];
    expect((await runToEnd(['generate', shop.path(name), ...flow])).status).toBe(0);
    const bytes = readFileSync(shop.path(name));
    const middle = Math.floor(bytes.length * 0.6) + 7;
    shop.write(name.replace('whole', 'cut'), bytes.subarray(0, middle));
    shop.write(name.replace('whole', 'corrupt'), bytes.fill(0xff, middle, middle + 200));
  }
});

const HOW = ['--speed', 'max', '--warm-up', '0', '--json'];
const argsOf = (command: string, file: string): string[] => {
  if (command === 'inspect') return ['inspect', file, '--json'];
  return command === 'demo' ? ['demo', '--recording', file, ...HOW] : ['replay', file, ...HOW];
};

describe.each(['replay', 'demo', 'inspect'])('%s', (command) => {
  const refused = async (file: string, expected: RegExp): Promise<void> => {
    const { status, stdout, stderr, leftBehind } = await runToEnd(argsOf(command, file));
    expect(sentence(stderr)).toMatch(expected);
    expect(sentence(stderr)).toContain(file);
    expect(stderr).not.toMatch(/^\s+at /m);
    if (command !== 'inspect') expect(JSON.parse(stdout).error.code).toMatch(/^ERR_RECORDING_/);
    expect(status).toBe(1);
    expect(leftBehind).toEqual([]);
  };

  test.each([
    ['missing', 'nowhere.pcap', /There is no recording at .*: check the path/],
    ['empty', 'empty.pcap', /is empty: record or download it again/],
    ['noise', 'noise.pcap', /is neither a pcap or pcapng file nor a BinaryFILE/],
    ['text', 'diary.txt', /is neither a pcap or pcapng file nor a BinaryFILE/],
    ['of radio', 'radio.pcap', /was captured with link type 127, .*: capture on a network interface/],
    ['corrupt gzip', 'corrupt.pcap.gz', /is damaged or cut short inside its gzip compression .*: download it again/],
    ['corrupt zstd', 'corrupt.pcap.zst', /is damaged or cut short inside its zstd compression .*: download it again/],
    ['cut gzip', 'cut.pcap.gz', /is damaged or cut short inside its gzip compression .*: download it again/],
    ['cut zstd', 'cut.pcap.zst', /is damaged or cut short inside its zstd compression .*: download it again/],
  ])('%s', (_, name, expected) => refused(shop.path(name), expected));

  // To `replay` a folder is that of a run.
  if (command !== 'replay') test('a folder', () => refused(shop.folder, /is not a file: give the recording itself/));

  // Captures of other protocols and torn ends are what `inspect` is for: captures.test.ts.
  if (command === 'inspect') return;

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
});

test('the summary for people says that a recording breaks off', async () => {
  const { stdout } = await runToEnd(['replay', shop.path('cut.pcap'), '--warm-up', '0']);
  expect(stdout).toContain('Lost: what followed where the file breaks off.');
});

describe('a capture of two groups', () => {
  const FRAME = 16;
  const GROUP = FRAME + 14 + 16;
  beforeAll(() => {
    const pcap = readFileSync(shop.path('whole.pcap'));
    const other = partOfPcap(pcap, (record) => record % 10 === 0).subarray(24);
    for (let at = 0; at < other.length; at += FRAME + other.readUInt32LE(at + 8)) other.set([239, 1, 2, 3], at + GROUP);
    shop.write('two.pcap', Buffer.concat([pcap, other]));
  });
  const two = () => shop.path('two.pcap');

  test('what is not chosen is listed, in the document and for people', async () => {
    const { status, stdout } = await runToEnd(argsOf('replay', two()));
    expect(status).toBe(0);
    const { recording } = JSON.parse(stdout);
    expect(recording.otherGroups).toEqual([{ group: '239.1.2.3:26477', packets: recording.filtered }]);
    expect(recording.filtered).toBeGreaterThan(100);
    const text = await runToEnd(['replay', two(), '--warm-up', '0', '--feed', 'itch50@239.1.2.3:26477']);
    expect(text.stdout).toMatch(/Passed over: 239\.54\.12\.111:26477 \([\d,]+ packets\)\./);
  });

  test.each(['replay', 'inspect'])(
    '%s: a group that is not there is refused, and those that are there are named',
    async (command) => {
      const { status, stderr } = await runToEnd([...argsOf(command, two()), '--feed', 'itch50@239.9.9.9:1']);
      expect(status).toBe(1);
      expect(sentence(stderr)).toMatch(
        /holds no TotalView-ITCH 5\.0 over MoldUDP64 on 239\.9\.9\.9:1: it has packets to 239\.54\.12\.111:26477 \(\d+ packets\), 239\.1\.2\.3:26477 \(\d+ packets\)\. Name one/,
      );
    },
  );

  test('a protocol that is not known is refused, and those that are known are named', async () => {
    const { status, stderr } = await runToEnd(['replay', two(), '--feed', 'pitch@239.1.2.3:26477']);
    expect(status).toBe(2);
    expect(sentence(stderr)).toContain('--feed takes itch50, not `pitch`.');
  });
});
