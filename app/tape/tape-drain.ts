/** The disk's side of a tape: for the main thread, which may wait. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { StoreDrain } from '../../gateway/index.ts';
import { JOURNAL_CELLS } from '../../native/index.ts';
import { sharedMemoryFile } from '../run-files.ts';

/** More than a second of a feed of 60 MB/s. */
const RING_BYTES = 128 << 20;
const SEGMENT_BYTES = 16 << 20;

type Log = (level: 'info' | 'warn' | 'error', text: string) => void;

export interface TapeDrain {
  /** What the hot thread opens. */
  readonly ringFile: string;
  /** Everything is on the disk. After the hot thread has closed its end. */
  close(): void;
}

export const tapeFolderOf = (runFolder: string): string => join(runFolder, 'tape');

/** Begins an empty tape. @throws HotlapError ERR_STORE_… */
export function openTapeDrain(runFolder: string, onLog: Log = () => undefined): TapeDrain {
  const folder = tapeFolderOf(runFolder);
  rmSync(folder, { recursive: true, force: true });
  const drain = new StoreDrain({
    folder,
    ringFile: sharedMemoryFile('tape'),
    ringBytes: RING_BYTES,
    segmentBytes: SEGMENT_BYTES,
    cells: new Int32Array(JOURNAL_CELLS),
    log: true,
    onFailure: ({ message }) =>
      onLog('warn', `${message} The tape of this run ends here: the run goes on, but cannot be run again beyond.`),
  }).start();
  return { ringFile: drain.ringFile, close: () => drain.close() };
}
