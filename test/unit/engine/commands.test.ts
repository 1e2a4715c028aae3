/** What comes over the control channel: who asked, what was done, and the answer. */
import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { parseScope, scopeText } from '../../../engine/domain/scope.ts';
import type { ControlAnswer, ControlMessage, EngineOptions } from '../../../engine/engine.ts';
import { defineStrategy, param, Side } from '../../../engine/index.ts';
import { JOURNAL_KIND } from '../../../engine/journal/records.ts';
import type { RecoveredState } from '../../../engine/journal/recovered.ts';
import { createLogRing, LogReader } from '../../../engine/loop/log-ring.ts';
import type { Journal } from '../../../engine/ports/journal.ts';
import { quote } from '../../support/engine/fake-feed.ts';
import { testEngine } from '../../support/engine/test-engine.ts';

const TICK = quote('AAPL', 3_200_000, 100, 3_201_000, 100);
const maker = defineStrategy({
  name: 'maker',
  params: {
    quantity: param.integer(100, { min: 1, max: 500, live: true, description: 'Shares.' }),
    edge: param.price('0.25', { min: '0.01', live: true }),
    fixed: param.integer(1),
  },
  setup: (ctx) => void ctx.instrument('AAPL'),
  onBook: (_book, ctx) => void ctx.orders.limit(ctx.instrument('AAPL'), Side.Buy, 3_200_000, ctx.params.quantity),
});

const NOTES = new Set<number>([JOURNAL_KIND.command, JOURNAL_KIND.limit, JOURNAL_KIND.alert]);

/** An earlier run that ended with nothing open. */
const NOTHING_LEFT: RecoveredState = {
  strategies: ['s0', 's1'],
  symbols: [],
  orders: new Float64Array(0),
  positions: [],
  executions: [],
  terms: [],
  kills: [],
  limits: [],
};

const channels: MessageChannel[] = [];
afterEach(() => {
  for (const { port1 } of channels.splice(0)) port1.close();
});

/** An engine of two makers, and commands to it. */
function controlled(options: Pick<EngineOptions, 'journal' | 'recovered'> = {}) {
  const channel = new MessageChannel();
  channels.push(channel);
  const log = createLogRing();
  const answers: ControlAnswer[] = [];
  const made = testEngine([maker, maker], {
    control: channel.port2,
    shared: { log },
    answer: (answer) => answers.push(answer),
    ...options,
  });
  const told = (message: ControlMessage): ControlAnswer | undefined => {
    channel.port1.postMessage(message);
    for (let turn = 0; turn < 600; turn += 1) made.engine.turn();
    return answers.pop();
  };
  const lines = (): string[] => {
    const read: string[] = [];
    new LogReader(log).drain(({ level, text }) => read.push(`${level} ${text}`));
    return read;
  };
  return { ...made, told, lines };
}

/** Two open orders of each maker: ordinals 1 to 4. */
function withOrders() {
  const made = controlled();
  for (let tick = 0; tick < 2; tick += 1) {
    made.feed.push(TICK);
    made.settle();
  }
  for (const ordinal of [1, 2, 3, 4]) made.gateway.acknowledge(ordinal);
  made.settle();
  made.gateway.sent.length = 0;
  return made;
}

describe('a command', () => {
  it('is answered by its number, and told in the log with who gave it', () => {
    const { told, lines } = controlled();
    expect(told({ kind: 'disarm', who: 'ctl:ann', id: 7 })).toEqual({
      id: 7,
      ok: true,
      sentence: 'Trading is disabled: no new order leaves; open orders stay as they are.',
    });
    expect(told({ kind: 'arm', who: 'ctl:bob', id: 8 })).toEqual({ id: 8, ok: true, sentence: 'Trading is enabled.' });
    expect(lines()).toEqual([
      'info ctl:ann: Trading is disabled: no new order leaves; open orders stay as they are.',
      'info ctl:bob: Trading is enabled.',
    ]);
  });

  it('without a number gets no answer', () => {
    expect(controlled().told({ kind: 'arm' })).toBeUndefined();
  });

  it('that this engine does not know is refused', () => {
    const { told } = controlled();
    const answer = told({ kind: 'dance', id: 1 } as unknown as ControlMessage);
    expect(answer).toEqual({ id: 1, ok: false, sentence: 'This engine knows no command dance.' });
  });

  it('to arm is refused while the engine stops', () => {
    const { told } = withOrders();
    expect(told({ kind: 'stop', reason: 'the day is over', id: 1 })).toMatchObject({ ok: true });
    expect(told({ kind: 'arm', id: 2 })).toMatchObject({
      ok: false,
      sentence: 'The engine is stopping: it cannot be armed.',
    });
  });

  it('to arm says what else stands in the way', () => {
    const recovered = { ...NOTHING_LEFT, kills: [{ timeNs: 0, who: 'x', scope: 'all', killed: true, reason: 'y' }] };
    const waiting = controlled({ recovered: NOTHING_LEFT });
    expect(waiting.told({ kind: 'arm', id: 1 })).toEqual({
      id: 1,
      ok: true,
      sentence:
        'Trading is enabled; the first order waits until what earlier runs left open is reconciled with the venue.',
    });
    expect(waiting.told({ kind: 'status', id: 2 })?.data).toMatchObject({ armed: true, recovering: true });
    expect(controlled({ recovered }).told({ kind: 'arm', id: 3 })).toMatchObject({
      ok: true,
      sentence: 'Trading is enabled, but the kill of all holds until it is released.',
    });
  });

  it('of alert is an error in the log', () => {
    const { told, lines } = controlled();
    told({ kind: 'alert', what: 'The drop copy knows an order that we do not.', who: 'rule:dropCopy' });
    expect(lines()).toEqual(['error rule:dropCopy: The drop copy knows an order that we do not.']);
  });
});

