/** A feed and its orders on one wire of shared memory: a playback at one end, a receiver and a stream at the other. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { STREAM_RESULT } from '../../../native/index.ts';
import { provideOptional } from '../../../native/optional-addons.ts';
import { missing } from '../../support/missing.ts';
import { parseMold } from '../../support/playback.ts';
import { NearEnd } from '../../support/streams/near-end.ts';
import { Receiving } from '../../support/transport/receiving.ts';
import type { VenueOptions } from './lwip-venue.ts';

const PROGRAM = fileURLToPath(new URL('./lwip-venue.ts', import.meta.url));
const [GROUP, PORT, MESSAGES, EVERY_NS] = ['239.7.7.7', 26_407, 20_000, 50_000];
const VENUE = '10.77.0.1';
const reason = missing({ root: false, addons: ['lwip'] });

describe.skipIf(reason !== undefined)(`a playback with lwip${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const folder = mkdtempSync('/dev/shm/hotlap-test-');
  const wire = { kind: 'shm', file: `${folder}/wire`, ringFrames: 4_096 } as const;
  let venue: ChildProcess;
  let port: number;
  let feed: Receiving;
  beforeAll(async () => {
    provideOptional('lwip');
    feed = new Receiving({ ...wire, group: GROUP, port: PORT });
    const options: VenueOptions = {
      ...{ group: GROUP, port: PORT, transmit: wire, messages: MESSAGES, everyNs: EVERY_NS },
      ...{ tcpHost: VENUE, tcpPort: 0, tcpLwip: { link: wire, address: `${VENUE}/24` } },
    };
    venue = fork(PROGRAM, [JSON.stringify(options)]);
    const failed = once(venue, 'exit').then(([status]) => Promise.reject(new Error(`the venue ended with ${status}`)));
    [{ port }] = (await Promise.race([once(venue, 'message'), failed])) as [{ port: number }];
    failed.catch(() => undefined);
  });
  afterAll(async () => {
    if (venue.exitCode === null && venue.signalCode === null) {
      venue.disconnect();
      await once(venue, 'exit');
    }
    rmSync(folder, { recursive: true });
  });

  test('orders are answered while the feed comes, and of neither anything is lost', async () => {
    const lwip = { link: wire, address: '10.77.0.2/24' };
    const near = new NearEnd({ near: { lwip }, far: { address: VENUE } }, port);
    near.stream.open();
    await near.until(() => {
      feed.poll();
      return near.results.length > 0;
    });
    expect(near.results).toEqual([STREAM_RESULT.opened]);
    expect(near.stream.transport()).toMatchObject({ backend: 'lwip/shm', accelerated: true });
    venue.send('go');

    const numbers: number[] = [];
    const asked: string[] = [];
    const last = () => numbers.at(-1) ?? 0;
    const take = (): void => {
      feed.poll();
      for (const packet of feed.packets.splice(0)) {
        const { sequence, count } = parseMold(packet);
        if (count === 1) numbers.push(sequence);
      }
    };
    await near.until(() => {
      take();
      // One more question for each hundred messages of the feed.
      if (last() >= (asked.length + 1) * 100) {
        const question = `order at ${String(last()).padStart(6)};`;
        if (near.offer(Buffer.from(question)) === question.length) asked.push(question);
      }
      return last() === MESSAGES && near.received().length === asked.join('').length;
    });
    expect(numbers).toEqual(Array.from({ length: MESSAGES }, (_, index) => index + 1));
    expect(asked.length).toBeGreaterThan(100);
    expect(near.received().toString()).toBe(asked.join(''));
    // A busy feed is no reason to repeat a segment, nor a session one to lose a packet.
    expect(feed.counters()).toMatchObject({ dropped: 0, malformed: 0, badChecksums: 0 });

    venue.send('stop');
    near.results.length = 0;
    await near.until(() => {
      take();
      return near.results.length > 0;
    });
    expect(near.results).toEqual([STREAM_RESULT.closed]);
  });
});
