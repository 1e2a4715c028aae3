/** Which order of one run is which of the other's, and why they are not the same. */
import { describe, expect, test } from 'vitest';
import type { Facts } from '../../../app/diff/judge.ts';
import { logEvents } from '../../../app/diff/log-stream.ts';
import { ORDER_EVENT, ORDER_STATE } from '../../../engine/domain/order-state.ts';
import { REFUSAL } from '../../../engine/domain/refusal.ts';
import { ORDER_LOG, ORDER_LOG_KIND } from '../../../engine/orders/order-log.ts';
import { REFUSAL_LOG } from '../../../engine/orders/refusal-log.ts';
import { CAUSE } from '../../../native/layout.ts';
import { compared, FACTS, type Logged } from '../../support/run/compared-logs.ts';
import { openWorkshop } from '../../support/system/workshop.ts';

/** Whose parameters are not the same in both runs. */
const SECOND = 1;

type Fields = Record<string, number>;
const logged = (fields: Fields): Logged => ({
  refused: false,
  fields: { timeNs: (fields.sequence ?? 0) * 100, ...fields },
});

const sent = (sequence: number, ordinal: number, more: Fields = {}): Logged =>
  logged({
    kind: ORDER_LOG_KIND.newOrder,
    sequence,
    ordinal,
    side: 1,
    price: 100,
    quantity: 10,
    cause: CAUSE.tick,
    state: ORDER_STATE.pendingNew,
    ...more,
  });
const refused = (sequence: number, reason: number, more: Fields = {}): Logged => ({
  ...sent(sequence, 0, { reason, ...more }),
  refused: true,
});
const asked = (sequence: number, ordinal: number, origOrdinal: number, more: Fields = {}): Logged =>
  logged({ kind: ORDER_LOG_KIND.cancel, sequence, ordinal, origOrdinal, side: 1, cause: CAUSE.tick, ...more });
const filled = (sequence: number, ordinal: number, more: Fields = {}): Logged =>
  logged({
    kind: ORDER_LOG_KIND.report + ORDER_EVENT.fill,
    sequence,
    ordinal,
    side: 1,
    state: ORDER_STATE.filled,
    movedQuantity: 10,
    movedValue: 1_000,
    ...more,
  });
const ended = (sequence: number, ordinal: number, more: Fields = {}): Logged =>
  filled(sequence, ordinal, {
    kind: ORDER_LOG_KIND.report + ORDER_EVENT.cancelled,
    state: ORDER_STATE.cancelled,
    movedQuantity: 0,
    movedValue: 0,
    ...more,
  });

describe('the logs of a folder', () => {
  const shop = openWorkshop();
  const csv = (name: string, columns: object, rows: readonly Fields[]): string => {
    const names = Object.keys(columns);
    const lines = [names, ...rows.map((row) => names.map((field) => row[field] ?? 0))];
    return shop.write(name, lines.map((line) => `${line.join(',')}\n`).join(''));
  };

  test('are one: refusals stand where they belong, and sequence numbers that begin anew are of another session', () => {
    const orders = csv('orders.csv', ORDER_LOG, [{ sequence: 7 }, { sequence: 9 }, { sequence: 3 }]);
    const of = (sequence: number, orderRecords: number): Fields => ({ sequence, orderRecords });
    const refusals = csv('refusals.csv', REFUSAL_LOG, [of(5, 0), of(9, 2), of(2, 2), of(4, 3)]);
    const events = [...logEvents(orders, refusals)];
    expect(events.map(({ refused, record, session, sequence }) => [refused, record, session, sequence])).toEqual([
      [true, 0, 0, 5],
      [false, 1, 0, 7],
      [false, 2, 0, 9],
      [true, 2, 0, 9],
      [true, 2, 1, 2],
      [false, 3, 1, 3],
      [true, 3, 1, 4],
    ]);
  });

  test('of other columns are refused', () => {
    const refusals = csv('refusals.csv', REFUSAL_LOG, []);
    expect(() => [...logEvents(csv('old.csv', { timeNs: 0, kind: 1 }, []), refusals)]).toThrow(
      /old\.csv has other columns/,
    );
  });
});

const NONE = { onlyInA: 0, onlyInB: 0, changed: 0, executedOtherwise: 0, answeredAtAnotherTime: 0 };
const causes = ({ pnl }: ReturnType<typeof compared>) =>
  Object.entries(pnl.byCause)
    .filter(([, amount]) => amount !== '0.00')
    .map(([cause]) => cause);

