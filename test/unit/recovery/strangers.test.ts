import { describe, expect, it } from 'vitest';
import { recoveredState } from '../../../app/recovery/recovered-state.ts';
import { JOURNAL_KIND } from '../../../engine/journal/records.ts';
import { reportBench, type Told } from '../../support/engine/report-bench.ts';
import { begun, image } from '../../support/recovery/hand-made-journal.ts';
import { recoveringEngine } from '../../support/recovery/recovering-engine.ts';

const HOUSE = 1;
const PRICE = 100_000;

describe('an order that is taken over after its executions were told', () => {
  const told = (records: Parameters<typeof recoveringEngine>[0] = []) => {
    const made = recoveringEngine(records, { unknownOrders: 'adopt' }, true);
    const { gateway, settle, logOn, status } = made;
    logOn();
    const fill = (execId: string, quantity: number, cumQuantity: number): void => {
      const bytes = Buffer.from(execId);
      gateway.reply({
        clOrdOrdinal: 77,
        execType: 'F',
        ordStatus: '1',
        lastQuantity: quantity,
        lastPrice: PRICE,
        cumQuantity,
        leavesQuantity: 100 - cumQuantity,
        side: 1,
        instrument: 0,
        bytes,
        execIdEnd: bytes.length,
        symbol: () => 'AAPL',
      });
      settle();
    };
    const takeOver = (cumQuantity: number, more = {}): void => {
      status(77, '1', cumQuantity, { massStatus: true, ...more });
      gateway.sink.onMassStatus(gateway.massStatuses[0] as number, 1);
      settle();
    };
    return { ...made, fill, takeOver };
  };

  it('counts them once, and what nobody has told on top', () => {
    const { fill, takeOver, positions, recovery } = told();
    fill('E9', 40, 40);
    expect(positions()).toEqual([['house', 40]]);
    takeOver(60);
    expect(positions()).toEqual([['house', 60]]);
    expect(recovery().orders).toMatchObject([{ finding: 'unknown', executed: 20, leaves: 40 }]);
    // What comes again is known, what was assumed is not new.
    fill('E9', 40, 40);
    fill('E10', 20, 60);
    expect(positions()).toEqual([['house', 60]]);
    fill('E11', 40, 100);
    expect(positions()).toEqual([['house', 100]]);
  });

  it('counts them once under the name that it had before', () => {
    const { fill, status, gateway, settle, positions } = told();
    fill('E9', 40, 40);
    status(78, '1', 40, { massStatus: true, origClOrdOrdinal: 77 });
    gateway.sink.onMassStatus(gateway.massStatuses[0] as number, 1);
    settle();
    expect(positions()).toEqual([['house', 40]]);
  });

  it('counts them once over a restart', () => {
    const stranger = image(JOURNAL_KIND.report, {
      key: 0,
      ordinal: 0,
      strategy: 0,
      executedQuantity: 40,
      executedValueChange: 40 * PRICE,
      positionQuantity: 40,
      positionCost: 40 * PRICE,
      positionBought: 40,
      executions: [{ execId: 'E9', key: 77, serial: 1, quantity: 40, price: PRICE }],
    });
    expect(recoveredState([...begun(), stranger]).executions).toMatchObject([{ execId: 'E9', key: 77 }]);
    const { takeOver, fill, positions } = told([stranger]);
    expect(positions()).toEqual([['house', 40]]);
    takeOver(40);
    fill('E9', 40, 40);
    expect(positions()).toEqual([['house', 40]]);
  });
});

describe('the correction of an execution whose row was used again', () => {
  const again = () => {
    const bench = reportBench(1);
    bench.order(100);
    bench.hear({ clOrd: 1, type: 'F', status: '2', id: 'E1', last: 100, px: 1_000, cum: 100, leaves: 0 });
    bench.order(10);
    return bench;
  };
  const correct = (id: string, ref: string, last: number): Told => ({
    clOrd: 1,
    type: 'G',
    status: '2',
    id,
    ref,
    last,
    px: 1_000,
    cum: last,
    leaves: 0,
  });

  it('stays with whose execution it was, by the first name and by the last', () => {
    const { hear, position } = again();
    hear(correct('C1', 'E1', 90));
    expect([position().quantity, position(HOUSE).quantity]).toEqual([90, 0]);
    hear(correct('C2', 'E1', 80));
    expect([position().quantity, position(HOUSE).quantity]).toEqual([80, 0]);
    hear(correct('C3', 'C2', 70), correct('C2', 'E1', 80));
    expect([position().quantity, position(HOUSE).quantity]).toEqual([70, 0]);
    hear({ clOrd: 1, type: 'H', status: '4', id: 'B1', ref: 'E1' });
    expect([position().quantity, position(HOUSE).quantity]).toEqual([0, 0]);
  });

  it('is taken back before it comes, and still takes back what it corrects', () => {
    const { hear, position } = again();
    hear({ clOrd: 1, type: 'H', status: '4', id: 'B1', ref: 'C1' });
    hear(correct('C1', 'E1', 90));
    expect([position().quantity, position(HOUSE).quantity]).toEqual([0, 0]);
  });
});

describe('executions without an ExecID', () => {
  const stranger: Told = { clOrd: 700, type: 'F', status: '1', last: 10, px: 1_000, cum: 10, leaves: 90 };

  it('count as far as CumQty does, each once', () => {
    const { hear, position, alerts } = reportBench();
    hear(stranger, stranger);
    expect(position(HOUSE).quantity).toBe(10);
    expect(alerts).toHaveLength(1);
    hear({ ...stranger, cum: 20 }, { ...stranger, clOrd: 701 }, stranger);
    expect(position(HOUSE).quantity).toBe(30);
  });

  it('are no position where nothing tells a repetition, and a person hears of it', () => {
    const { hear, position, alerts } = reportBench();
    hear({ ...stranger, cum: Number.NaN });
    expect(position(HOUSE).quantity).toBe(0);
    expect(alerts[0]).toMatch(/without ExecID\(17\) and CumQty\(14\)/);
  });
});
