import type { OpenRecording } from '../../simulator/index.ts';
import { RING_BYTES } from './open-recording.ts';
import { createByteRing, feedRecording } from './recording-feeder.ts';

/** A recording as the simulator takes it: nothing is read before it says `run`. */
export async function simulatorRecording(path: string): Promise<OpenRecording> {
  const ring = createByteRing(RING_BYTES);
  const feed = await feedRecording(path, ring);
  return { ring, format: feed.format, run: () => feed.run(), close: () => feed.close() };
}
