/** However disordered a capture's times are, an index never lets a packet of the part wanted be passed over. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PcapngWalker, PcapWalker, type Place } from '../../app/recording/index/capture-walker.ts';
import { readIndex, startFor, writeIndex } from '../../app/recording/index/index-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'hotlap-index-'));

function pcapOf(times: readonly number[]): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b23c4d, 0);
  header.writeUInt32LE(1, 20);
  const packets = times.map((time, index) => {
    const packet = Buffer.alloc(16 + (index % 5));
    packet.writeUInt32LE(time, 0);
    packet.writeUInt32LE(index, 4);
    packet.writeUInt32LE(index % 5, 8);
    packet.writeUInt32LE(index % 5, 12);
    return packet;
  });
  return Buffer.concat([header, ...packets]);
}

interface Seen {
  place: Place;
  timeNs: bigint;
}

test('each packet is found where it lies, in whatever pieces the bytes come', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(1_000), { maxLength: 60 }),
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 40 }),
      (times, cuts) => {
        const file = pcapOf(times);
        const seen: Seen[] = [];
        const walker = new PcapWalker('x', { packet: (place, timeNs) => seen.push({ place, timeNs }) });
        let at = 0;
        for (let turn = 0; at < file.length; turn += 1) {
          const length = cuts[turn % cuts.length] as number;
          walker.push(file.subarray(at, at + length), { offset: at, skip: 0 });
          at += length;
        }
        expect(seen.map(({ timeNs }) => timeNs)).toEqual(
          times.map((time, index) => BigInt(time) * 1_000_000_000n + BigInt(index)),
        );
        for (const { place, timeNs } of seen)
          expect(BigInt(file.readUInt32LE(place.offset + place.skip)) * 1_000_000_000n <= timeNs).toBe(true);
      },
    ),
  );
});

test('random bytes are refused or passed over, never a fault of ours', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (bytes, isPcap) => {
      const visitor = { packet: () => {} };
      const walker = isPcap ? new PcapWalker('x', visitor) : new PcapngWalker('x', visitor);
      try {
        walker.push(bytes, { offset: 0, skip: 0 });
      } catch (error) {
        expect(error).toMatchObject({ code: 'ERR_RECORDING_DAMAGED' });
      }
    }),
    { numRuns: 2_000 },
  );
});

test('nothing from a time on lies before the place to begin at', async () => {
  const recording = join(folder, 'x.pcap');
  writeFileSync(recording, 'anything');
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(100), { minLength: 1, maxLength: 80 }), fc.nat(100), async (times, from) => {
      let latest = -1;
      const entries = times.flatMap((time, index) => {
        const entry: [number, number, number, string][] = index % 3 === 2 ? [[index, 0, 0, String(latest)]] : [];
        latest = Math.max(latest, time);
        return entry;
      });
      const known = { bytes: 8, sha256: '0'.repeat(64) };
      const index = { packets: times.length, firstNs: '0', lastNs: String(latest), prefixes: [''], entries };
      const start = startFor({ hotlapIndex: 1, recording: known, ...index }, BigInt(from));
      const begun = start?.offset ?? 0;
      expect(times.slice(0, begun).every((time) => time < from)).toBe(true);
    }),
  );
});

test('a changed byte anywhere in an index is seen', async () => {
  const recording = join(folder, 'y.pcap');
  writeFileSync(recording, pcapOf([1, 2, 3]));
  const { fingerprint } = await import('../../app/recording/index/index-file.ts');
  const content = {
    packets: 3,
    firstNs: '1',
    lastNs: '3',
    prefixes: ['AAAA'],
    entries: [[24, 0, 0, '1'] as [number, number, number, string]],
  };
  const file = await writeIndex(recording, { recording: await fingerprint(recording), ...content });
  expect(await readIndex(recording)).toMatchObject({ index: content });
  const { readFileSync } = await import('node:fs');
  const whole = readFileSync(file);
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] as number) ^ change;
      writeFileSync(file, bytes);
      expect(await readIndex(recording)).toHaveProperty('why');
    }),
  );
});
