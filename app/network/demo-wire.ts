/** Wires of frames without a kernel at their ends, made for one demo: shared memory, or memif between two ports of DPDK. */
import { rmSync } from 'node:fs';
import { type LinkOptions, native } from '../../native/index.ts';
import { provideOptional } from '../../native/optional-addons.ts';
import type { FeedSettings } from '../options.ts';
import { sharedMemoryFile } from '../run-files.ts';
import { type MemifRole, memifDevice, memifRingFrames } from './memif.ts';

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

/** Throws an Error with a code and a sentence where this build has no DPDK. @param frames that shall fit, at least */
export function makeMemifWire({ dpdk }: FeedSettings, frames: number): DemoWire {
  provideOptional('dpdk');
  const wire = { socket: sharedMemoryFile('memif'), ringFrames: memifRingFrames(Math.max(dpdk.ringFrames, frames)) };
  const end = (role: MemifRole) => ({
    device: memifDevice(role, wire),
    memory: dpdk.memory,
    ringFrames: wire.ringFrames,
  });
  return {
    feed: { rx: ['dpdk'], dpdk: end('client') },
    venue: { kind: 'dpdk', ...end('server') },
    close: () => rmSync(wire.socket, { force: true }),
  };
}
