import type { RecordingPlan } from '../engine-plan.ts';
import { createByteRing, feedRecording, type RecordingFeed } from './recording-feeder.ts';

/** Some 100 ms of a replay at full speed, longer than its writer ever pauses; a longer recording streams through it. */
export const RING_BYTES = 8 << 20;

/** A recording that is being read into a ring, for a reader on another thread. */
export interface OpenRecording {
  readonly plan: RecordingPlan;
  readonly feed: RecordingFeed;
  /** Rejects when the file cannot be read to its end; never resolves. */
  readonly failed: Promise<never>;
  close(): Promise<void>;
}

/** @param source Only this group and port; null: the first that frames as MoldUDP64. */
export async function openRecording(
  path: string,
  source: { readonly group: string; readonly port: number } | null,
  ringBytes: number = RING_BYTES,
): Promise<OpenRecording> {
  const ring = createByteRing(ringBytes);
  const feed = await feedRecording(path, ring);
  const failed = new Promise<never>((_, reject) => {
    feed.run().catch(reject);
  });
  failed.catch(() => {});
  return {
    plan: { ring, format: feed.format, ...source },
    feed,
    failed,
    close: () => feed.close(),
  };
}