describe('the journal', () => {
  it('keeps every command with who, what and how it went, an alert as such, and no question', () => {
    const notes: { kind: number; note: Record<string, unknown> }[] = [];
    const journal: Journal = {
      takeOrdinal: () => 1,
      nextOrdinal: () => 1,
      hasFailed: () => false,
      hasRoom: () => true,
      append: (kind, bytes, length) => {
        if (NOTES.has(kind))
          notes.push({ kind, note: JSON.parse(new TextDecoder().decode(bytes.subarray(0, length))) });
        return 0;
      },
    };
    const { told } = controlled({ journal });
    const disarmed = 'Trading is disabled: no new order leaves; open orders stay as they are.';
    told({ kind: 'disarm', who: 'ctl:ann', id: 1 });
    told({ kind: 'status', who: 'ctl:ann', id: 2 });
    told({ kind: 'param', strategy: 's0', name: 'quantity', value: 0, who: 'ctl:bob' });
    told({ kind: 'limit', scope: { of: 'symbol', name: 'AAPL' }, name: 'maxQuantity', value: 5, who: 'ctl:bob' });
    told({ kind: 'limit', scope: { of: 'firm' }, name: 'maxQuantity', value: -5, who: 'ctl:bob' });
    told({ kind: 'alert', what: 'Look here.', who: 'rule:dropCopy' });
    const timeNs = expect.any(Number);
    const bob = { timeNs, who: 'ctl:bob' };
    expect(notes).toEqual([
      {
        kind: JOURNAL_KIND.command,
        note: { timeNs, who: 'ctl:ann', command: 'disarm', arguments: {}, ok: true, answer: disarmed },
      },
      {
        kind: JOURNAL_KIND.command,
        note: {
          ...bob,
          command: 'param',
          arguments: { strategy: 's0', name: 'quantity', value: 0 },
          ok: false,
          answer: 'Parameter quantity must be at least 1, not 0.',
        },
      },
      {
        kind: JOURNAL_KIND.limit,
        note: { ...bob, scope: 'symbol:AAPL', name: 'maxQuantity', old: null, new: 5 },
      },
      { kind: JOURNAL_KIND.command, note: expect.objectContaining({ ...bob, command: 'limit', ok: true }) },
      // What is refused has changed no limit.
      { kind: JOURNAL_KIND.command, note: expect.objectContaining({ ...bob, command: 'limit', ok: false }) },
      { kind: JOURNAL_KIND.alert, note: { timeNs, what: 'rule:dropCopy: Look here.' } },
    ]);
  });
});

