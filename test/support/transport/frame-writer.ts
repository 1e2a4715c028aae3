/** frame_writer.cc, compiled once: frames as they are onto an interface or into shared memory. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageRoot } from '../../../native/paths.ts';

const source = join(packageRoot, 'test', 'support', 'transport', 'frame_writer.cc');
const core = join(packageRoot, 'build', 'Release', 'hotlap_core.a');
const program = join(packageRoot, 'build', 'test', 'frame_writer');

function run(command: string, args: readonly string[], input?: Uint8Array): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { input, encoding: 'utf8', timeout: 60_000 });
  if (status === 0) return stdout;
  throw new Error(`${command} ended with ${status}: ${error?.message ?? stderr}`);
}

function compiled(): string {
  const builtMs = existsSync(program) ? statSync(program).mtimeMs : 0;
  if (builtMs > Math.max(statSync(source).mtimeMs, statSync(core).mtimeMs)) return program;
  mkdirSync(dirname(program), { recursive: true });
  // Another worker may be compiling it too: whoever is last replaces a whole file.
  const mine = `${program}.${process.pid}`;
  const flags = ['-std=c++20', '-O1', '-fno-exceptions', '-fno-rtti', `-I${join(packageRoot, 'native', 'src')}`];
  run('g++', [...flags, source, core, '-o', mine]);
  renameSync(mine, program);
  return program;
}

/** @returns how many have left: not all do that are too short or too long for the wire */
export function writeFrames(onto: 'interface' | 'shm', name: string, frames: readonly Uint8Array[]): number {
  const input = Buffer.concat(
    frames.flatMap((frame) => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(frame.length);
      return [length, frame];
    }),
  );
  return Number(run(compiled(), [onto, name], input));
}
