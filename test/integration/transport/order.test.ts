/** Every packet once, in the order in which it was sent, with exactly its bytes. */
import { afterEach, expect, test } from 'vitest';
import { native } from '../../../native/index.ts';
import { LAST, numbered, OPENING, payload } from '../../support/transport/payloads.ts';
import { overEach } from '../../support/transport/transports.ts';
import type { Wire } from '../../support/transport/wire.ts';

const EMSGSIZE = -90;
/** Around the ends of headers, cache lines, Ethernet's shortest frame and its longest. */
const LENGTHS = [0, 1, 2, 3, 7, 8, 17, 18, 19, 20, 21, 22, 63, 64, 65, 127, 128, 129, 511, 512, 1023, 1024, 1471, 1472];
/** IPv4 and UDP headers in a frame of 1,500 bytes. */
const LONGEST_IN_A_FRAME = 1472;

let wire: Wire | undefined;
afterEach(() => {
  wire?.close();
  wire = undefined;
});

overEach((transport) => {
  const { name, backend, accelerated, maxPayload } = transport;

  test('payloads of every length come whole and in order', () => {
    wire = transport.make();
    const receiving = wire.receiver();
    const sending = wire.sender();
    const sent = [OPENING, ...LENGTHS.map((length, number) => payload(number, length)), LAST];
    sending.sendAll(sent);
    expect(receiving.upTo(LAST)).toEqual(sent);
    expect(receiving.counters()).toMatchObject({ packets: sent.length, dropped: 0, malformed: 0, badChecksums: 0 });
    receiving.close();
    sending.close();
  });

  test('ten thousand packets, taken while they come, are neither lost nor doubled nor reordered', () => {
    wire = transport.make();
    const receiving = wire.receiver();
    const sending = wire.sender();
    const sent = [OPENING, ...numbered(10_000, 100)];
    for (let at = 0; at < sent.length; at += 50) {
      sending.sendAll(sent.slice(at, at + 50), () => void receiving.poll());
      receiving.poll();
    }
    const counters = receiving.account(sent.length);
    expect(receiving.packets.length).toBe(sent.length);
    expect(receiving.packets.findIndex((packet, index) => !packet.equals(sent[index] as Buffer))).toBe(-1);
    expect(counters).toMatchObject({ packets: sent.length, dropped: 0 });
    receiving.close();
    sending.close();
  });

  test('bursts are stamped in order, within the poll that took them', () => {
    wire = transport.make();
    const receiving = wire.receiver();
    const sending = wire.sender();
    const before = native().host.monotonicNs();
    sending.sendAll([OPENING, ...numbered(200, 40), LAST]);
    receiving.upTo(LAST);
    const stamps = [before, ...receiving.burstsNs, native().host.monotonicNs()];
    expect(stamps).toEqual(stamps.toSorted((a, b) => a - b));
    receiving.close();
    sending.close();
  });

  test('a poll hands on no more than it has room for, and forgets nothing', () => {
    wire = transport.make();
    const receiving = wire.receiver({ mostAPoll: 1 });
    const sending = wire.sender();
    const sent = [OPENING, ...numbered(100, 30), LAST];
    sending.sendAll(sent);
    let most = 0;
    while (receiving.packets.length < sent.length) most = Math.max(most, receiving.poll());
    expect(most).toBe(1);
    expect(receiving.packets).toEqual(sent);
    receiving.close();
    sending.close();
  });

  if (maxPayload !== undefined) {
    test('what no datagram can hold is refused to its sender', () => {
      wire = transport.make();
      const receiving = wire.receiver();
      const sending = wire.sender();
      sending.sendAll([OPENING]);
      expect(sending.send(Buffer.alloc(maxPayload + 1))).toBe(EMSGSIZE);
      const longest = payload(1, Math.min(maxPayload, LONGEST_IN_A_FRAME));
      sending.sendAll([longest, LAST]);
      expect(receiving.upTo(LAST)).toEqual([OPENING, longest, LAST]);
      receiving.close();
      sending.close();
    });
  }

  test('says what it is, and nothing after it was closed', () => {
    wire = transport.make();
    const receiving = wire.receiver();
    expect(receiving.transport()).toMatchObject({ backend, accelerated });
    expect(receiving.transport().reason).not.toBe('');
    receiving.close();
    expect(receiving.poll()).toBe(-1);
    expect(() => receiving.counters()).toThrow(/closed/);
    expect(name).toContain(backend);
  });
});
