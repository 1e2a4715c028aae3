/** A venue that refuses status requests, or keeps silent, over a real session: nothing is armed, and nothing is made up. */
import { afterEach, expect, it } from 'vitest';
import { recoveredState } from '../../../app/recovery/recovered-state.ts';
import { createEngine } from '../../../engine/create-engine.ts';
import { ORDER_STATE } from '../../../engine/domain/order-state.ts';
import { JOURNAL_KIND } from '../../../engine/journal/records.ts';
import type { Context } from '../../../engine/strategy/context.ts';
import { defineStrategy } from '../../../engine/strategy/define-strategy.ts';
import { strategyBundle } from '../../../engine/strategy/runtime.ts';
import { FixOrderGateway, MemoryStore } from '../../../gateway/index.ts';
import { CELL, native, STREAM_CELLS } from '../../../native/index.ts';
import { FakeFeed, quote } from '../../support/engine/fake-feed.ts';
import { begun, image } from '../../support/recovery/hand-made-journal.ts';
import { type ScriptedVenue, scriptedVenue } from '../../support/scripted-venue.ts';

const PATIENCE_MS = 60_000;
let venue: ScriptedVenue | undefined;
afterEach(async () => {
  await venue?.stop();
  venue = undefined;
});

/** An engine behind a journal with one order that was sent and never answered. */
function recovering(port: number, timeoutMs: number) {
  const day0Ms = Math.floor(Date.now() / 86_400_000) * 86_400_000;
  const feed = new FakeFeed(false);
  const tick = (): void => {
    feed.cells[CELL.nowNs] = Math.floor((performance.timeOrigin + performance.now() - day0Ms) * 1e6);
  };
  tick();
  let ctx!: Context;
  const puppet = defineStrategy({
    name: 'puppet',
    setup(given) {
      ctx = given as Context;
      given.instrument('AAPL');
    },
  });
  let gateway!: FixOrderGateway;
  const engine = createEngine({
    feed,
    cells: feed.cells,
    record: feed.record,
    depth: feed.depth,
    depthLevels: feed.depthLevels,
    maxInstruments: feed.maxInstruments,
    day0Ms,
    armed: true,
    recovered: recoveredState([
      ...begun(),
      image(JOURNAL_KIND.newOrder, { key: 1, state: ORDER_STATE.pendingNew, timeNs: 0 }),
    ]),
    recovery: { timeoutMs },
    strategies: [{ id: 'maker', bundle: strategyBundle(puppet), params: {} }],
    gateway: (sink) => {
      gateway = new FixOrderGateway({
        stream: new (native().TcpStream)({
          host: '127.0.0.1',
          port,
          listens: false,
          rx: new Uint8Array(1 << 16),
          tx: new Uint8Array(1 << 16),
          cells: new Int32Array(STREAM_CELLS),
          maxPendingBytes: 1 << 16,
        }),
        clock: { cells: feed.cells, day0Ms },
        session: {
          role: 'initiator',
          beginString: 'FIX.4.4',
          senderCompId: 'ME',
          targetCompId: 'THEM',
          heartBtIntMs: 30_000,
          resetOnLogon: true,
          logonTimeoutMs: 5_000,
          logoutTimeoutMs: 1_000,
        },
        clOrdIdPrefix: 'K-',
        store: new MemoryStore(new Int32Array(2)),
        sink,
      });
      return gateway;
    },
    onTimeKnown: () => gateway.start(),
  });
  feed.push({ ...quote('AAPL', 100_000, 100, 100_100, 100), timeNs: feed.cells[CELL.nowNs] as number });
  return {
    engine,
    until: async (isSo: () => boolean): Promise<void> => {
      const endMs = performance.now() + PATIENCE_MS;
      while (!isSo() && performance.now() < endMs) {
        tick();
        if (engine.turn() === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      }
      expect(isSo()).toBe(true);
    },
    order: (): string => {
      const result = ctx.orders.limit(ctx.instrument('AAPL'), 1, 100_000, 10);
      return result.ok ? 'sent' : result.reason;
    },
  };
}

it.each([
  ['refuses them', true],
  ['keeps silent', false],
])('a venue that %s leaves the engine disarmed with a sentence, until a person arms it', async (_what, refuses) => {
  const opened = await scriptedVenue((type, message, { says }) => {
    if (type === 'A') says('35=A|98=0|108=30|141=Y|');
    const seq = /\|34=(\d+)\|/.exec(message)?.[1];
    if (type === 'H' && refuses) says(`35=j|45=${seq}|372=H|380=3|58=Unsupported message type|`);
  });
  venue = opened;
  const { engine, until, order } = recovering(opened.port, 500);
  await until(() => engine.stats().recovery?.state === 'refused');
  expect(opened.heard.some((message) => message.includes('|35=H|') && message.includes('|11=K-1|'))).toBe(true);
  expect(engine.stats().recovery?.refusal).toMatch(
    /^The engine does not arm: 1 order of which the venue has not said in time .* hotlap ctl arm\.$/,
  );
  expect(order()).toBe('NotArmed');
  // A refusal of the question says nothing of the order.
  expect(engine.stats().orders).toMatchObject({ open: 1, inDoubt: 1, rejected: 0, neverReached: 0 });
  engine.arm();
  expect(order()).toBe('sent');
  await until(() => opened.heard.some((message) => message.includes('|35=D|')));
});
