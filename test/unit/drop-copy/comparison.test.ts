import { beforeEach, describe, expect, it } from 'vitest';
import { copyView, ownView } from '../../../app/drop-copy/compared-order.ts';
import { Comparison } from '../../../app/drop-copy/comparison.ts';
import { ORDER_STATE } from '../../../engine/domain/order-state.ts';

const GRACE_MS = 5_000;
let told: string[];
let comparison: Comparison;

beforeEach(() => {
  told = [];
  comparison = new Comparison({
    clOrdIdPrefix: 'K-',
    graceMs: GRACE_MS,
    priceTolerance: 0.0001,
    onDifference: (sentence) => told.push(sentence),
    onAgreed: (clOrdId) => told.push(`${clOrdId} agrees`),
  });
});

type State = keyof typeof ORDER_STATE;
const own = (state: State, executed = 0, price = 0) => ownView(ORDER_STATE[state], executed, executed * price, 10_000);
const sent = (ordinal: number, nowMs = 0, origOrdinal = 0) =>
  comparison.sent(ordinal, origOrdinal, own('pendingNew'), nowMs);
const reported = (ordinal: number, nowMs: number, state: State, executed = 0, price = 0, origOrdinal = 0) =>
  comparison.reported(ordinal, origOrdinal, own(state, executed, price), nowMs);
const copied = (id: string, nowMs: number, ordStatus: string, cumQuantity = 0, averagePrice = 0, origId = '') =>
  comparison.copied(id, origId, copyView(ordStatus, cumQuantity, averagePrice), nowMs);

describe('an order that both sides tell alike', () => {
  it('is no difference, whoever is first', () => {
    sent(1);
    copied('K-1', 10, '0');
    reported(1, 20, 'new');
    reported(1, 30, 'partiallyFilled', 40, 1_000_000);
    copied('K-1', 4_000, '1', 40, 100);
    copied('K-1', 4_010, '2', 100, 100.006);
    reported(1, 9_000, 'filled', 100, 1_000_060);
    comparison.look(90_000);
    expect(told).toEqual([]);
    expect(comparison.isWaiting).toBe(false);
  });

  it('may have an average price that the venue has rounded, but no other one', () => {
    sent(1);
    reported(1, 0, 'filled', 3, 1_000_001.3333);
    copied('K-1', 0, '2', 3, 100.0001);
    sent(2);
    reported(2, 0, 'filled', 3, 1_000_000);
    copied('K-2', 0, '2', 3, 100.0002);
    comparison.look(GRACE_MS);
    expect(told).toEqual([
      'K-2: here filled, CumQty(14) 3 at 100, by the drop copy OrdStatus(39) 2, CumQty(14) 3 at 100.0002',
    ]);
  });

  it('goes by all its names', () => {
    sent(1);
    reported(1, 0, 'new');
    copied('K-1', 0, '0');
    sent(2, 0, 1);
    reported(2, 0, 'replaced', 0, 0, 1);
    copied('K-2', 0, '0', 0, 0, 'K-1');
    sent(3, 0, 2);
    copied('K-3', 0, '4', 0, 0, 'K-2');
    reported(3, 0, 'cancelled', 0, 0, 2);
    comparison.look(GRACE_MS);
    expect(told).toEqual([]);
    expect(comparison.size).toBe(1);
  });

  it('was filled, and its trade was taken back: either name for its end will do', () => {
    sent(1);
    reported(1, 0, 'filled');
    copied('K-1', 0, '4');
    comparison.look(GRACE_MS);
    expect(told).toEqual([]);
  });

  it('was refused, or never reached the venue: there is nothing to copy', () => {
    for (const [ordinal, state] of [
      [1, 'rejected'],
      [2, 'neverReached'],
      [3, 'pendingNew'],
      [4, 'new'],
    ] as const) {
      sent(ordinal);
      reported(ordinal, 0, state);
    }
    copied('K-1', 0, '8');
    comparison.look(GRACE_MS);
    expect(told).toEqual([]);
  });
});

describe('a difference', () => {
  it('is told once, after the grace time, and so is its end', () => {
    sent(1);
    reported(1, 1_000, 'filled', 100, 1_000_000);
    comparison.look(1_000 + GRACE_MS - 1);
    expect(told).toEqual([]);
    expect(comparison.isWaiting).toBe(true);
    comparison.look(1_000 + GRACE_MS);
    comparison.look(99_000);
    expect(told).toEqual(['K-1: here filled, CumQty(14) 100 at 100, and the drop copy does not tell of it']);
    expect(comparison.differences()).toEqual(told);
    copied('K-1', 99_100, '2', 100, 100);
    expect(told.at(-1)).toBe('K-1 agrees');
    expect(comparison.differences()).toEqual([]);
    expect(comparison.counts.differences).toBe(1);
  });

  it('that becomes another one is told again, and counted once', () => {
    sent(1);
    copied('K-1', 0, '1', 50, 100);
    comparison.look(GRACE_MS);
    reported(1, GRACE_MS, 'partiallyFilled', 60, 1_000_000);
    comparison.look(2 * GRACE_MS);
    expect(told).toEqual([
      'K-1: here pendingNew, CumQty(14) 0, by the drop copy OrdStatus(39) 1, CumQty(14) 50 at 100',
      'K-1: here partiallyFilled, CumQty(14) 60 at 100, by the drop copy OrdStatus(39) 1, CumQty(14) 50 at 100',
    ]);
    expect(comparison.counts.differences).toBe(1);
  });

  it('lies in the state alone', () => {
    sent(1);
    reported(1, 0, 'new');
    copied('K-1', 0, '4');
    comparison.look(GRACE_MS);
    expect(told).toEqual(['K-1: here new, CumQty(14) 0, by the drop copy OrdStatus(39) 4, CumQty(14) 0']);
  });

  it('is an order that was never sent from here', () => {
    sent(7);
    copied('K-9', 0, '0');
    comparison.look(GRACE_MS);
    expect(told).toEqual([
      'K-9: the drop copy tells of it (OrdStatus(39) 0, CumQty(14) 0), and it was never sent here',
    ]);
  });

  it('has its grace time anew when copies come again after a pause', () => {
    sent(1);
    reported(1, 0, 'filled', 1, 10_000);
    comparison.resume(60_000);
    comparison.look(60_000 + GRACE_MS - 1);
    expect(told).toEqual([]);
    comparison.look(60_000 + GRACE_MS);
    expect(told).toHaveLength(1);
  });
});

describe('what is not compared', () => {
  it('are orders of others, and of earlier runs until this one hears of them', () => {
    sent(50);
    copied('OTHER-1', 0, '2', 10, 5);
    copied('K-007', 0, '2', 10, 5);
    copied('K-49', 0, '1', 10, 5);
    comparison.look(GRACE_MS);
    expect(told).toEqual([]);
    expect(comparison.counts).toMatchObject({ copies: 3, foreign: 2, earlier: 1 });
    reported(48, 0, 'partiallyFilled', 20, 50_000);
    comparison.look(GRACE_MS);
    expect(told).toEqual([]);
    reported(49, 0, 'partiallyFilled', 20, 50_000);
    comparison.look(GRACE_MS);
    expect(told[0]).toMatch(/^K-49: here partiallyFilled, CumQty\(14\) 20 at 5, /);
  });
});
