/** `hotlap record`: what came is in the files, as it came, and what did not is counted in them. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { DEFAULT_FEED } from '../../../app/config/index.ts';
import { inspect } from '../../../app/inspect.ts';
import type { RecordOptions } from '../../../app/options.ts';
import { type Recorded, record } from '../../../app/record.ts';
import { native } from '../../../native/index.ts';
import { recordSummary } from '../../../report/record-summary.ts';
import { plain, type ReadSection, readPcapng } from '../../support/read-pcapng.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { openWorkshop } from '../../support/system/workshop.ts';

const shop = openWorkshop();
const LOOPBACK = '127.0.0.1';
const FIRST = { group: '239.255.81.11', port: 46_611 };
const SECOND = { group: '239.255.81.12', port: 46_612 };
const nameOf = ({ group, port }: typeof FIRST): string => `${group}:${port}`;

type Settings = Partial<Omit<RecordOptions, 'files'>> & {
  files?: Partial<RecordOptions['files']>;
  groups?: (typeof FIRST)[];
  receiveBufferBytes?: number;
};

function options(path: string, { files, groups = [FIRST], receiveBufferBytes, ...more }: Settings = {}): RecordOptions {
  const rotation = { force: false, rotateBytes: null, rotateSeconds: null, keep: null };
  return {
    feeds: groups.map((group) => ({
      ...DEFAULT_FEED,
      ...group,
      receiveBufferBytes: receiveBufferBytes ?? DEFAULT_FEED.receiveBufferBytes,
    })),
    files: { path, ...rotation, ...files },
    ringBytes: 8 << 20,
    idle: 'backoff',
    seconds: 30,
    maxPackets: null,
    ...more,
  };
}

const BYTES = new Uint8Array(65_536);
function sender(to = FIRST): (payload: Uint8Array) => void {
  const sending = new (native().PacketSender)({ ...to, interface: LOOPBACK, bytes: BYTES });
  return (payload) => {
    BYTES.set(payload);
    expect(sending.send(0, payload.length)).toBe(0);
  };
}

const random = seededRandom(81);
const payload = (most = 1_472): Buffer => Buffer.from(Array.from({ length: 1 + random(most) }, () => random(256)));

/** @param send once everything is open: whatever it does not wait for is sent before anything is written */
async function recorded(
  given: RecordOptions,
  send: () => Promise<void> | void,
): Promise<Recorded & { warned: string[] }> {
  const warned: string[] = [];
  const stop = new AbortController();
  let sending: Promise<void> | undefined;
  const onLog: RecordOptions['onLog'] = (level, text) => {
    if (level === 'warn') warned.push(text);
    // Behind the call that says so: it is then on its way into the loop.
    if (text.startsWith('Recording') && sending === undefined) {
      sending = Promise.resolve()
        .then(send)
        .then(() => new Promise((resolve) => setTimeout(resolve, 100)))
        .then(() => stop.abort());
    }
  };
  const result = await record({ ...given, onLog, signal: stop.signal });
  await sending;
  return { ...result, warned };
}

const sections = (...files: string[]): ReadSection[] => files.flatMap((file) => readPcapng(plain(file)));
const payloadsTo = (read: readonly ReadSection[], to: string): Buffer[] =>
  read.flatMap(({ packets }) => packets.filter((each) => each.to === to).map((each) => each.payload));

