/** What a receiver tells a sender that goes as fast as it may: everything that will never come any more is told, too. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { LAST, numbered, OPENING } from '../../support/transport/payloads.ts';
import { overEachLive } from '../../support/transport/transports.ts';
import type { Wire } from '../../support/transport/wire.ts';

/** As they lie in CreditPage of native/src/core/socket/credit.h. */
const GENERATION = 8;
const CONSUMED = 64;

let wire: Wire | undefined;
let folder: string | undefined;
afterEach(() => {
  wire?.close();
  wire = undefined;
  if (folder !== undefined) rmSync(folder, { recursive: true });
  folder = undefined;
});

overEachLive((transport) => {
  test('what was taken is told with the next look, and a new receiver begins again', () => {
    folder = mkdtempSync(join(tmpdir(), 'hotlap-test-credit-'));
    const creditFile = join(folder, 'credit');
    const told = (at: number): number => Number(readFileSync(creditFile).readBigUInt64LE(at));
    wire = transport.make();
    let receiving = wire.receiver({ creditFile });
    const sending = wire.sender();
    const sent = [OPENING, ...numbered(300, 200), LAST];
    const generation = told(GENERATION);
    expect(told(CONSUMED)).toBe(0);
    sending.sendAll(sent);
    receiving.upTo(LAST);
    receiving.poll();
    expect(told(CONSUMED)).toBe(sent.length);
    receiving.close();

    receiving = wire.receiver({ creditFile });
    expect(told(GENERATION)).toBe(generation + 1);
    expect(told(CONSUMED)).toBe(0);
    sending.sendAll([OPENING, LAST]);
    receiving.upTo(LAST);
    receiving.poll();
    expect(told(CONSUMED)).toBe(2);
    receiving.close();
    sending.close();
  });

  // The kernel's sockets tell of a drop with the next datagram, and a full wire of shared memory refuses.
  if (transport.backend === 'af_xdp') {
    test('what the ring had no room for is not waited for', () => {
      folder = mkdtempSync(join(tmpdir(), 'hotlap-test-credit-'));
      const creditFile = join(folder, 'credit');
      wire = transport.make();
      const receiving = wire.receiver({ creditFile, small: true });
      const sending = wire.sender();
      // More than the ring's 64, fewer than a veth holds itself.
      const sent = numbered(200, 100);
      sending.sendAll(sent);
      const told = (): number => Number(readFileSync(creditFile).readBigUInt64LE(CONSUMED));
      const until = performance.now() + 5_000;
      // No counters() here: that asks the device itself.
      while (told() < sent.length && performance.now() < until) receiving.poll();
      expect(told()).toBe(sent.length);
      expect(receiving.counters().dropped).toBeGreaterThan(0);
      receiving.close();
      sending.close();
    });
  }

  test('what was lost on purpose is not waited for', () => {
    folder = mkdtempSync(join(tmpdir(), 'hotlap-test-credit-'));
    const creditFile = join(folder, 'credit');
    wire = transport.make();
    const none = { seed: 1, duplicate: 0, reorder: 0, reorderWithin: 1, delay: 0, delayNs: 0, corrupt: 0 };
    const receiving = wire.receiver({ creditFile, faults: { ...none, loss: 1 } });
    const sending = wire.sender();
    const sent = numbered(500, 100);
    sending.sendAll(sent);
    const counters = receiving.account(sent.length);
    receiving.poll();
    expect(counters).toMatchObject({ packets: 0, faults: { lost: sent.length } });
    expect(Number(readFileSync(creditFile).readBigUInt64LE(CONSUMED))).toBe(sent.length);
    receiving.close();
    sending.close();
  });
});
