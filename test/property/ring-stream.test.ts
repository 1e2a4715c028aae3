import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRing, RingPeer, RingStream } from '../../gateway/index.ts';
import { CAUSE, STREAM, STREAM_RESULT } from '../../native/layout.ts';

/** What a byte at a place of a stream is: told apart from its neighbours and from other connections. */
const byteAt = (connection: number, position: number): number =>
  (connection * 89 + position * 31 + (position >> 8)) & 0xff;

/** A queue in plain arrays: what the rings must equal. */
class Plain {
  sent = 0;
  received = 0;
}

type Step = readonly [what: 'send' | 'take' | 'put' | 'poll' | 'reopen', bytes: number];

const step: fc.Arbitrary<Step> = fc.tuple(
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('send' as const, 'take' as const, 'put' as const, 'poll' as const) },
    { weight: 1, arbitrary: fc.constant('reopen' as const) },
  ),
  fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 20_000 })),
);

function connectBoth(stream: RingStream, peer: RingPeer): void {
  stream.open();
  expect(peer.isWanted).toBe(true);
  peer.begin();
  peer.connected('');
  expect(stream.poll()).toBe(STREAM_RESULT.opened);
}

/** Runs the steps and compares every byte at both ends; positions begin where the counters are about to wrap. */
function play(steps: readonly Step[], startAt: number): void {
  const memory = createRing(16_384);
  const cells = new Int32Array(memory);
  for (const position of [2, 16, 32, 52, 64, 80]) cells[position] = startAt;
  const stream = new RingStream(memory);
  const peer = new RingPeer(memory);
  const { cells: own, rx, tx } = stream;
  let connection = 0;
  let out = new Plain();
  let back = new Plain();
  connectBoth(stream, peer);
  for (const [what, bytes] of steps) {
    if (what === 'send') {
      const length = Math.min(bytes, tx.length);
      for (let i = 0; i < length; i++) tx[i] = byteAt(connection, out.sent + i);
      const taken = stream.send(0, length, CAUSE.none);
      const room = 16_384 - (out.sent - out.received);
      expect(taken).toBe(length <= room ? length : STREAM_RESULT.full);
      if (taken > 0) out.sent += taken;
    } else if (what === 'take') {
      const taken = peer.take(bytes);
      expect(taken.length).toBe(Math.min(bytes, out.sent - out.received));
      taken.forEach((byte, i) => {
        if (byte !== byteAt(connection, out.received + i)) throw new Error(`out ${out.received + i}`);
      });
      out.received += taken.length;
    } else if (what === 'put') {
      const source = Uint8Array.from({ length: bytes }, (_, i) => byteAt(connection, back.sent + i));
      back.sent += peer.put(source, 0);
    } else if (what === 'poll') {
      expect(stream.poll()).toBeGreaterThanOrEqual(0);
      const end = Math.min(own[STREAM.rxEnd], own[STREAM.rxStart] + bytes);
      for (let i = own[STREAM.rxStart]; i < end; i++) {
        if (rx[i] !== byteAt(connection, back.received++)) throw new Error(`in ${back.received}`);
      }
      own[STREAM.rxStart] = end;
      expect(back.received).toBeLessThanOrEqual(back.sent);
    } else {
      stream.close();
      expect(peer.isGivenUp).toBe(true);
      expect(peer.waiting).toBe(out.sent - out.received);
      peer.ended('', 0);
      connection++;
      out = new Plain();
      back = new Plain();
      connectBoth(stream, peer);
    }
  }
  for (let received = 1; received > 0 || own[STREAM.rxEnd] > own[STREAM.rxStart]; ) {
    received = stream.poll();
    for (let i = own[STREAM.rxStart]; i < own[STREAM.rxEnd]; i++) {
      if (rx[i] !== byteAt(connection, back.received++)) throw new Error(`in ${back.received}`);
    }
    own[STREAM.rxStart] = own[STREAM.rxEnd];
  }
  expect(back.received).toBe(back.sent);
}

describe('the rings', () => {
  it('equal the plain stream for any sizes at either end, over any number of connections', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => play(steps, 0)),
      { numRuns: 150 },
    );
  });

  it('go on where their 32-bit positions wrap', () => {
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 20, maxLength: 80 }),
        fc.constantFrom(2_147_483_000, -2_147_483_648, -700),
        (steps, startAt) => play(steps, startAt),
      ),
      { numRuns: 60 },
    );
  });
});
