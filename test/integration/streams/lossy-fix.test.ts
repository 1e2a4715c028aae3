/** FIX over TCP through a wire that loses, doubles and reorders: not one message is lost, and none comes twice. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { missing } from '../../support/missing.ts';
import { FixEnd } from '../../support/streams/fix-end.ts';
import { nearStream } from '../../support/streams/near-end.ts';
import { lossyStreams } from '../../support/streams/over-lossy-wire.ts';
import { provide } from '../../support/streams/stream-wire.ts';

const PEER = fileURLToPath(new URL('../../support/streams/fix-peer.ts', import.meta.url));
const PORT = 46_320;
const MESSAGES = 100_000;
const FAULTS = { seed: 7, loss: 0.01, duplicate: 0.01, reorder: 0.01 };
/** A wire that does nothing lasts some seconds. */
const PATIENCE_MS = 120_000;

const unavailable = missing({ root: true, addons: ['lwip'] });

describe.skipIf(unavailable !== undefined)(`a lossy wire${unavailable ? ` (skipped: ${unavailable})` : ''}`, () => {
  test("100,000 FIX messages each way between lwIP and the kernel's TCP: all come, once, in order", async () => {
    const { wire, lossy } = await lossyStreams('lwip', FAULTS);
    provide(wire.near);
    const options = { end: wire.far, address: wire.far.address, port: PORT, messages: MESSAGES };
    const peer = wire.atFar(() => fork(PEER, [JSON.stringify(options)]));
    const [said] = await once(peer, 'message');
    expect(said).toBe('listening');
    const leave = wire.enter();
    try {
      const there = once(peer, 'message');
      const end = new FixEnd(nearStream(wire, PORT, 65_536), 'initiator', MESSAGES);
      const untilMs = performance.now() + PATIENCE_MS;
      for (let isLoggingOut = false; !end.hasEnded && performance.now() < untilMs; ) {
        end.turn();
        if (end.isComplete && !isLoggingOut) {
          isLoggingOut = true;
          end.logout();
        }
        await turn();
      }
      const all = { sent: MESSAGES, received: MESSAGES, outOfOrder: 0, logons: 1 };
      expect(end.counts()).toMatchObject(all);
      expect((await there)[0]).toMatchObject(all);
    } finally {
      leave();
      peer.kill('SIGKILL');
    }
    for (const { segments, lost, duplicated, reordered } of await lossy.end()) {
      for (const befallen of [lost, duplicated, reordered]) {
        expect(befallen).toBeGreaterThan(segments * 0.005);
        expect(befallen).toBeLessThan(segments * 0.02);
      }
    }
  });
});
