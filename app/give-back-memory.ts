import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { native } from '../native/index.ts';

/**
 * What the start has left behind goes back to the kernel: bundling and compiling take more memory than a recording's whole
 * replay. Of JavaScript, the calling thread's heap alone. Some 50 ms.
 */
export function giveBackMemory(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: object) => void;
  setFlagsFromString('--no-expose-gc');
  // As where nothing else is left: the young generation shrinks as well.
  collect({ type: 'major', flavor: 'last-resort' });
  native().host.trimMemory();
}
