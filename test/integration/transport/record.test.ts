/** The recording thread over packet devices: every frame as it came, in order, and what had no room counted. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { fileHead } from '../../../app/record/pcapng-blocks.ts';
import { native, type PacketRecorder } from '../../../native/index.ts';
import { frame } from '../../support/mold-packets.ts';
import { type ReadPacket, readPcapng } from '../../support/read-pcapng.ts';
import { DPDK_MEMIF } from '../../support/transport/memif-wire.ts';
import { SHM } from '../../support/transport/shm-wire.ts';
import { AF_XDP_FROM_KERNEL } from '../../support/transport/veth-wire.ts';
import { GROUP, type LiveEnd, PORT, type Transport, type Wire } from '../../support/transport/wire.ts';

const OTHER = { group: '239.255.77.22', port: 46_211 };
const HEAD = fileHead('a test', [{ name: 'x', description: 'y' }]);

class Recording {
  readonly packets: ReadPacket[] = [];
  readonly recorder: PacketRecorder;
  readonly #out = new Uint8Array(1 << 20);
  readonly #counts = new Float64Array(2);
  readonly #at: LiveEnd['at'];

  constructor({ source, at }: LiveEnd) {
    this.#at = at;
    this.recorder = new (native().PacketRecorder)({ ringBytes: 1 << 20, naps: true });
    at(() => {
      this.recorder.add(source);
      this.recorder.addGroup(0, OTHER);
      this.recorder.start();
    });
  }

  take(): void {
    const { bytes, packets } = this.recorder.take({ out: this.#out, counts: this.#counts });
    expect(packets).toBe(this.#counts[0]);
    this.packets.push(...(readPcapng(Buffer.concat([HEAD, this.#out.subarray(0, bytes)]))[0]?.packets ?? []));
  }

  /** Also what lies in the device yet. */
  async upTo(count: number): Promise<void> {
    const until = performance.now() + 5_000;
    for (; performance.now() < until && this.packets.length < count; this.take()) await sleep(5);
    this.recorder.stop();
    this.take();
  }

  close(): void {
    this.#at(() => this.recorder.close());
  }
}

async function over(transport: Transport, small: boolean, work: (wire: Wire, to: Recording) => Promise<void>) {
  const wire = transport.make({ small });
  const recording = new Recording((wire.source as NonNullable<Wire['source']>)({ small }));
  try {
    await work(wire, recording);
  } finally {
    recording.close();
    wire.close();
  }
}

describe.each([AF_XDP_FROM_KERNEL, SHM, DPDK_MEMIF])('$name', (transport) => {
  test.skipIf(transport.unavailable !== undefined)('two groups of one device, frames as they are', async () => {
    // Checksums are not filled in: a receiver refuses such a frame, a recording keeps it.
    const frames = Array.from({ length: 300 }, (_, n) =>
      frame(Buffer.alloc(18 + 4 * n, n), n % 3 === 0 ? OTHER : { group: GROUP, port: PORT }),
    );
    const strangers = [frame(Buffer.alloc(30), { group: GROUP, port: 9 }), frame(Buffer.alloc(30), { protocol: 6 })];
    await over(transport, false, async (wire, recording) => {
      const before = BigInt(Date.now()) * 1_000_000n;
      expect(wire.frames([...strangers, ...frames])).toBe(302);
      await recording.upTo(300);
      const { packets, recorder } = recording;
      expect(packets.map((each) => each.frame)).toEqual(frames);
      expect(packets.every(({ timeNs, lost }) => timeNs >= before - 1_000_000n && lost === 0)).toBe(true);
      const foreign = transport.foreignFrames === 'counted' ? 2 : 0;
      expect(recorder.inputs()).toMatchObject([
        {
          ...{ dropped: 0, foreign, malformed: 0 },
          groups: [
            { group: `${GROUP}:${PORT}`, packets: 200 },
            { group: `${OTHER.group}:${OTHER.port}`, packets: 100 },
          ],
        },
      ]);
      expect(recorder.transport(0)).toMatchObject({ backend: transport.backend, accelerated: true });
    });
  });
});

test.skipIf(AF_XDP_FROM_KERNEL.unavailable !== undefined)(
  "a device's ring that is too small: what was sent is in the blocks or in the count",
  async () => {
    const transport = AF_XDP_FROM_KERNEL;
    await over(transport, true, async (wire, recording) => {
      const sending = wire.sender();
      // The thread naps by now.
      await sleep(200);
      for (let round = 0; round < 20; ++round) {
        // What a veth queue holds: a driver that is not run in time has room for all of them.
        sending.sendAll(Array.from({ length: 200 }, (_, n) => Buffer.alloc(64, n)));
        await sleep(2);
        recording.take();
      }
      await sleep(50);
      sending.close();
      recording.recorder.stop();
      recording.take();
      const [input] = recording.recorder.inputs();
      expect(input?.dropped).toBeGreaterThan(0);
      expect(recording.packets.length + (input?.dropped ?? 0)).toBe(4_000);
    });
  },
);
