/** frame_writer.cc: frames as they are onto an interface or into shared memory. */
import { spawnSync } from 'node:child_process';
import { compiled } from '../compiled.ts';

/** As framesOfStdin() in frames_of_stdin.h takes them. */
export const framesOnStdin = (frames: readonly Uint8Array[]): Buffer =>
  Buffer.concat(
    frames.flatMap((frame) => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(frame.length);
      return [length, frame];
    }),
  );

/** @returns how many have left: not all do that are too short or too long for the wire */
export function writeFrames(onto: 'interface' | 'shm', name: string, frames: readonly Uint8Array[]): number {
  const program = compiled('test/support/transport/frame_writer.cc');
  const { status, stdout, stderr, error } = spawnSync(program, [onto, name], {
    input: framesOnStdin(frames),
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (status === 0) return Number(stdout);
  throw new Error(`frame_writer ended with ${status}: ${error?.message ?? stderr}`);
}
