/**
 * memif, DPDK's shared memory between two processes: what its ports are called (DPDK, Memif Poll Mode Driver). A server
 * has a socket, which a client calls; both ends must have equal rings.
 */

export type MemifRole = 'server' | 'client';

/** A ring's size is its log2, `rsize`, 14 at most. */
const MAX_RING_FRAMES = 1 << 14;

/** Of the rings that hold so many frames, the smallest; or the largest there is. */
export function memifRingFrames(frames: number): number {
  return Math.min(MAX_RING_FRAMES, 2 ** Math.ceil(Math.log2(frames)));
}

export interface Memif {
  /** The file of the server's socket. */
  readonly socket: string;
  /** A power of two. */
  readonly ringFrames: number;
  /** Two ports of one process have different ones. */
  readonly number?: number;
}

/** The port at one end, for `dpdk.device`. */
export function memifDevice(role: MemifRole, { socket, ringFrames, number = 0 }: Memif): string {
  return `net_memif${number},role=${role},socket=${socket},socket-abstract=no,id=0,rsize=${Math.log2(ringFrames)}`;
}

/** The other end of a device that is memif's, which is a client unless it says otherwise; any other device as it is. */
export function otherEndOf(device: string): string {
  if (!/^net_memif\d*(,|$)/.test(device)) return device;
  const others = device.split(',').filter((argument) => !argument.startsWith('role='));
  return [...others, device.includes(',role=server') ? 'role=client' : 'role=server'].join(',');
}
