import { expect, it } from 'vitest';
import { createLogRing, LogReader } from '../../../engine/loop/log-ring.ts';
import { riskDesk } from '../../support/engine/risk-desk.ts';

it('limits of symbols that nobody trades are told at the start, with the near name', () => {
  const log = createLogRing();
  riskDesk({ symbols: { AAPL: { maxQuantity: 1 }, aapl: { maxQuantity: 2 }, ZZZZZZ: {} } }, { shared: { log } });
  const lines: [string, string][] = [];
  new LogReader(log).drain(({ level, text }) => lines.push([level, text]));
  expect(lines).toEqual([
    ['warn', 'risk.symbols.aapl: no strategy has asked for an instrument aapl. Did you mean AAPL?'],
    ['warn', 'risk.symbols.ZZZZZZ: no strategy has asked for an instrument ZZZZZZ.'],
  ]);
});
