/** `hotlap inspect` opens captures of whatever protocol, and tells of each what independent decoders made of it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { capture, captureJson, capturesReason } from '../support/captures.ts';
import { hotlap } from '../support/hotlap.ts';

const FOREIGN = [
  ['iex/deep10_20260713_150k.pcap.zst', 'pcap', 'zstd'],
  ['iex/tops16_20180127.pcapng.gz', 'pcapng', 'gzip'],
  ['cme/mdp3_schema6_ch340_AB_20161112.pcapng', 'pcapng', 'none'],
  ['cme/mdp3_schema9_multich_AB_20180912.pcap', 'pcap', 'none'],
  ['pitch/cfe_pitch_1.1.6_20190501.pcap', 'pcap', 'none'],
] as const;

const folder = mkdtempSync(join(tmpdir(), 'hotlap-captures-'));
afterAll(() => rmSync(folder, { recursive: true }));

const inspect = async (file: string, ...flags: string[]) => {
  const { status, stdout, stderr } = await hotlap(['inspect', file, '--json', ...flags]);
  return { status, stderr, result: stdout === '' ? undefined : JSON.parse(stdout) };
};

describe.skipIf(capturesReason)(`captures${capturesReason ? ` (${capturesReason})` : ''}`, () => {
  test.each(FOREIGN)('%s', async (file, format, compression) => {
    const oracle = captureJson(`${file}.oracle.json`);
    const groups = Object.entries(oracle.multicast_groups as Record<string, number>);
    const { status, stderr, result } = await inspect(capture(file));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(result).toMatchObject({
      ...{ format, compression, protocol: null, truncated: false, messages: 0, feedPackets: 0, group: '' },
      packets: typeof oracle.frames === 'number' ? oracle.frames : oracle.frames.frames,
      snapped: oracle.snapped ?? 0,
      firstPacketTime: oracle.first_packet,
      lastPacketTime: oracle.last_packet,
    });
    const found = result.groups.map(({ group, packets }: { group: string; packets: number }) => [group, packets]);
    expect(Object.fromEntries(found)).toMatchObject(Object.fromEntries(groups));
    expect(result.otherGroups).toEqual(result.groups);
  });

  test('cut in its last record, everything before it is used, and the cut is told', async () => {
    const whole = gunzipSync(readFileSync(capture('iex/tops16_20180127.pcapng.gz')));
    const file = join(folder, 'cut.pcapng');
    // Its last block is that of a packet.
    writeFileSync(file, whole.subarray(0, -5));
    const { status, result } = await inspect(file);
    expect({ status, result }).toMatchObject({ status: 0, result: { packets: 57_718, truncated: true } });
  });

  test('a feed that is asked for and is not there is refused by name', async () => {
    const file = capture('cme/mdp3_schema9_multich_AB_20180912.pcap');
    const { status, stderr } = await inspect(file, '--feed', 'itch50@224.0.28.5:14314');
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /holds no TotalView-ITCH 5\.0 over MoldUDP64 on 224\.0\.28\.5:14314: it has packets to 224\.0\.28\.5:14314 \(\d+ packets\), /,
    );
  });

  test('for people: what it is, where its packets went, and no empty books', async () => {
    const { stdout } = await hotlap(['inspect', capture('pitch/cfe_pitch_1.1.6_20190501.pcap')]);
    expect(stdout).toContain('12,015 packets, captured 2019-05-01T21:44:53.561317000Z to');
    expect(stdout).toContain('none that hotlap decodes');
    expect(stdout).toContain('233.130.124.132:30001 (11,915 packets)');
    expect(stdout).not.toContain('Books');
  });
});
