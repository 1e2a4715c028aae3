/** What a peer that has lost everything gets when it asks: each number once, in order, whatever was sent and however it is asked. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MemoryStore } from '../../gateway/index.ts';
import { CAUSE } from '../../native/layout.ts';
import { FixPeer } from '../support/fix-peer.ts';

const sent = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('order' as const), stale: fc.boolean(), bytes: fc.nat(120) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('session' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('skipped' as const), numbers: fc.integer({ min: 1, max: 300 }) }),
  },
);
const situation = fc.record({
  history: fc.array(sent, { maxLength: 60 }),
  from: fc.nat(1_000),
  to: fc.nat(1_000),
  resendChunk: fc.integer({ min: 1, max: 20 }),
  keptMessages: fc.integer({ min: 2, max: 64 }),
  keptBytes: fc.integer({ min: 400, max: 20_000 }),
  connectionBytes: fc.constantFrom(4_096, 65_536),
  /** Live messages between two polls of the resend. */
  live: fc.array(fc.boolean(), { maxLength: 30 }),
});

const tag = (text: string, number: number): number => Number(new RegExp(`\\|${number}=(\\d+)`).exec(text)?.[1]);

it('tells every number that was asked for exactly once, in order; stale and forgotten ones in gap fills', () => {
  fc.assert(
    fc.property(situation, (given) => {
      const cells = new Int32Array(2);
      const store = new MemoryStore(cells, given.keptBytes, given.keptMessages);
      const asked: number[] = [];
      const peer = FixPeer.loggedOn(
        { resendChunk: given.resendChunk, maxMessageBytes: 512, heartBtIntMs: 0 },
        {
          store,
          bytes: given.connectionBytes,
          application: {
            mayResend: (message) => {
              asked.push(message.int(34, 0));
              return !message.text(11).startsWith('STALE');
            },
          },
        },
      );
      const ids = new Map<number, string>();
      let peerSeq = 2;
      const order = (id: string): void => {
        const seq = cells[0];
        peer.session.compose('D').text(11, id);
        if (peer.session.sendComposed(CAUSE.none) === 0) ids.set(seq, id);
      };
      for (const step of given.history) {
        if (step.kind === 'order') order(`${step.stale ? 'STALE' : 'KEEP'}${cells[0]}${'x'.repeat(step.bytes)}`);
        else if (step.kind === 'session') peer.sends(`35=1|34=${peerSeq++}|112=X|`);
        else store.setNextSender(cells[0] + step.numbers);
        peer.received();
      }
      const last = cells[0] - 1;
      const begin = 1 + (given.from % last);
      const end = given.to % 3 === 0 ? 0 : begin + (given.to % 200);
      const expectedEnd = end === 0 ? last : Math.min(end, last);
      peer.sends(`35=2|34=${peerSeq++}|7=${begin}|16=${end}|`);
      const got = peer.received();
      for (let poll = 0; peer.session.isResending(); poll++) {
        expect(poll).toBeLessThan(5_000);
        if (given.live[poll] === true) order(`LIVE${poll}`);
        got.push(...peer.received());
      }
      got.push(...peer.received(), ...peer.received());
      let next = begin;
      let nextLive = last + 1;
      for (const bytes of got) {
        const text = Buffer.from(bytes).toString('latin1').replaceAll('\x01', '|');
        const seq = tag(text, 34);
        if (!text.includes('|43=Y|')) {
          expect(seq).toBe(nextLive++);
          continue;
        }
        expect(seq).toBe(next);
        if (text.includes('|35=4|')) {
          next = tag(text, 36);
          expect(text).toContain('|123=Y|');
          for (let number = seq; number < next; number++) {
            const id = ids.get(number);
            expect(
              id === undefined || id.startsWith('STALE') || number < store.oldestKept() || given.live.length > 0,
            ).toBe(true);
          }
        } else {
          expect(text).toContain(`|11=${ids.get(seq)}|`);
          expect(ids.get(seq)).toMatch(/^KEEP/);
          next = seq + 1;
        }
      }
      expect(next).toBe(expectedEnd + 1);
      expect(new Set(asked).size).toBe(asked.length);
    }),
    { numRuns: 150 },
  );
});
