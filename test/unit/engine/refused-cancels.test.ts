import { MessageChannel } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { createLogRing, LogReader } from '../../../engine/loop/log-ring.ts';
import { CELL } from '../../../native/layout.ts';
import { puppetEngine } from '../../support/engine/puppet.ts';

/** A venue that refuses every cancel of the one open order, and when they left, in ms of engine time. */
function refusing(rejectReason: number) {
  const { port1, port2 } = new MessageChannel();
  const log = createLogRing();
  const { gateway, engine, feed, settle, bought } = puppetEngine({ control: port2, shared: { log } });
  const { cells } = feed;
  bought();
  gateway.acknowledge(1);
  settle();
  const startNs = cells[CELL.nowNs] as number;
  const sentMs: number[] = [];
  gateway.onSend = ({ kind, ordinal, orig }) => {
    if (kind !== 'cancel') return;
    sentMs.push(Math.round(((cells[CELL.nowNs] as number) - startNs) / 1e6));
    gateway.reply({ clOrdOrdinal: ordinal, origClOrdOrdinal: orig, cancelReject: true, ordStatus: '0', rejectReason });
  };
  return {
    gateway,
    engine,
    settle,
    sentMs,
    command: (message: object) => {
      port1.postMessage(message);
      for (let turn = 0; turn < 600; turn += 1) engine.turn();
    },
    alerts: () => {
      const found: string[] = [];
      new LogReader(log).drain(({ level, text }) => {
        if (level === 'error' && text.includes('telephone')) found.push(text);
      });
      return found;
    },
    close: () => port1.close(),
    wait: (ms: number, step = 50) => {
      for (let waited = 0; waited < ms; waited += step) {
        cells[CELL.nowNs] = (cells[CELL.nowNs] as number) + step * 1e6;
        settle();
      }
    },
  };
}

const KILL = { kind: 'kill', scope: { of: 'firm' }, who: 'ctl:ann', reason: 'a drill' };

it('a cancel that is refused waits before the next, longer each time; a killed order is asked about slowly for ever', () => {
  const test = refusing(0);
  test.command(KILL);
  expect(test.sentMs).toEqual([0]);
  test.wait(29_000);
  expect(test.sentMs).toEqual([0, 100, 300]);
  test.wait(70_000);
  expect(test.sentMs).toEqual([0, 100, 300, 30_300, 60_300, 90_300]);
  test.gateway.onSend = undefined;
  test.wait(30_000);
  const { ordinal } = test.gateway.last;
  test.gateway.reply({ clOrdOrdinal: ordinal, origClOrdOrdinal: 1, execType: '4', ordStatus: '4', cumQuantity: 0 });
  test.settle();
  expect(test.engine.stats()).toMatchObject({ orders: { open: 0 }, kills: [{ left: 0, cancels: 7 }] });
  test.close();
});

it('a refusal because a request is under way at the venue (CxlRejReason 3) does not use up a chance', () => {
  const test = refusing(3);
  test.command(KILL);
  test.wait(6_500);
  expect(test.sentMs).toEqual([0, 100, 300, 700, 1_500, 3_100, 6_300]);
  test.gateway.onSend = undefined;
  test.wait(3_200);
  expect(test.sentMs.length).toBe(7);
  expect(test.gateway.last).toMatchObject({ kind: 'cancel', orig: 1 });
  test.close();
});

it('an order that a person cancels is let go of after three refusals; a kill takes it up again', () => {
  const test = refusing(0);
  test.command({ kind: 'cancel', orders: { ordinal: 1 } });
  test.wait(60_000);
  expect(test.sentMs).toEqual([0, 100, 300]);
  test.command(KILL);
  test.wait(100);
  expect(test.sentMs).toEqual([0, 100, 300, 60_000, 60_100]);
  test.close();
});

it('a person is told once of an order that the venue does not cancel', () => {
  const test = refusing(0);
  test.command(KILL);
  test.wait(100_000);
  expect(test.alerts()).toEqual([
    'One open order could not be cancelled, however often the venue was asked to: ask it by telephone.',
  ]);
  test.close();
});
