import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { FixPeer } from '../support/fix-peer.ts';
import { wire } from '../support/fix-wire.ts';

const tag = fc.constantFrom(
  7,
  16,
  34,
  36,
  43,
  45,
  49,
  52,
  55,
  56,
  58,
  95,
  96,
  97,
  98,
  108,
  112,
  122,
  123,
  141,
  373,
  -1,
  0,
  99_999,
);
const value = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    '1',
    '2',
    '-1',
    'Y',
    'N',
    'US',
    'PEER',
    '20200130-09:30:00.000',
    '2147483647',
    '99999999999',
  ),
  fc.string({ maxLength: 8 }).map((text) => text.replaceAll('|', '/')),
);
const type = fc.constantFrom('0', '1', '2', '3', '4', '5', '8', '9', 'A', 'D', 'j', 'AE', '*', '');
const message = fc.record({
  type,
  seq: fc.integer({ min: -2, max: 12 }),
  fields: fc.array(fc.tuple(tag, value), { maxLength: 6 }),
});

it('no sequence of messages throws, breaks a message of ours, or lowers a number', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(message, fc.uint8Array({ maxLength: 60 }), fc.nat(40_000)), { maxLength: 25 }),
      fc.constantFrom('initiator' as const, 'acceptor' as const),
      (steps, role) => {
        const peer = FixPeer.loggedOn({ role });
        let expected = peer.sequence[1];
        for (const step of steps) {
          if (peer.session.stateName() === 'disconnected' || peer.session.stateName() === 'connecting') break;
          let reset = false;
          if (typeof step === 'number') peer.after(step);
          else if (step instanceof Uint8Array) peer.sendsBytes(step);
          else {
            const rest = step.fields.map(([number, text]) => `${number}=${text}|`).join('');
            reset = step.fields.some(([number]) => number === 141);
            peer.sendsBytes(latin1(`35=${step.type}|34=${step.seq}|49=PEER|52=${peer.clock.text()}|56=US|${rest}`));
          }
          // Every message of ours is checked for length, checksum and CompIDs as it is taken.
          while (peer.next() !== '');
          if (!reset) expect(peer.sequence[1]).toBeGreaterThanOrEqual(expected);
          expected = peer.sequence[1];
        }
      },
    ),
    { numRuns: 400 },
  );
});

it('a stream cut anywhere says the same', () => {
  const seqs = [2, 3, 5, 4, 5, 6, 6, 9];
  const whole = heard([everything(seqs)]);
  const bytes = everything(seqs);
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length), { maxLength: 20 }), (cuts) => {
      const at = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      expect(heard(at.slice(1).map((end, i) => bytes.subarray(at[i], end)))).toEqual(whole);
    }),
    { numRuns: 100 },
  );
});

function everything(seqs: number[]): Uint8Array {
  return Buffer.concat(
    seqs.map((seq) =>
      wire(`35=8|34=${seq}|49=PEER|52=20200130-09:30:00.000|56=US|43=Y|122=20200130-09:29:00.000|17=${seq}|`),
    ),
  );
}

function heard(pieces: Uint8Array[]): string[] {
  const peer = FixPeer.loggedOn();
  for (const piece of pieces) if (piece.length > 0) peer.sendsBytes(piece);
  return peer.heard;
}

const latin1 = (body: string): Uint8Array => Buffer.from(wire(body.replaceAll(/[^\x20-\x7e]/g, '?')));
