/** Datagrams to one address, and datagrams that do not fit into a frame. */
import { afterEach, expect, test } from 'vitest';
import { LAST, numbered, OPENING, payload } from '../../support/transport/payloads.ts';
import { lost } from '../../support/transport/receiving.ts';
import { overEachLive } from '../../support/transport/transports.ts';
import { FRAME_MOST, type Wire } from '../../support/transport/wire.ts';

/** Longer than a receiver of the kernel's datagrams takes (core/socket/udp_receiver.h). */
const OVERSIZED = 9_217;
/** Of IPv4 in a frame of 1,500 bytes: 1,480 bytes of the datagram each. */
const partsOf = (length: number): number => Math.ceil((length + 8) / 1_480);

let wire: Wire | undefined;
afterEach(() => {
  wire?.close();
  wire = undefined;
});

overEachLive((transport) => {
  test("packets to the receiver's own address come as those to a group", () => {
    wire = transport.make({ unicast: true });
    const receiving = wire.receiver();
    wire.introduce?.();
    const sending = wire.sender();
    const sent = [OPENING, ...numbered(200, 150), LAST];
    sending.sendAll(sent);
    expect(receiving.upTo(LAST)).toEqual(sent);
    receiving.close();
    sending.close();
  });

  if (transport.maxPayload !== undefined && transport.maxPayload > FRAME_MOST) {
    test('a datagram of several frames comes whole or is counted by its frames', () => {
      wire = transport.make();
      const receiving = wire.receiver();
      const sending = wire.sender();
      const large = [FRAME_MOST + 1, 2_000, 9_000].map((length, number) => payload(number, length));
      sending.sendAll([OPENING, ...large, LAST]);
      receiving.upTo(LAST);
      const counters = receiving.counters();
      if (transport.backend === 'kernel') {
        expect(receiving.packets).toEqual([OPENING, ...large, LAST]);
        expect(lost(counters)).toBe(0);
      } else {
        expect(receiving.packets).toEqual([OPENING, LAST]);
        const parts = large.reduce((sum, { length }) => sum + partsOf(length), 0);
        expect(counters).toMatchObject({ fragments: parts, malformed: 0, dropped: 0 });
      }
      receiving.close();
      sending.close();
    });

    test('one that is longer than any packet is counted, and no part of it handed on', () => {
      wire = transport.make();
      const receiving = wire.receiver();
      const sending = wire.sender();
      sending.sendAll([OPENING, payload(1, OVERSIZED), payload(2, OVERSIZED + 20_000), LAST]);
      expect(receiving.upTo(LAST)).toEqual([OPENING, LAST]);
      const { oversized, fragments } = receiving.counters();
      if (transport.backend === 'kernel') expect(oversized).toBe(2);
      else expect(fragments).toBe(partsOf(OVERSIZED) + partsOf(OVERSIZED + 20_000));
      receiving.close();
      sending.close();
    });
  }
});
