/** What the engine writes into an order journal, and what it does when the journal refuses. */
import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { ORDER_EVENT, ORDER_STATE } from '../../../engine/domain/order-state.ts';
import { type Order, Side } from '../../../engine/index.ts';
import { IMAGE_FLAG } from '../../../engine/journal/records.ts';
import { GATEWAY_RESULT } from '../../../engine/ports/order-gateway.ts';
import { CAUSE, JOURNAL_RESULT } from '../../../native/layout.ts';
import { puppetEngine } from '../../support/engine/puppet.ts';
import { RecordingJournal } from '../../support/journal/recording-journal.ts';

const started = (options: Parameters<typeof puppetEngine>[0] = {}) => {
  const journal = new RecordingJournal();
  journal.next = 501;
  const made = puppetEngine({ journal, ...options });
  const accepted = (): Order => {
    const order = made.bought();
    made.gateway.acknowledge(order.id);
    made.settle();
    return order;
  };
  return { ...made, journal, accepted };
};

describe('what is about to leave', () => {
  it('is in the journal before it is sent: new order, replace and cancel', () => {
    const { journal, gateway, accepted, ctx, settle } = started();
    const seen: string[] = [];
    gateway.onSend = ({ kind, ordinal }) => {
      const { image } = journal.last;
      seen.push(
        `${kind} ${ordinal}: ${journal.last.kind} ${image?.ordinal}/${image?.replaceOrdinal}/${image?.cancelOrdinal}`,
      );
    };
    const order = accepted();
    ctx.orders.replace(order, 3_199_000, 150);
    gateway.reply({ clOrdOrdinal: 502, origClOrdOrdinal: 501, execType: '5', ordStatus: '5', cumQuantity: 0 });
    settle();
    ctx.orders.cancel(order);
    expect(seen).toEqual([
      'new 501: newOrder 501/0/0',
      'replace 502: replace 501/502/0',
      'cancel 503: cancel 502/0/503',
    ]);
  });

  it('is an image of the whole row, and of the position behind it', () => {
    const { journal, bought } = started();
    expect(journal.entries[0]).toMatchObject({
      kind: 'instrument',
      said: { handle: 0, symbol: 'AAPL', priceScale: 10_000, multiplier: 1 },
    });
    bought();
    expect(journal.last.image).toMatchObject({
      key: 501,
      ordinal: 501,
      strategy: 0,
      instrument: 0,
      side: Side.Buy,
      price: 3_200_000,
      quantity: 100,
      leaves: 100,
      cumQuantity: 0,
      state: ORDER_STATE.pendingNew,
      event: ORDER_EVENT.none,
      cause: CAUSE.none,
      flags: 0,
      executedQuantity: 0,
      msgSeqNum: 0,
      positionQuantity: 0,
      execId: '',
    });
  });

  it('is taken back where the gateway refuses it; the row is as it was', () => {
    const { journal, gateway, buy, accepted, ctx, engine } = started();
    gateway.result = GATEWAY_RESULT.transportFull;
    expect(buy()).toEqual({ ok: false, reason: 'TransportFull' });
    expect(journal.kinds.slice(-2)).toEqual(['newOrder', 'notSent']);
    expect(journal.last.image).toMatchObject({ ordinal: 501, state: ORDER_STATE.neverReached });
    expect(engine.stats().orders).toMatchObject({ sent: 0, open: 0 });

    gateway.result = GATEWAY_RESULT.sent;
    const order = accepted();
    gateway.result = GATEWAY_RESULT.throttled;
    expect(ctx.orders.replace(order, 3_199_000, 50)).toEqual({ ok: false, reason: 'Throttled' });
    expect(journal.last).toMatchObject({
      kind: 'notSent',
      image: { ordinal: 502, replaceOrdinal: 0, state: ORDER_STATE.new },
    });
    expect(order.state).toBe('new');
    expect(ctx.orders.cancel(order)).toEqual({ ok: false, reason: 'Throttled' });
    expect(journal.last).toMatchObject({
      kind: 'notSent',
      image: { ordinal: 502, cancelOrdinal: 0, state: ORDER_STATE.new },
    });
    expect(order.state).toBe('new');
    gateway.result = GATEWAY_RESULT.sent;
    expect(ctx.orders.cancel(order)).toMatchObject({ ok: true });
  });
});

/** An execution of the first order. */
const fill = (quantity: number) => ({
  clOrdOrdinal: 501,
  execType: 'F',
  ordStatus: '1',
  lastQuantity: quantity,
  lastPrice: 3_199_900,
  cumQuantity: quantity,
  leavesQuantity: 100 - quantity,
});

/** ExecID(17) somewhere in the message's bytes. */
const named = (execId: string) => ({
  bytes: new TextEncoder().encode(`17=${execId}|`),
  execIdStart: 3,
  execIdEnd: 3 + execId.length,
});

