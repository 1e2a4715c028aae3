/** A stack that listens, and who means it ill: what is asked of it by nobody it knows costs it nothing that lasts. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { enterNamespace } from '../../../app/network/namespace.ts';
import { STREAM_RESULT } from '../../../native/index.ts';
import { FAULTLESS, LossyWire } from '../../support/lossy-wire/lossy-wire.ts';
import { missing } from '../../support/missing.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { FarPeer } from '../../support/streams/far-peer.ts';
import { NearEnd } from '../../support/streams/near-end.ts';
import type { StreamWire } from '../../support/streams/stream-wire.ts';
import { FLAGS, type SegmentFields, tcpFrame } from '../../support/streams/tcp-frames.ts';
import { writeFrames } from '../../support/transport/frame-writer.ts';

const PORT = 46_350;
/** What a process may grow by that answers and forgets. */
const MOST_GROWTH_BYTES = 32 << 20;
/** lwIP forgets who does not answer its SYN,ACK after 20 s. */
const HALF_OPEN_MS = 25_000;

const unavailable = missing({ root: true, addons: ['lwip'] });

/** As the kernel of the calling thread's network knows it, which has spoken with it. */
function macOf(address: string): string {
  const json = execFileSync('ip', ['-j', 'neighbour', 'show', address], { encoding: 'utf8' });
  return (JSON.parse(json) as [{ lladdr: string }])[0].lladdr;
}

function ownMac(interfaceName: string): string {
  const json = execFileSync('ip', ['-j', 'link', 'show', 'dev', interfaceName], { encoding: 'utf8' });
  return (JSON.parse(json) as [{ address: string }])[0].address;
}

const residentBytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;

const random = seededRandom(1);

describe.skipIf(unavailable !== undefined)(
  `an lwIP that listens${unavailable ? ` (skipped: ${unavailable})` : ''}`,
  () => {
    let lossy: LossyWire;
    let peer: FarPeer;
    let near: NearEnd;
    let leave: () => void;
    let common: Pick<SegmentFields, 'to' | 'from' | 'destination'>;
    let echoed = 0;

    const attack = (fields: readonly Omit<SegmentFields, keyof typeof common>[]): void => {
      const frames = fields.map((each) => tcpFrame({ ...common, ...each }));
      expect(writeFrames('interface', lossy.venue.interface, frames)).toBe(frames.length);
    };

    /** A question and its answer over the connection that is there. */
    const answers = async (): Promise<void> => {
      expect(near.offer(Buffer.from('still there?'))).toBe(12);
      echoed += 12;
      await near.until(() => near.received().length === echoed, 10_000);
      expect(near.results).toEqual([STREAM_RESULT.opened]);
    };

    const connects = async (): Promise<void> => {
      expect(await near.opens()).toBe(STREAM_RESULT.opened);
      peer.echo();
      await peer.heard();
      echoed = 0;
      await answers();
    };

    beforeAll(async () => {
      lossy = await LossyWire.open('listening stack', FAULTLESS);
      const { engine, venue, stackAddress } = lossy;
      const [victim = ''] = stackAddress.split('/');
      const wire: StreamWire = {
        near: { addons: [] },
        far: {
          ...('link' in engine && { lwip: { link: engine.link, address: stackAddress } }),
          addons: ['lwip'],
          address: victim,
        },
        enter: () => enterNamespace(venue.namespace.path),
        atFar: (work) => work(),
        silenceFar: () => undefined,
        close: () => undefined,
      };
      peer = new FarPeer(wire, PORT);
      await peer.start();
      leave = wire.enter();
      near = new NearEnd(wire, PORT);
      await connects();
      common = { to: macOf(wire.far.address), from: ownMac(lossy.venue.interface), destination: wire.far.address };
      near.stream.close();
      await peer.released(() => near.stream.poll());
    });
    afterAll(async () => {
      await peer.kill();
      leave();
      await lossy.end();
    });
    let before: number;
    beforeEach(async () => {
      await connects();
      before = residentBytes(peer.pid);
    });
    afterEach(async () => {
      expect(residentBytes(peer.pid) - before).toBeLessThan(MOST_GROWTH_BYTES);
      near.stream.close();
      await peer.released(() => near.stream.poll());
    });

    test('answers while every one of its ports is asked, with all sorts of flags', async () => {
      for (const flags of [
        FLAGS.syn,
        FLAGS.fin,
        0,
        FLAGS.fin | FLAGS.psh | FLAGS.urg,
        FLAGS.ack,
        FLAGS.syn | FLAGS.ack,
      ]) {
        const ports = flags === FLAGS.syn ? 65_536 : 4_096;
        attack(
          Array.from({ length: ports }, (_, destinationPort) => ({
            ...{ source: lossy.venue.address, sourcePort: 50_000, destinationPort, flags, sequence: random(2 ** 32) },
          })),
        );
        await answers();
      }
    });

    test('answers while segments of other connections than its own come, with anything in them', async () => {
      for (let round = 0; round < 4; round++) {
        attack(
          Array.from({ length: 10_000 }, () => ({
            source: `198.18.0.${1 + random(6)}`,
            // The connection's own port is one of the kernel's choice, from 32,768 on.
            sourcePort: 1 + random(32_000),
            destinationPort: PORT,
            flags: random(64),
            sequence: random(2 ** 32),
            acknowledgement: random(2 ** 32),
            dataOffset: random(4) === 0 ? random(16) : 5,
            payload: Buffer.alloc(random(1_400), random(256)),
            damaged: random(4) === 0,
          })),
        );
        await answers();
      }
    });

    test('a connection outlives blind resets, SYNs and damaged data in its own name', async () => {
      const ports = execFileSync('ss', ['-Htn', 'dst', `${common.destination}:${PORT}`], { encoding: 'utf8' });
      const sourcePort = Number(/:(\d+)\s/.exec(ports)?.[1]);
      expect(sourcePort).toBeGreaterThan(0);
      const kinds = [
        { flags: FLAGS.rst },
        { flags: FLAGS.rst | FLAGS.ack },
        { flags: FLAGS.syn },
        { flags: FLAGS.ack },
      ];
      const damaged = { flags: FLAGS.ack | FLAGS.psh, damaged: true, payload: Buffer.alloc(500, 'x') };
      for (let round = 0; round < 4; round++) {
        attack(
          Array.from({ length: 10_000 }, (_, index) => ({
            ...{ source: lossy.venue.address, sourcePort, destinationPort: PORT },
            ...{ sequence: random(2 ** 32), acknowledgement: random(2 ** 32) },
            ...([...kinds, damaged][index % 5] as { flags: number }),
          })),
        );
        await answers();
      }
    });

    test('a flood of SYNs to the port on which it listens keeps it busy, not for good', {
      timeout: 120_000,
    }, async () => {
      near.stream.close();
      await peer.released(() => near.stream.poll());
      for (let round = 0; round < 5; round++) {
        attack(
          Array.from({ length: 10_000 }, () => ({
            // Of its own network, where nobody has it, and of others.
            source: random(2) === 0 ? `198.18.0.${4 + random(3)}` : `198.19.${random(256)}.${1 + random(254)}`,
            sourcePort: 1 + random(65_535),
            destinationPort: PORT,
            sequence: random(2 ** 32),
          })),
        );
      }
      const sinceMs = performance.now();
      while ((await near.opens()) !== STREAM_RESULT.opened) {
        expect(performance.now() - sinceMs).toBeLessThan(HALF_OPEN_MS);
      }
      peer.echo();
      await peer.heard();
      echoed = 0;
      await answers();
    });
  },
);
