/** Faults put in on purpose: the same over each transport, counted, and the sum of all counts is what was sent. */
import { afterEach, expect, test } from 'vitest';
import type { FaultOptions } from '../../../native/index.ts';
import { mold } from '../../support/mold-packets.ts';
import { numbered, numberOf, OPENING } from '../../support/transport/payloads.ts';
import { overEach } from '../../support/transport/transports.ts';
import type { Wire } from '../../support/transport/wire.ts';

const PACKETS = 3_000;
const BYTES = 120;
const BATCH = 50;
const FAULTS: FaultOptions = {
  seed: 7,
  loss: 0.05,
  duplicate: 0.05,
  reorder: 0.05,
  reorderWithin: 8,
  delay: 0.02,
  delayNs: 1_000_000,
  corrupt: 0.05,
};
const CONTROLS = [mold({ sequence: 1, count: 0 }), mold({ sequence: 1, count: 0xffff })];
const NONE: FaultOptions = { ...FAULTS, loss: 0, duplicate: 0, reorder: 0, delay: 0, corrupt: 0 };

let wire: Wire | undefined;
afterEach(() => {
  wire?.close();
  wire = undefined;
});

overEach((transport) => {
  function pass(faults: FaultOptions, among: (packet: Buffer, index: number) => Buffer[] = (packet) => [packet]) {
    wire = transport.make();
    const receiving = wire.receiver({ faults });
    const sending = wire.sender();
    const sent = [OPENING, ...numbered(PACKETS, BYTES).flatMap(among)];
    for (let at = 0; at < sent.length; at += BATCH) {
      sending.sendAll(sent.slice(at, at + BATCH), () => void receiving.poll());
      receiving.poll();
    }
    const counters = receiving.account(sent.length);
    receiving.close();
    sending.close();
    return { sent, counters, packets: receiving.packets };
  }

  test('none of them is no difference', () => {
    const { sent, counters, packets } = pass(NONE);
    expect(packets).toEqual(sent);
    expect(counters.faults).toMatchObject({ lost: 0, duplicated: 0, reordered: 0, delayed: 0, corrupted: 0 });
  });

  test('all of them at once add up, and invent nothing', () => {
    const { sent, counters, packets } = pass(FAULTS);
    const { packets: handedOn, dropped, filtered, malformed, fragments, oversized, badChecksums, faults } = counters;
    if (faults === undefined) throw new Error('the counters do not say what was done');
    for (const share of [faults.lost, faults.duplicated, faults.reordered, faults.delayed, faults.corrupted]) {
      expect(share).toBeGreaterThan(0);
    }
    expect(handedOn).toBe(packets.length);
    const refused = dropped + filtered + malformed + fragments + oversized + badChecksums;
    // What a recording still holds back when it has no more to give is held for ever: it may add more.
    expect(handedOn + refused + faults.lost + faults.held).toBe(sent.length + faults.duplicated);
    const known = new Set(sent.map((packet) => packet.toString('hex')));
    const strange = packets.filter((packet) => !known.has(packet.toString('hex'))).length;
    // Where frames have checksums that somebody checks after the fault, a turned bit is never handed on.
    if (transport.checksums === 'receiver') expect(strange).toBe(0);
    else expect(strange).toBeLessThanOrEqual(faults.corrupted * 2);
  });

  test('heartbeats and ends of session between them change nothing of it', () => {
    const timeless = { ...FAULTS, delay: 0, loss: 0.2 };
    const messages = (packets: Buffer[]) => packets.filter((packet) => packet.length !== CONTROLS[0]!.length);
    const plain = pass(timeless);
    wire?.close();
    const heard = pass(timeless, (packet, index) => [...CONTROLS.slice(0, index % 3), packet]);
    expect(messages(heard.packets)).toEqual(messages(plain.packets));
    expect(heard.packets.length - plain.packets.length).toBe(heard.sent.length - plain.sent.length);
    expect(heard.counters.faults).toEqual(plain.counters.faults);
  });

  test('the same seed does the same to the same packets', () => {
    const timeless = { ...FAULTS, delay: 0 };
    const first = pass(timeless);
    wire?.close();
    const second = pass(timeless);
    expect(second.packets).toEqual(first.packets);
    wire?.close();
    const other = pass({ ...timeless, seed: 8 });
    expect(other.packets).not.toEqual(first.packets);
    expect(first.packets.slice(0, 2).map((packet) => packet.length)).not.toContain(0);
    expect(first.packets.some((packet) => packet.length === BYTES && numberOf(packet) > 0)).toBe(true);
  });
});