describe('what the venue says', () => {
  it('is an image of what it made of the row, with ExecID(17) and MsgSeqNum(34)', () => {
    const { journal, gateway, bought, settle } = started();
    bought();
    gateway.reply({ clOrdOrdinal: 501, execType: '0', ordStatus: '0', msgSeqNum: 12 });
    gateway.reply({ ...fill(40), msgSeqNum: 13, ...named('EXEC-77') });
    settle();
    const [accepted, filled] = journal.entries.slice(-2);
    expect(accepted).toMatchObject({
      kind: 'report',
      image: {
        key: 501,
        state: ORDER_STATE.new,
        event: ORDER_EVENT.accepted,
        flags: IMAGE_FLAG.acknowledged,
        msgSeqNum: 12,
        execId: '',
      },
    });
    expect(filled?.image).toMatchObject({
      state: ORDER_STATE.partiallyFilled,
      event: ORDER_EVENT.fill,
      leaves: 60,
      cumQuantity: 40,
      executedValue: 40 * 3_199_900,
      executedQuantity: 40,
      executedValueChange: 40 * 3_199_900,
      positionQuantity: 40,
      positionCost: 40 * 3_199_900,
      positionBought: 40,
      positionSold: 0,
      msgSeqNum: 13,
      execId: 'EXEC-77',
    });
  });

  it('an ExecID(17) that is longer than its place is cut, and its length says so', () => {
    const { journal, gateway, bought, settle } = started();
    bought();
    gateway.reply({ ...fill(40), ...named('X'.repeat(400)) });
    settle();
    expect(journal.last.image?.execId).toBe('X'.repeat(63));
  });

  it('an order in doubt is one from the moment at which it is', () => {
    const { journal, gateway, bought, settle } = started();
    bought();
    gateway.inDoubt(501, 'the venue asks for it again');
    settle();
    expect(journal.kinds).toContain('inDoubt');
    const { image } = journal.entries.find(({ kind }) => kind === 'inDoubt') ?? {};
    expect(image).toMatchObject({ key: 501, state: ORDER_STATE.inDoubt, event: ORDER_EVENT.inDoubt });
  });
});

describe('a journal that takes nothing more', () => {
  it('has failed: new orders and replaces are refused, cancels leave', () => {
    const { journal, gateway, accepted, buy, ctx, engine } = started();
    const order = accepted();
    journal.failed = true;
    journal.opening = JOURNAL_RESULT.failed;
    journal.closing = JOURNAL_RESULT.failed;
    expect(buy()).toEqual({ ok: false, reason: 'JournalFailed' });
    expect(ctx.orders.replace(order, 3_199_000, 50)).toEqual({ ok: false, reason: 'JournalFailed' });
    expect(gateway.sent).toHaveLength(1);
    expect(ctx.orders.cancel(order)).toMatchObject({ ok: true });
    expect(gateway.last).toMatchObject({ kind: 'cancel', orig: 501 });
    expect(engine.stats().refusals).toMatchObject({ JournalFailed: 2 });
  });

  it.each([
    ['no room in the ring', { opening: JOURNAL_RESULT.full }, 'JournalFull'],
    ['a ring that fails at this very record', { opening: JOURNAL_RESULT.failed }, 'JournalFailed'],
    ['no numbers but those of cancels', { room: false }, 'JournalFull'],
  ])('%s: the order does not leave, and its row is free again', (_, trouble, reason) => {
    const { journal, gateway, accepted, buy, ctx, engine } = started();
    const order = accepted();
    Object.assign(journal, trouble);
    expect(buy()).toEqual({ ok: false, reason });
    expect(ctx.orders.replace(order, 3_199_000, 50)).toEqual({ ok: false, reason });
    expect(gateway.sent).toHaveLength(1);
    expect(order.state).toBe('new');
    expect(engine.stats().orders.open).toBe(1);
    expect(ctx.orders.cancel(order)).toMatchObject({ ok: true });
    Object.assign(journal, { opening: JOURNAL_RESULT.ok, room: true });
    expect(buy()).toMatchObject({ ok: true });
  });

  it('without a number left, a cancel is refused by name', () => {
    const { journal, accepted, ctx } = started();
    const order = accepted();
    journal.takeOrdinal = () => -1;
    expect(ctx.orders.cancel(order)).toEqual({ ok: false, reason: 'StoreFull' });
    expect(order.state).toBe('new');
  });
});

it('numbers of ClOrdID(11) are those that the journal deals out', () => {
  const { bought, gateway } = started();
  bought();
  bought();
  expect(gateway.sent.map(({ ordinal }) => ordinal)).toEqual([501, 502]);
});

it('commands, limits and kills are journalled, with who gave them', () => {
  const { port1, port2 } = new MessageChannel();
  const { journal, engine } = started({ control: port2 });
  port1.postMessage({ kind: 'disarm', who: 'ctl:ann' });
  port1.postMessage({ kind: 'limit', who: 'ctl:ann', scope: { of: 'firm' }, name: 'maxLoss', value: 1_000 });
  port1.postMessage({ kind: 'kill', who: 'signal', scope: { of: 'firm' }, reason: 'a test' });
  for (let turn = 0; turn < 600; turn += 1) engine.turn();
  port1.close();
  const said = (kind: string) => journal.entries.filter((entry) => entry.kind === kind).map((entry) => entry.said);
  expect(said('command')).toMatchObject([
    { who: 'ctl:ann', command: 'disarm', ok: true },
    { who: 'ctl:ann', command: 'limit' },
    { who: 'signal', command: 'kill', ok: true },
  ]);
  expect(said('limit')).toMatchObject([{ who: 'ctl:ann', name: 'maxLoss', new: 1_000 }]);
  expect(said('kill')).toMatchObject([{ who: 'signal', scope: 'all', killed: true, reason: 'a test' }]);
});