describe('which order is which', () => {
  test('an order more in the middle moves no other', () => {
    const a = [sent(5, 1), ended(6, 1), sent(9, 2), filled(9, 2), sent(12, 3), ended(13, 3)];
    const b = [sent(5, 1), ended(6, 1), sent(7, 2), ended(8, 2), sent(9, 3), filled(9, 3), sent(12, 4), ended(13, 4)];
    const { counts, first } = compared(a, b);
    expect(counts).toEqual({ ...NONE, same: 3, onlyInB: 1 });
    expect(first).toMatchObject({ kind: 'only in B', a: null, b: { record: 3, sequence: 7, timeNs: 700 } });
  });

  test('of several at one message, those on the same terms belong together', () => {
    const a = [sent(5, 1, { price: 101 }), sent(5, 2, { price: 102 })];
    const b = [sent(5, 1, { price: 103 }), sent(5, 2, { price: 101 }), sent(5, 3, { price: 102 })];
    expect(compared(a, b).counts).toEqual({ ...NONE, same: 2, onlyInB: 1 });
  });

  test('another price, quantity or time in force is a change', () => {
    for (const change of [{ price: 99 }, { quantity: 9 }, { timeInForce: 3 }]) {
      const { counts, first } = compared([sent(5, 1)], [sent(5, 1, change)]);
      expect(counts).toEqual({ ...NONE, same: 0, changed: 1 });
      expect(first).toMatchObject({ kind: 'changed', a: { record: 1 }, b: { record: 1 } });
    }
  });

  test('another side, symbol or strategy is another order', () => {
    for (const change of [{ side: 2 }, { instrument: 1 }, { strategy: 1 }])
      expect(compared([sent(5, 1)], [sent(5, 1, change)]).counts).toEqual({ ...NONE, same: 0, onlyInA: 1, onlyInB: 1 });
  });

  test('what is sent upon a report is the same upon the same report, whenever that comes', () => {
    const hedge = { side: 2, cause: CAUSE.report };
    const a = [sent(5, 1), filled(6, 1), sent(6, 2, hedge), ended(7, 2, { side: 2 })];
    const b = [sent(5, 1), filled(9, 1), sent(9, 2, hedge), ended(11, 2, { side: 2 })];
    const { counts, first } = compared(a, b);
    expect({ counts, first }).toEqual({ counts: { ...NONE, same: 2, answeredAtAnotherTime: 2 }, first: null });
  });

  test('a message number that begins anew is another message', () => {
    const a = [sent(5, 1), ended(6, 1), sent(5, 2), ended(6, 2)];
    expect(compared(a, [sent(5, 1), ended(6, 1)]).counts).toEqual({ ...NONE, same: 1, onlyInA: 1 });
    expect(compared(a, a).counts).toEqual({ ...NONE, same: 2 });
  });
});