describe('two groups, every size', () => {
  const sent = [FIRST, SECOND].map(() => Array.from({ length: 400 }, () => payload()));
  sent[0]?.push(Buffer.alloc(8_972, 7), Buffer.alloc(0));

  test.each(['two.pcapng', 'two.pcapng.gz', 'two.pcapng.zst'])('%s', async (name) => {
    const file = shop.path(name);
    const send = [FIRST, SECOND].map(sender);
    const before = BigInt(Date.now()) * 1_000_000n;
    const { result, failure, warned } = await recorded(options(file, { groups: [FIRST, SECOND] }), () => {
      for (let n = 0; n < 402; ++n) {
        for (const [which, to] of send.entries()) {
          const next = sent[which]?.[n];
          if (next !== undefined) to(next);
        }
      }
    });
    expect(failure).toBeNull();
    expect(warned).toEqual([]);
    expect(result).toMatchObject({
      files: [{ file, packets: 802, lost: 0, bytes: statSync(file).size }],
      packets: 802,
      lost: { packets: 0, transport: 0, ring: 0, unwritten: 0 },
      inputs: [
        { frames: 'rebuilt', groups: [{ group: nameOf(FIRST), packets: 402, lost: 0 }] },
        { frames: 'rebuilt', groups: [{ group: nameOf(SECOND), packets: 400, lost: 0 }] },
      ],
      ended: 'signal',
    });
    const [section, ...others] = sections(file) as [ReadSection];
    expect(others).toEqual([]);
    expect(payloadsTo([section], nameOf(FIRST))).toEqual(sent[0]);
    expect(payloadsTo([section], nameOf(SECOND))).toEqual(sent[1]);
    expect(section.statistics).toEqual([
      { received: 402, dropped: 0, delivered: 402, comment: '' },
      { received: 400, dropped: 0, delivered: 400, comment: '' },
    ]);
    expect(section.interfaces[1]?.description).toMatch(
      /239\.255\.81\.12:46612 by kernel; times of the kernel.*rebuilt/,
    );
    const times = section.packets.filter((each) => each.interface === 0).map((each) => each.timeNs);
    expect(times.every((time, n) => n === 0 || time >= (times[n - 1] as bigint))).toBe(true);
    expect(times[0]).toBeGreaterThanOrEqual(before);
    expect(times.at(-1)).toBeLessThan(BigInt(Date.now() + 1) * 1_000_000n);
    expect(await inspect({ file, depth: 0, messages: null, source: null })).toMatchObject({
      packets: 802,
      truncated: false,
      protocol: null,
    });
  });

  test('Wireshark reads it, and finds every checksum right', () => {
    const file = shop.path('two.pcapng');
    expect(execFileSync('capinfos', ['-Mc', file], { encoding: 'utf8' })).toMatch(/Number of packets: +802/);
    const fields = ['ip.dst', 'eth.dst', 'ip.src', 'ip.ttl', 'udp.checksum.status', 'ip.checksum.status'];
    const checks = ['-o', 'udp.check_checksum:TRUE', '-o', 'ip.check_checksum:TRUE'];
    const lines = execFileSync(
      'tshark',
      ['-r', file, ...checks, '-T', 'fields', ...fields.flatMap((field) => ['-e', field])],
      { encoding: 'utf8' },
    ).trim();
    const kinds = [...new Set(lines.split('\n'))].sort();
    expect(kinds).toEqual([
      '239.255.81.11\t01:00:5e:7f:51:0b\t127.0.0.1\t1\t1\t1',
      '239.255.81.12\t01:00:5e:7f:51:0c\t127.0.0.1\t1\t1\t1',
    ]);
  });
});

