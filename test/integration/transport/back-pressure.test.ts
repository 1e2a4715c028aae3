/** A receiver that pauses: what has no room is counted or refused, never gone without a word. */
import { afterEach, expect, test } from 'vitest';
import { ascending, numbered, numberOf, OPENING } from '../../support/transport/payloads.ts';
import { lost } from '../../support/transport/receiving.ts';
import { overEach } from '../../support/transport/transports.ts';
import type { Wire } from '../../support/transport/wire.ts';

const PACKETS = 20_000;
const BYTES = 1_000;
/** Fit into the smallest receiver. */
const FEW = 8;
const EAGAIN = -11;

let wire: Wire | undefined;
afterEach(() => {
  wire?.close();
  wire = undefined;
});

overEach((transport) => {
  test('received and lost add up to what was sent, and what comes is in order', () => {
    wire = transport.make({ small: true });
    const receiving = wire.receiver({ small: true });
    const sending = wire.sender();
    sending.sendAll([OPENING]);
    let accepted = 1;
    let refused = 0;
    for (const packet of numbered(PACKETS, BYTES)) {
      const result = sending.send(packet);
      expect(result === 0 || result === EAGAIN).toBe(true);
      if (result === 0) accepted++;
      else refused++;
    }
    const counters = receiving.account(accepted);
    expect(counters.packets).toBe(receiving.packets.length);
    expect(counters.packets + lost(counters)).toBe(accepted);
    if (transport.overflow === 'dropped') {
      expect(counters.dropped).toBeGreaterThan(0);
      if (transport.toldLosses) expect(receiving.transport().reason).toMatch(transport.toldLosses);
    } else {
      expect(refused).toBeGreaterThan(0);
      expect(counters.dropped).toBe(0);
    }
    expect(ascending(receiving.packets.slice(1).map(numberOf))).toBe(true);

    // Once there is room, it goes on as if nothing had been.
    const more = numbered(FEW, BYTES, PACKETS);
    sending.sendAll(more);
    const after = receiving.account(accepted + more.length);
    expect(after.dropped).toBe(counters.dropped);
    expect(receiving.packets.slice(-more.length)).toEqual(more);
    receiving.close();
    sending.close();
  });

  test('pauses of any length, at any time, add up as well', () => {
    wire = transport.make({ small: true });
    const receiving = wire.receiver({ small: true, mostAPoll: 16 });
    const sending = wire.sender();
    sending.sendAll([OPENING]);
    let accepted = 1;
    let state = 12_345;
    const below = (limit: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return (state >>> 8) % limit;
    };
    for (let number = 0; number < PACKETS; ) {
      for (const packet of numbered(below(200), below(1_400) + 4, number)) {
        if (sending.send(packet) === 0) accepted++;
        number++;
      }
      for (let polls = below(20); polls > 0; polls--) receiving.poll();
    }
    const counters = receiving.account(accepted);
    expect(counters.packets + lost(counters)).toBe(accepted);
    expect(counters.packets).toBe(receiving.packets.length);
    expect(ascending(receiving.packets.slice(1).map(numberOf))).toBe(true);
    receiving.close();
    sending.close();
  });
});
