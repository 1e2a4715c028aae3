/** One recording or several: what a replay reads, merged by time. */
import { HotlapError } from '../../engine/domain/errors.ts';
import type { RecordingPlan } from '../engine-plan.ts';
import { type OpenRecording, openRecording, RING_BYTES } from './open-recording.ts';

export interface MergedRecordings {
  readonly plan: RecordingPlan;
  /** Of all of them, as they lie on disk: for progress. */
  readonly fileBytes: number;
  readonly bytesRead: () => number;
  /** Rejects when one of them cannot be read to its end; never resolves. */
  readonly failed: Promise<never>;
  close(): Promise<void>;
}

/** @param source of each of them as of `openRecording` */
export async function openRecordings(
  paths: readonly [string, ...string[]],
  source: { readonly group: string; readonly port: number } | null,
): Promise<MergedRecordings> {
  const opened: OpenRecording[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((recording) => recording.close()));
  };
  try {
    for (const path of paths) opened.push(await openRecording(path, source, Math.floor(RING_BYTES / paths.length)));
    refuseMixed(paths, opened);
  } catch (error) {
    await close();
    throw error;
  }
  const [first, ...more] = opened as [OpenRecording, ...OpenRecording[]];
  return {
    plan: {
      ...first.plan,
      ...(more.length > 0 && { more: more.map(({ plan: { ring, format } }) => ({ ring, format })) }),
    },
    fileBytes: opened.reduce((sum, { feed }) => sum + feed.fileBytes, 0),
    bytesRead: () => opened.reduce((sum, { feed }) => sum + feed.bytesRead, 0),
    failed: Promise.race(opened.map(({ failed }) => failed)),
    close,
  };
}

/** A capture's packets have the recorder's time and a date, the messages of a BinaryFILE the exchange's, and none. */
function refuseMixed(paths: readonly string[], opened: readonly OpenRecording[]): void {
  const isBinaryFile = ({ plan }: OpenRecording): boolean => plan.format === 'binaryfile';
  const file = paths[opened.findIndex(isBinaryFile)];
  const capture = paths[opened.findIndex((recording) => !isBinaryFile(recording))];
  if (file === undefined || capture === undefined) return;
  throw new HotlapError(
    'ERR_RECORDING_MIXED',
    `${file} is a BinaryFILE and ${capture} a capture: they keep different times and cannot be merged. Give recordings of one kind.`,
  );
}
