import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Side } from '../../../engine/domain/side.ts';
import { TimeInForce } from '../../../engine/domain/time-in-force.ts';
import { GATEWAY_RESULT } from '../../../engine/ports/order-gateway.ts';
import { createMemoryPair, FixOrderGateway, MemoryStore } from '../../../gateway/index.ts';
import { Throttle } from '../../../gateway/session/throttle.ts';
import { CAUSE, CELL } from '../../../native/layout.ts';
import { CONFIG, FixPeer, TestClock } from '../../support/fix-peer.ts';
import { wire } from '../../support/fix-wire.ts';

describe('a throttle', () => {
  it('lets through no more than its messages in any stretch of its time, wherever that begins', () => {
    const step = fc.record({ waitMs: fc.integer({ min: 0, max: 400 }), urgent: fc.boolean() });
    const config = fc
      .record({
        messages: fc.integer({ min: 1, max: 12 }),
        perMs: fc.integer({ min: 1, max: 1_000 }),
        share: fc.nat(11),
      })
      .map(({ messages, perMs, share }) => ({ messages, perMs, reserve: share % messages }));
    fc.assert(
      fc.property(config, fc.array(step, { maxLength: 200 }), (given, steps) => {
        const clock = new Float64Array(CELL.nowNs + 1);
        const throttle = new Throttle(given, clock);
        const sent: number[] = [];
        let nowMs = 0;
        for (const { waitMs, urgent } of steps) {
          nowMs += waitMs;
          clock[CELL.nowNs] = nowMs * 1e6;
          const recent = sent.filter((at) => at > nowMs - given.perMs).length;
          const allowed = urgent ? given.messages : given.messages - given.reserve;
          expect(throttle.has(urgent)).toBe(recent < allowed);
          if (!throttle.has(false)) {
            const freeMs = throttle.freeAtMs();
            expect(freeMs).toBeGreaterThan(nowMs);
            expect(sent.filter((at) => at > freeMs - given.perMs).length).toBeLessThan(given.messages - given.reserve);
          }
          if (!throttle.has(urgent)) continue;
          throttle.take();
          sent.push(nowMs);
        }
      }),
    );
  });

  it('keeps a tenth for cancels where nothing else is said', () => {
    const clock = new Float64Array(CELL.nowNs + 1);
    const throttle = new Throttle({ messages: 20, perMs: 1_000 }, clock);
    let orders = 0;
    for (; throttle.has(false); orders++) throttle.take();
    let cancels = 0;
    for (; throttle.has(true); cancels++) throttle.take();
    expect([orders, cancels]).toEqual([18, 2]);
  });
});

it('orders leave the reserve to cancels', () => {
  const clock = new TestClock();
  const pair = createMemoryPair({ bytes: 65_536 });
  const gateway = new FixOrderGateway({
    stream: pair.a,
    clock,
    session: { ...CONFIG, role: 'initiator', throttle: { messages: 5, perMs: 1_000, reserve: 2 } },
    clOrdIdPrefix: 'T-',
    store: new MemoryStore(new Int32Array(2)),
    sink: {
      onExecution: () => undefined,
      onMassCancel: () => undefined,
      onMassStatus: () => undefined,
      onInDoubt: () => undefined,
      onSessionUp: () => undefined,
      onSessionDown: () => undefined,
    },
  });
  gateway.addInstrument({ handle: 1, symbol: 'X', priceScale: 100, tickSize: 1, lotSize: 1, multiplier: 1 });
  gateway.start();
  pair.b.open();
  for (let i = 0; i < 3; i++) gateway.poll();
  const logon = wire(`35=A|34=1|49=PEER|52=${clock.text()}|56=US|98=0|108=30|`);
  pair.b.tx.set(logon);
  pair.b.send(0, logon.length, CAUSE.none);
  gateway.poll();
  const { sent, throttled } = GATEWAY_RESULT;
  const buy = (ordinal: number): number => gateway.newOrder(ordinal, 1, Side.Buy, 100, 1, TimeInForce.Day, CAUSE.tick);
  const replace = (ordinal: number): number =>
    gateway.replace(ordinal, 1, 1, Side.Buy, 100, 1, TimeInForce.Day, CAUSE.tick);
  const cancel = (ordinal: number): number => gateway.cancel(ordinal, 1, 1, Side.Buy, 1, TimeInForce.Day, CAUSE.tick);
  expect([buy(1), buy(2), replace(3), buy(4), replace(5)]).toEqual([sent, sent, sent, throttled, throttled]);
  expect([cancel(6), cancel(7), cancel(8)]).toEqual([sent, sent, throttled]);
  clock.advance(1_000);
  expect(buy(9)).toBe(sent);
});

it('messages that are sent again are counted too, and wait for their turn', () => {
  const peer = FixPeer.loggedOn({ throttle: { messages: 2, perMs: 1_000, reserve: 0 } });
  for (const id of ['A', 'B']) {
    peer.session.compose('D').text(11, id);
    expect(peer.session.sendComposed(CAUSE.none)).toBe(GATEWAY_RESULT.sent);
    peer.next();
  }
  peer.sends('35=2|34=2|7=2|16=0|');
  peer.expectsNothing();
  expect(peer.session.isResending()).toBe(true);
  expect(peer.session.nextDueNs()).toBe(peer.clock.cells[CELL.nowNs] + 1_000e6);
  peer.after(1_000);
  expect([peer.next(), peer.next()].map((text) => /11=(\w)/.exec(text)?.[1])).toEqual(['A', 'B']);
  expect(peer.session.stateName()).toBe('logged-on');
});