describe('why', () => {
  const facts = (more: Partial<Facts>): Facts => ({ ...FACTS, ...more });
  const end = { fromNs: 0, lastSequence: 1_000 };
  const long = [sent(5, 1), filled(6, 1)];

  test.each<[string, string, Logged[], Logged[], Facts]>([
    ['risk: the other run has refused it', 'risk', long, [refused(5, REFUSAL.MaxPosition)], FACTS],
    ['data: its book was stale', 'data', long, [refused(5, REFUSAL.StaleBook)], FACTS],
    ['latency: its session was not ready', 'latency', long, [refused(5, REFUSAL.SessionNotReady)], FACTS],
    ['unattributed: its transport was full', 'unattributed', long, [refused(5, REFUSAL.TransportFull)], FACTS],
    ['data: another recording', 'data', long, [], facts({ data: 'other' })],
    ['data: the other run has ended before', 'data', long, [], facts({ spans: [end, { ...end, lastSequence: 4 }] })],
    ['data: the other run has begun behind it', 'data', long, [], facts({ spans: [end, { ...end, fromNs: 501 }] })],
    ['unattributed: nobody knows the data', 'unattributed', long, [], facts({ data: 'unknown' })],
    ['unattributed: by the same code from the same data', 'unattributed', long, [], FACTS],
    [
      'unattributed: a refusal may be missing',
      'unattributed',
      [sent(5, 1, { strategy: SECOND }), filled(6, 1, { strategy: SECOND })],
      [],
      facts({ refusalsWhole: [true, false] }),
    ],
    [
      'decision: by other parameters',
      'decision',
      [sent(5, 1, { strategy: SECOND }), filled(6, 1, { strategy: SECOND })],
      [],
      FACTS,
    ],
    [
      'decision: at another price',
      'decision',
      [sent(5, 1, { strategy: SECOND }), filled(6, 1, { strategy: SECOND })],
      [sent(5, 1, { strategy: SECOND, price: 99 }), ended(6, 1, { strategy: SECOND })],
      FACTS,
    ],
    [
      'unattributed: by other parameters from other data',
      'unattributed',
      [sent(5, 1, { strategy: SECOND }), filled(6, 1, { strategy: SECOND })],
      [],
      facts({ data: 'other' }),
    ],
    [
      'queue: at the same time, filled otherwise',
      'queue',
      long,
      [sent(5, 1), filled(6, 1, { movedValue: 990 })],
      FACTS,
    ],
    [
      'latency: later, filled otherwise',
      'latency',
      long,
      [sent(5, 1), filled(6, 1, { timeNs: 601, movedValue: 990 })],
      FACTS,
    ],
    [
      'latency: the delays are others',
      'latency',
      long,
      [sent(5, 1), filled(6, 1, { movedValue: 990 })],
      facts({ delaysDiffer: true }),
    ],
    [
      'unattributed: another scenario',
      'unattributed',
      long,
      [sent(5, 1), filled(6, 1, { movedValue: 990 })],
      facts({ venueDiffers: true }),
    ],
    [
      'data: it was filled after the other run ended',
      'data',
      [sent(5, 1), filled(9, 1)],
      [sent(5, 1), asked(8, 2, 1, { cause: CAUSE.control }), ended(8, 2)],
      facts({ spans: [end, { ...end, lastSequence: 8 }] }),
    ],
    [
      'risk: the kill switch has cancelled it',
      'risk',
      [sent(5, 1), filled(9, 1)],
      [sent(5, 1), asked(7, 2, 1, { cause: CAUSE.control }), ended(8, 2)],
      facts({ killed: [false, true] }),
    ],
    [
      'risk: its cancel was refused',
      'risk',
      [sent(5, 1), asked(7, 2, 1), ended(8, 2)],
      [sent(5, 1), { refused: true, fields: { ...asked(7, 1, 0).fields, reason: REFUSAL.CancelRate } }, filled(9, 1)],
      facts({ limitsDiffer: true }),
    ],
  ])('%s', (_, cause, a, b, told) => {
    const result = compared(a, b, undefined, told);
    expect([causes(result), result.first?.cause]).toEqual([[cause], cause]);
  });

  test('what follows a difference has its cause, in that strategy alone', () => {
    const later = [sent(8, 7, { side: 2 }), filled(9, 7, { side: 2, movedValue: 1_200 })];
    const result = compared([...long, ...later], [refused(5, REFUSAL.MaxPosition)]);
    expect([causes(result), result.counts.onlyInA]).toEqual([['risk'], 2]);
    const others = [
      sent(8, 7, { side: 2, strategy: SECOND }),
      filled(9, 7, { side: 2, strategy: SECOND, movedValue: 1_200 }),
    ];
    expect(causes(compared([...long, ...others], [refused(5, REFUSAL.MaxPosition)]))).toEqual(['risk', 'decision']);
  });

  test('a report is known to what it causes, and not to what the message before it has', () => {
    const b = [sent(5, 1), filled(6, 1, { movedValue: 990 })];
    const more = (cause: number): Logged[] => [sent(6, 2, { side: 2, cause }), filled(7, 2, { side: 2 })];
    expect(causes(compared([...long, ...more(CAUSE.report)], b))).toEqual(['queue']);
    expect(causes(compared([...long, ...more(CAUSE.tick)], b))).toEqual(['queue', 'unattributed']);
  });

  test('by the same limits, a refusal is a consequence of where the strategy stands', () => {
    const a = [...long, sent(8, 2), filled(9, 2)];
    const b = [sent(5, 1), filled(6, 1, { timeNs: 607 }), refused(8, REFUSAL.MaxPosition)];
    expect(causes(compared(a, b, undefined, facts({ delaysDiffer: true })))).toEqual(['latency']);
    expect(causes(compared(a, b, undefined, facts({ delaysDiffer: true, limitsDiffer: true })))).toEqual(['risk']);
  });

  test('a bust after the end is of its order', () => {
    const busted = filled(9, 1, {
      kind: ORDER_LOG_KIND.report + ORDER_EVENT.busted,
      state: ORDER_STATE.cancelled,
      movedQuantity: -10,
      movedValue: -1_000,
    });
    const there = compared([...long, busted], long);
    expect([causes(there), there.counts.executedOtherwise, there.first]).toMatchObject([
      ['queue'],
      1,
      { kind: 'executed otherwise', a: { record: 3, sequence: 9 }, b: null },
    ]);
    const later = { ...busted, fields: { ...busted.fields, sequence: 15, timeNs: 1_500 } };
    expect(compared([...long, busted], [...long, later]).counts).toMatchObject({ same: 1, executedOtherwise: 0 });
    expect(causes(compared([...long, busted], [refused(5, REFUSAL.MaxPosition)]))).toEqual([]);
  });

  test('what both hold is worth another amount at another price', () => {
    const { pnl, first } = compared(long, long, [
      [120, 0],
      [150, 0],
    ]);
    expect(first).toBeNull();
    // Ten shares at 100: worth 120 in A, 150 in B, each in 1/10,000.
    expect(pnl).toMatchObject({ a: '0.02', b: '0.05', difference: '0.03', byCause: { mark: '0.03', queue: '0.00' } });
  });
});
