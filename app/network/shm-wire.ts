/** The wire of shared memory of one demo: a file made for the run, of which both ends are known to open. */
import { rmSync } from 'node:fs';
import { type FeedTransmit, native, type ShmOptions } from '../../native/index.ts';
import type { FeedSettings } from '../options.ts';
import { sharedMemoryFile } from '../run-files.ts';

export interface ShmWire {
  readonly shm: ShmOptions;
  readonly transmit: FeedTransmit;
  close(): void;
}

/** Throws an Error with a code and a sentence where there is no room for it. */
export function makeShmWire({ group, port, shm: { ringFrames } }: FeedSettings): ShmWire {
  const shm = { file: sharedMemoryFile('wire'), ringFrames };
  // Whoever opens an end first makes the file: done here, a refusal is known before a process is started.
  const receiver = new (native().PacketReceiver)({
    source: { kind: 'shm', group, port: port === 0 ? 1 : port, ...shm },
    bytes: new Uint8Array(1 << 16),
    packets: new Float64Array(3),
  });
  receiver.close();
  return { shm, transmit: { kind: 'shm', ...shm }, close: () => rmSync(shm.file, { force: true }) };
}
