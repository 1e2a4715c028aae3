/** Wires of frames without a kernel at their ends, made for one demo: shared memory, or memif between two ports of DPDK. */
import { rmSync } from 'node:fs';
import { type LinkOptions, native } from '../../native/index.ts';
import { provideOptional } from '../../native/optional-addons.ts';
import type { FeedSettings } from '../options.ts';
import { sharedMemoryFile } from '../run-files.ts';

export interface DemoWire {
  /** Settings of the engine's end. */
  readonly feed: Pick<FeedSettings, 'rx'> & Partial<Pick<FeedSettings, 'shm' | 'dpdk'>>;
  /** The venue's end. */
  readonly venue: LinkOptions;
  close(): void;
}

/** Throws an Error with a code and a sentence where there is no room for it. @param frames that shall fit, at least */
export function makeShmWire({ group, port, shm: { ringFrames } }: FeedSettings, frames: number): DemoWire {
  const shm = { file: sharedMemoryFile('wire'), ringFrames: Math.max(ringFrames, frames) };
  // Whoever opens an end first makes the file: done here, a refusal is known before a process is started.
  const receiver = new (native().PacketReceiver)({
    source: { kind: 'shm', group, port: port === 0 ? 1 : port, ...shm },
    bytes: new Uint8Array(1 << 16),
    packets: new Float64Array(3),
  });
  receiver.close();
  return {
    feed: { rx: ['shm'], shm },
    venue: { kind: 'shm', ...shm },
    close: () => rmSync(shm.file, { force: true }),
  };
}

/** log2 of the most frames that a ring of memif holds (DPDK, Memif Poll Mode Driver: `rsize`). */
const MAX_MEMIF_RING_BITS = 14;

/** Throws an Error with a code and a sentence where this build has no DPDK. @param frames that shall fit, at least */
export function makeMemifWire({ dpdk }: FeedSettings, frames: number): DemoWire {
  provideOptional('dpdk');
  const bits = Math.min(MAX_MEMIF_RING_BITS, Math.ceil(Math.log2(Math.max(dpdk.ringFrames, frames))));
  const socket = sharedMemoryFile('memif');
  const ends = { memory: dpdk.memory, ringFrames: 2 ** bits };
  const device = (role: string): string =>
    `net_memif0,role=${role},socket=${socket},socket-abstract=no,id=0,rsize=${bits}`;
  return {
    feed: { rx: ['dpdk'], dpdk: { ...ends, device: device('client') } },
    venue: { kind: 'dpdk', ...ends, device: device('server') },
    close: () => rmSync(socket, { force: true }),
  };
}