describe('rotation', () => {
  test('by size: every file is whole, together they are the recording, and --keep keeps the last', async () => {
    const file = shop.path('size.pcapng');
    const send = sender();
    const sent = Array.from({ length: 400 }, () => payload());
    const slowly = async (): Promise<void> => {
      for (const [n, each] of sent.entries()) {
        send(each);
        if (n % 40 === 39) await new Promise((resolve) => setTimeout(resolve, 25));
      }
    };
    const { result } = await recorded(options(file, { files: { rotateBytes: 65_536 } }), slowly);
    const names = result.files.map((each) => each.file);
    expect(names.length).toBeGreaterThan(2);
    expect(names[0]).toBe(shop.path('size-00001.pcapng'));
    for (const { file: each, packets, bytes } of result.files) {
      const [section] = readPcapng(plain(each)) as [ReadSection];
      expect(section.packets.length).toBe(packets);
      expect(section.statistics).toMatchObject([{ delivered: packets }]);
      expect(statSync(each).size).toBe(bytes);
    }
    expect(payloadsTo(sections(...names), nameOf(FIRST))).toEqual(sent);
    // A file of several sections is a pcapng file.
    const whole = shop.write('whole.pcapng', Buffer.concat(names.map(plain)));
    const read = await inspect({ file: whole, depth: 0, messages: null, source: null });
    expect(read).toMatchObject({ packets: 400, truncated: false });

    const blocked = record(options(file, { files: { rotateBytes: 65_536 } }));
    await expect(blocked).rejects.toMatchObject({ code: 'ERR_RECORD_EXISTS' });
    const rotation = { rotateBytes: 65_536, keep: 2, force: true };
    const again = (await recorded(options(file, { files: rotation }), slowly)).result;
    expect(again.packets).toBe(400);
    expect(again.files.length).toBe(2);
    expect(again.removedFiles).toBeGreaterThan(0);
    const left = readdirSync(shop.folder).filter((each) => each.startsWith('size-'));
    expect(left.sort().map(shop.path)).toEqual(again.files.map((each) => each.file));
    expect(payloadsTo(sections(...again.files.map((each) => each.file)), nameOf(FIRST))).toEqual(
      sent.slice(400 - again.files.reduce((sum, each) => sum + each.packets, 0)),
    );
  });

  test('by time: a file ends with its period, to the packet', async () => {
    const send = sender();
    const sent = Array.from({ length: 60 }, () => payload(100));
    const { result } = await recorded(
      options(shop.path('t.pcapng.zst'), { files: { rotateSeconds: 0.3 } }),
      async () => {
        for (const each of sent) {
          send(each);
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      },
    );
    const read = sections(...result.files.map(({ file }) => file));
    expect(payloadsTo(read, nameOf(FIRST))).toEqual(sent);
    const periods = read.map(({ packets }) => [...new Set(packets.map(({ timeNs }) => timeNs / 300_000_000n))]);
    for (const each of periods) expect(each.length).toBeLessThanOrEqual(1);
    expect(new Set(periods.flat()).size).toBe(periods.flat().length);
    expect(periods.flat().length).toBeGreaterThan(2);
  });
});

describe('what is lost is told', () => {
  test('a ring that is too small for what waits: in the blocks, in the statistics, in the result, as a warning', async () => {
    const file = shop.path('crowded.pcapng');
    const send = sender();
    // Sent before this thread writes anything: as if the disk stood still.
    const { result, warned } = await recorded(options(file, { ringBytes: 256 << 10 }), async () => {
      for (let n = 0; n < 2_000; ++n) {
        send(Buffer.alloc(1_000, n));
        if (n % 50 === 49) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
      }
      await new Promise((resolve) => setTimeout(resolve, 30));
      send(Buffer.from('behind the gap'));
    });
    const [section] = sections(file) as [ReadSection];
    const { lost } = result;
    expect(lost.ring).toBeGreaterThan(1_000);
    expect(lost).toEqual({ packets: lost.ring, transport: 0, ring: lost.ring, unwritten: 0 });
    expect(result.packets + lost.packets).toBe(2_001);
    expect(section.statistics).toMatchObject([{ received: 2_001, dropped: lost.ring, delivered: result.packets }]);
    expect(section.statistics[0]?.comment).toContain(`${lost.ring} because the disk was too slow (239.255.81.11:46611`);
    expect(section.packets.at(-1)).toMatchObject({ lost: lost.ring, payload: Buffer.from('behind the gap') });
    expect(recordSummary(result)).toMatch(
      /Lost +[\d,]+ packets of 239\.255\.81\.11:46611 because the disk was too slow\./,
    );
    expect(warned.join('\n')).toMatch(/packets of 239\.255\.81\.11:46611 lost: the disk is too slow/);
  });

  test("a socket's buffer that is too small, with nothing behind the loss", async () => {
    const file = shop.path('dropped.pcapng');
    const send = sender();
    const given = { receiveBufferBytes: 4_096, idle: 'backoff' } as const;
    const { result, warned } = await recorded(options(file, given), async () => {
      // The thread naps by now.
      await new Promise((resolve) => setTimeout(resolve, 100));
      for (let n = 0; n < 500; ++n) send(Buffer.alloc(1_400, n));
    });
    const [section] = sections(file) as [ReadSection];
    expect(result.lost.transport).toBeGreaterThan(0);
    expect(result.packets + result.lost.transport).toBe(500);
    expect(section.statistics).toMatchObject([{ received: 500, dropped: result.lost.transport }]);
    expect(result.files).toMatchObject([{ lost: result.lost.transport }]);
    expect(warned.join('\n')).toMatch(/lost: the socket's receive buffer was full/);
  });
});

describe('files', () => {
  const mounts: string[] = [];
  afterAll(() => {
    for (const path of mounts) spawnSync('umount', ['-l', path]);
  });

  test.each(['', '.zst'])(
    'a disk that fills up: what was recorded before stays, closed and whole (%s)',
    async (ending) => {
      const disk = shop.path(`disk${ending}`);
      mkdirSync(disk);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=800k', 'tmpfs', disk]);
      mounts.push(disk);
      const file = join(disk, `full.pcapng${ending}`);
      const send = sender();
      const sent: Buffer[] = [];
      const { result, failure } = await recorded(options(file), async () => {
        // Until there is no more room, and beyond.
        for (let n = 0; n < 1_500; ++n) {
          sent.push(payload());
          send(sent.at(-1) as Buffer);
          if (n % 40 === 39) await new Promise((resolve) => setTimeout(resolve, 15));
        }
      });
      expect(failure).toMatchObject({ code: 'ERR_RECORD_WRITE', message: expect.stringMatching(/the disk is full/) });
      expect(recordSummary(result)).toMatch(/Lost +[\d,]+ packets that the disk did not take\./);
      expect(result).toMatchObject({ ended: 'failure', files: [{ file, packets: result.packets }] });
      expect(result.lost.unwritten).toBeGreaterThan(0);
      const [section] = sections(file) as [ReadSection];
      expect(section.packets.map((each) => each.payload)).toEqual(sent.slice(0, result.packets));
      expect(section.statistics).toMatchObject([{ delivered: result.packets }]);
      expect(result.packets).toBeGreaterThan(100);
    },
  );

  test('as many packets as were asked for, and not one more', async () => {
    const send = sender();
    const file = shop.path('most.pcapng');
    const { result } = await recorded(options(file, { maxPackets: 70 }), () => {
      for (let n = 0; n < 100; ++n) send(payload());
    });
    expect(result).toMatchObject({ packets: 70, ended: 'packets', lost: { packets: 0 } });
    expect(sections(file)[0]?.packets.length).toBe(70);
  });

  test('a datagram that is longer than any frame is not recorded, but counted', async () => {
    const send = sender();
    const file = shop.path('long.pcapng');
    const { result } = await recorded(options(file), () => {
      for (const size of [9_000, 20_000, 9_216, 9_217]) send(Buffer.alloc(size, size));
    });
    expect(result).toMatchObject({ packets: 2, inputs: [{ skipped: { oversized: 2, fragments: 0 } }] });
    expect(sections(file)[0]?.packets.map((each) => each.payload.length)).toEqual([9_000, 9_216]);
    expect(recordSummary(result)).toMatch(/Skipped +of 239\.255\.81\.11:46611: 2 longer than a datagram may be\./);
  });

  test('nothing is overwritten unasked, and what cannot be written is told before anything is received', async () => {
    const file = shop.path('there.pcapng');
    writeFileSync(file, 'mine');
    await expect(record(options(file))).rejects.toMatchObject({ code: 'ERR_RECORD_EXISTS' });
    const taken = await record(options(file, { files: { force: true }, seconds: 0.01 }));
    expect(taken.result).toMatchObject({ packets: 0, ended: 'seconds', files: [{ file, packets: 0 }] });
    expect(sections(file)).toMatchObject([{ packets: [], statistics: [{ received: 0 }] }]);
    const nowhere = join(dirname(file), 'no', 'x.pcapng');
    await expect(record(options(nowhere))).rejects.toMatchObject({ code: 'ERR_RECORD_WRITE' });
    await expect(record(options(shop.folder, { files: { force: true } }))).rejects.toMatchObject({
      code: 'ERR_RECORD_WRITE',
    });
    expect(existsSync(nowhere)).toBe(false);
  });
});
