import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CELL, type FeedReceiver, native, type Playback } from '../../../native/index.ts';
import { feedMemory } from '../../support/feed.ts';
import { blocks, playback, systemEvent } from '../../support/playback.ts';
import { until } from '../../support/tcp.ts';

const GROUP = '239.255.77.5';
const MESSAGES = 30_000;
const recording = blocks(Array.from({ length: MESSAGES }, (_, index) => systemEvent(index, index)));

let folder: string;
let port = 46_900;
const playing: Playback[] = [];
const receiving: FeedReceiver[] = [];

beforeEach(() => {
  folder = mkdtempSync('/dev/shm/hotlap-test-');
  port++;
});
afterEach(() => {
  for (const one of playing.splice(0)) one.stop();
  for (const one of receiving.splice(0)) one.close();
  rmSync(folder, { recursive: true });
});

function receive(creditFile?: string): { poll(): number; cells: Float64Array; close(): void } {
  const memory = feedMemory(1);
  const receiver = new (native().FeedReceiver)({
    source: {
      kind: 'kernel',
      group: GROUP,
      port,
      interface: '127.0.0.1',
      receiveBufferBytes: 8192,
      ...(creditFile === undefined ? {} : { creditFile }),
    },
    ...memory,
  });
  receiving.push(receiver);
  return { poll: () => receiver.poll(), cells: memory.cells, close: () => receiver.close() };
}

function play(creditFile?: string): Playback {
  const one = playback(recording, {
    group: GROUP,
    port,
    messagesPerPacket: 10,
    ...(creditFile === undefined ? {} : { creditFile }),
  });
  playing.push(one);
  one.start();
  return one;
}

describe('A flat-out playback', () => {
  it('loses nothing under credit into a buffer of a few packets', async () => {
    const credit = join(folder, 'credit');
    const receiver = receive(credit);
    const one = play(credit);
    one.go();
    await until(() => {
      for (let turn = 0; turn < 1000; turn++) receiver.poll();
      return receiver.cells[CELL.sessionEnded] === 1;
    }, 30_000);
    const { cells } = receiver;
    expect([cells[CELL.messages], cells[CELL.gaps], cells[CELL.drops]]).toEqual([MESSAGES, 0, 0]);
    expect(one.stats()).toMatchObject({ messages: MESSAGES, packets: MESSAGES / 10, sendErrors: 0 });
    expect(one.stats().creditWaits).toBeGreaterThan(0);
  });

  it('loses without credit, and what was lost is known', async () => {
    const receiver = receive();
    const one = play();
    one.go();
    // Nobody receives while it plays: the buffer overflows for sure.
    await until(() => one.phase() === 2, 30_000);
    const { cells } = receiver;
    await until(() => {
      receiver.poll();
      return cells[CELL.sessionEnded] === 1;
    });
    expect(cells[CELL.lostMessages]).toBeGreaterThan(0);
    expect(cells[CELL.messages] + cells[CELL.lostMessages]).toBe(MESSAGES);
    expect(cells[CELL.drops]).toBeGreaterThan(0);
  });

  it('goes on when another receiver takes the place of one that stopped', async () => {
    const credit = join(folder, 'credit');
    const first = receive(credit);
    const one = play(credit);
    one.go();
    await until(() => {
      first.poll();
      return first.cells[CELL.messages] > 1000;
    });
    first.close();
    const waits = one.stats().creditWaits;
    await until(() => one.stats().creditWaits > waits + 1000);
    expect(one.phase()).toBe(1);
    const second = receive(credit);
    await until(() => {
      for (let turn = 0; turn < 1000; turn++) second.poll();
      return second.cells[CELL.sessionEnded] === 1;
    }, 30_000);
    expect(second.cells[CELL.gaps]).toBeLessThanOrEqual(1);
    expect(second.cells[CELL.sequence]).toBe(MESSAGES);
  });
});
