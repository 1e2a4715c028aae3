/** Either end goes and comes again: the other goes on, and nothing comes twice. */
import { afterEach, expect, test } from 'vitest';
import { ascending, numbered, numberOf, OPENING } from '../../support/transport/payloads.ts';
import { overEach } from '../../support/transport/transports.ts';
import type { Wire } from '../../support/transport/wire.ts';

const EACH = 20;
const BYTES = 60;
const RESTARTS = 5;

let wire: Wire | undefined;
afterEach(() => {
  wire?.close();
  wire = undefined;
});

overEach((transport) => {
  test('a sender that comes again goes on where the one before it has ended', () => {
    wire = transport.make();
    const receiving = wire.receiver();
    const sent = [OPENING, ...numbered(EACH * RESTARTS, BYTES)];
    for (let at = 0; at < sent.length; at += EACH) {
      const sending = wire.sender();
      sending.sendAll(sent.slice(at, at + EACH));
      if (transport.unread === 'lost') receiving.poll();
      sending.close();
      // Now and then the next one is there before the receiver has looked.
      if (at % (2 * EACH) === 0) receiving.poll();
    }
    const counters = receiving.account(sent.length);
    expect(receiving.packets).toEqual(sent);
    expect(counters).toMatchObject({ packets: sent.length, dropped: 0 });
    receiving.close();
  });

  if (!transport.live) return;

  test('a receiver that comes again gets what is sent from then on, nothing twice', () => {
    wire = transport.make();
    let receiving = wire.receiver();
    const sending = wire.sender();
    const seen: number[] = [];
    let number = 0;
    const next = (): Buffer[] => {
      const packets = numbered(EACH, BYTES, number);
      number += EACH;
      return packets;
    };
    for (let restart = 0; restart < RESTARTS; restart++) {
      const packets = next();
      sending.sendAll(packets);
      receiving.upTo(packets.at(-1) as Buffer);
      expect(receiving.packets.slice(-EACH)).toEqual(packets);
      seen.push(...receiving.packets.map(numberOf));
      receiving.close();
      // Nobody is there.
      for (const packet of next()) sending.send(packet);
      receiving = wire.receiver();
      expect(receiving.counters().packets).toBe(0);
    }
    receiving.close();
    sending.close();
    expect(ascending(seen)).toBe(true);
  });

  test('a receiver that was there before the sender loses nothing', () => {
    wire = transport.make();
    const receiving = wire.receiver();
    expect(receiving.poll()).toBe(0);
    const sending = wire.sender();
    const packets = numbered(EACH, BYTES);
    sending.sendAll(packets);
    expect(receiving.upTo(packets.at(-1) as Buffer)).toEqual(packets);
    receiving.close();
    sending.close();
  });
});
