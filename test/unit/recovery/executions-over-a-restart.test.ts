import { describe, expect, it } from 'vitest';
import { recoveredState } from '../../../app/recovery/recovered-state.ts';
import { puppetEngine } from '../../support/engine/puppet.ts';
import { RecordingJournal } from '../../support/journal/recording-journal.ts';
import { opened } from '../../support/recovery/hand-made-journal.ts';

const PRICE = 100_000;
type Records = RecordingJournal['records'];

/** A run of strategy `s0`, which has sent order 1, a buy of 100; behind a journal where there is one. */
function run(before?: { records: Records; next: number }) {
  const journal = new RecordingJournal();
  journal.next = before?.next ?? 1;
  const recovered = before && recoveredState(before.records);
  const { gateway, engine, settle, bought } = puppetEngine(
    { journal, ...(recovered === undefined ? {} : { recovered }) },
    PRICE,
    PRICE + 100,
  );
  const says = (execType: string, execId: string, ref: string, more: Parameters<typeof gateway.reply>[0]): void => {
    const bytes = Uint8Array.from(execId + ref, (character) => character.charCodeAt(0));
    const names = {
      execIdStart: 0,
      execIdEnd: execId.length,
      execRefIdStart: execId.length,
      execRefIdEnd: bytes.length,
    };
    const order = { clOrdOrdinal: 1, side: 1 as const, instrument: 0, ordStatus: '1', averagePrice: () => PRICE };
    gateway.reply({ ...order, bytes, ...names, execType, ...more });
    settle();
  };
  if (before === undefined) {
    bought();
    gateway.acknowledge(1);
    settle();
  }
  return {
    held: () =>
      engine
        .stats()
        .positions.filter(({ quantity }) => quantity !== 0)
        .map(({ strategy, quantity }) => `${strategy} ${quantity}`),
    trade: (execId: string, quantity: number, cumQuantity: number) =>
      says('F', execId, '', {
        lastQuantity: quantity,
        lastPrice: PRICE,
        cumQuantity,
        leavesQuantity: 100 - cumQuantity,
      }),
    bust: (execId: string, ref: string, cumQuantity: number) =>
      says('H', execId, ref, { cumQuantity, leavesQuantity: 100 - cumQuantity }),
    correct: (execId: string, ref: string, quantity: number) =>
      says('G', execId, ref, {
        lastQuantity: quantity,
        lastPrice: PRICE,
        cumQuantity: quantity,
        leavesQuantity: 100 - quantity,
      }),
    status: (cumQuantity: number) =>
      says('I', '', '', { cumQuantity, leavesQuantity: 100 - cumQuantity, price: PRICE, orderQuantity: 100 }),
    logOn: () => {
      gateway.resumeSession();
      settle();
    },
    /** The process ends, and the next one reads the journal. */
    restart: (cumQuantity: number) => {
      const next = run({ records: [opened(['s0']), ...journal.records], next: journal.next });
      next.logOn();
      next.status(cumQuantity);
      return next;
    },
  };
}

/** The same with and without a restart, and with two. */
const eachWay = (steps: (first: ReturnType<typeof run>, restart: typeof over) => void): void => {
  for (const times of [0, 1, 2]) steps(run(), (from, cumQuantity) => over(from, cumQuantity, times));
};
const over = (from: ReturnType<typeof run>, cumQuantity: number, times = 1): ReturnType<typeof run> => {
  let now = from;
  for (let time = 0; time < times; time += 1) now = now.restart(cumQuantity);
  return now;
};

describe('what is known of executions over a restart', () => {
  it('has the execution that came in the place of what was assumed: it counts once, and can be taken back', () => {
    eachWay((first, restart) => {
      first.status(60);
      first.trade('E1', 60, 60);
      const now = restart(first, 60);
      now.trade('E1', 60, 60);
      expect(now.held()).toEqual(['s0 60']);
      now.bust('B1', 'E1', 0);
      expect(now.held()).toEqual([]);
    });
  });

  it('has what a correction stands for: a bust by the first name takes the correction back', () => {
    eachWay((first, restart) => {
      first.trade('E1', 80, 80);
      first.correct('C1', 'E1', 60);
      const now = restart(first, 60);
      now.trade('E1', 80, 80);
      now.correct('C1', 'E1', 60);
      expect(now.held()).toEqual(['s0 60']);
      now.bust('B1', 'E1', 0);
      expect(now.held()).toEqual([]);
    });
  });

  it('has what was taken back before it came: it does not count once it comes', () => {
    eachWay((first, restart) => {
      first.bust('B1', 'E1', 0);
      const now = restart(first, 0);
      now.trade('E1', 40, 0);
      expect(now.held()).toEqual([]);
    });
  });

  it('has long names whole: one counts once, and another that begins alike is another', () => {
    const long = 'L'.repeat(70);
    eachWay((first, restart) => {
      first.trade(`${long}1`, 40, 40);
      const now = restart(first, 40);
      now.trade(`${long}1`, 40, 40);
      expect(now.held()).toEqual(['s0 40']);
      now.trade(`${long}2`, 10, 50);
      expect(now.held()).toEqual(['s0 50']);
    });
  });

  it('has the bust: told again, it takes nothing back', () => {
    eachWay((first, restart) => {
      first.trade('E1', 40, 40);
      first.trade('E2', 40, 80);
      first.bust('B1', 'E1', 40);
      const now = restart(first, 40);
      now.bust('B1', 'E1', 40);
      now.bust('B2', 'E1', 40);
      expect(now.held()).toEqual(['s0 40']);
    });
  });
});