describe('parameters', () => {
  it('are shown as they are now, prices as decimal text', () => {
    const { told, lines } = controlled();
    expect(told({ kind: 'param', strategy: 's1', name: 'edge', value: '1.5', id: 1 })).toMatchObject({
      ok: true,
      sentence: 'edge of s1 was 0.2500 and is now 1.5000.',
    });
    expect(told({ kind: 'parameters', id: 2 })?.data).toEqual([
      {
        strategy: 's0',
        name: 'quantity',
        kind: 'integer',
        value: 100,
        chosen: false,
        live: true,
        min: 1,
        max: 500,
        description: 'Shares.',
      },
      { strategy: 's0', name: 'edge', kind: 'price', value: '0.2500', chosen: false, live: true, min: 0.01 },
      { strategy: 's0', name: 'fixed', kind: 'integer', value: 1, chosen: false, live: false },
      {
        strategy: 's1',
        name: 'quantity',
        kind: 'integer',
        value: 100,
        chosen: false,
        live: true,
        min: 1,
        max: 500,
        description: 'Shares.',
      },
      { strategy: 's1', name: 'edge', kind: 'price', value: '1.5000', chosen: true, live: true, min: 0.01 },
      { strategy: 's1', name: 'fixed', kind: 'integer', value: 1, chosen: false, live: false },
    ]);
    // A question leaves no trace.
    expect(lines().length).toBe(1);
  });

  it.each([
    ['s9', 'quantity', 1, 'There is no strategy s9: it runs s0, s1.'],
    ['s0', 'fixed', 1, 's0 has no live parameter fixed.'],
    ['s0', 'constructor', 1, 's0 has no live parameter constructor.'],
    ['s0', 'quantity', 501, 'Parameter quantity must be at most 500, not 501.'],
  ])('%s %s = %s is refused', (strategy, name, value, sentence) => {
    expect(controlled().told({ kind: 'param', strategy, name, value, id: 1 })).toEqual({ id: 1, ok: false, sentence });
  });
});

describe('cancel', () => {
  it('of one order, which is not sent twice', () => {
    const { told, gateway } = withOrders();
    const command = { kind: 'cancel', orders: { ordinal: 2 } } as const;
    expect(told({ ...command, id: 1 })).toEqual({ id: 1, ok: true, sentence: 'Order 2 is being cancelled.' });
    expect(told({ ...command, id: 2 })).toMatchObject({ ok: true });
    expect(gateway.sent).toMatchObject([{ kind: 'cancel', orig: 2 }]);
  });

  it('of an order that is unknown; without a session it waits for one', () => {
    const { told, gateway, settle } = withOrders();
    expect(told({ kind: 'cancel', orders: { ordinal: 99 }, id: 1 })).toMatchObject({
      ok: false,
      sentence: 'Order 99 is not open, or not known here.',
    });
    gateway.ready = false;
    expect(told({ kind: 'cancel', orders: { ordinal: 1 }, id: 2 })).toMatchObject({
      ok: true,
      sentence: 'Order 1 is to be cancelled after the next Logon.',
    });
    expect(gateway.sent).toEqual([]);
    gateway.resumeSession();
    settle();
    expect(gateway.sent).toMatchObject([{ kind: 'cancel', orig: 1 }]);
  });

  it('of what one strategy has open, and of everything', () => {
    const { told, gateway } = withOrders();
    expect(told({ kind: 'cancel', orders: { strategy: 's1' }, id: 1 })).toMatchObject({
      ok: true,
      sentence: '2 open orders of s1 are being cancelled.',
    });
    expect(gateway.sent.map(({ orig }) => orig)).toEqual([2, 4]);
    expect(told({ kind: 'cancel', orders: 'all', id: 2 })).toMatchObject({
      ok: true,
      sentence: '4 open orders are being cancelled.',
    });
    expect(gateway.sent.map(({ orig }) => orig)).toEqual([2, 4, 1, 3]);
    for (const ordinal of [1, 2, 3, 4]) gateway.fill(ordinal, 100, 3_200_000, 100, 0);
    expect(told({ kind: 'disarm', id: 3 })).toMatchObject({ ok: true });
    expect(told({ kind: 'cancel', orders: 'all', id: 4 })).toMatchObject({
      ok: true,
      sentence: 'There are no open orders to cancel.',
    });
  });
});

it('status tells what only the loop knows', () => {
  const { told, gateway } = withOrders();
  gateway.ready = false;
  expect(told({ kind: 'status', id: 1 })?.data).toEqual({
    armed: true,
    playback: null,
    recovering: false,
    sessionReady: false,
    recovery: null,
    stopping: '',
    orders: expect.objectContaining({ sent: 4, open: 4 }),
    refusals: {},
    kills: [],
    strategies: [
      { id: 's0', name: 'maker', state: 'running' },
      { id: 's1', name: 'maker', state: 'running' },
    ],
  });
});

it('scopes read as they are written', () => {
  for (const text of ['firm', 'session', 'strategy:a:b', 'symbol:BRK.B'])
    expect(scopeText(parseScope(text)!)).toBe(text);
  expect(scopeText(parseScope('all')!, 'all')).toBe('all');
  for (const text of ['', 'strategy', 'strategy:', 'venue:x', 'Firm']) expect(parseScope(text)).toBeUndefined();
});
