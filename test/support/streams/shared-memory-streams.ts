/** Streams of two lwIPs over a wire that no kernel is on: a file of shared memory, or DPDK's memif. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { memifDevice } from '../../../app/network/memif.ts';
import type { LinkOptions } from '../../../native/index.ts';
import type { OptionalAddonName } from '../../../native/optional-addons.ts';
import { missing } from '../missing.ts';
import type { StreamTransport, StreamWire } from './stream-wire.ts';

const ENGINE = '10.77.0.2';
const VENUE = '10.77.0.1';

type End = 'engine' | 'venue';

function between(addons: readonly OptionalAddonName[], link: (file: string, end: End) => LinkOptions): StreamWire {
  const folder = mkdtempSync('/dev/shm/hotlap-test-');
  const file = join(folder, 'wire');
  return {
    near: { lwip: { link: link(file, 'engine'), address: `${ENGINE}/24` }, addons },
    far: { lwip: { link: link(file, 'venue'), address: `${VENUE}/24` }, addons, address: VENUE },
    enter: () => () => undefined,
    atFar: (work) => work(),
    silenceFar: () => undefined,
    close: () => rmSync(folder, { recursive: true }),
  };
}

const RING_FRAMES = 1_024;

const memif = (socket: string, end: End): LinkOptions => ({
  kind: 'dpdk',
  device: memifDevice(end === 'venue' ? 'server' : 'client', { socket, ringFrames: RING_FRAMES }),
  memory: 'prefer',
  ringFrames: RING_FRAMES,
});

export const SHM: StreamTransport = {
  name: 'lwip over shm',
  unavailable: missing({ root: false, addons: ['lwip'] }),
  backend: 'lwip/shm',
  accelerated: true,
  make: () => between(['lwip'], (file) => ({ kind: 'shm', file, ringFrames: RING_FRAMES })),
};

export const DPDK_MEMIF: StreamTransport = {
  name: 'lwip over dpdk memif',
  unavailable: missing({ root: true, addons: ['lwip', 'dpdk'] }),
  backend: 'lwip/dpdk',
  accelerated: true,
  make: () => between(['lwip', 'dpdk'], memif),
};
