import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ports that the kernel hands out by itself, so that no connection takes one between two of our steps. */
const FIRST = 20_000;
const COUNT = 10_000;
let next = (process.pid * 37) % COUNT;

/** A TCP port on which nobody listens, and that is given to nobody else. */
export async function portToListenOn(): Promise<number> {
  for (;;) {
    const port = FIRST + (next++ % COUNT);
    const probe = createServer().listen(port, '127.0.0.1');
    try {
      await once(probe, 'listening');
    } catch {
      continue;
    }
    probe.close();
    await once(probe, 'close');
    return port;
  }
}
