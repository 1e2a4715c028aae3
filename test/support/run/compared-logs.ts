/** Two order logs that a test has made, compared as `hotlap diff` compares those of two folders. */
import { Alignment } from '../../../app/diff/alignment.ts';
import { type Facts, Judge } from '../../../app/diff/judge.ts';
import type { LogEvent } from '../../../app/diff/log-stream.ts';
import { Profit, type Valuation } from '../../../app/diff/profit.ts';
import { Tracks } from '../../../app/diff/tracks.ts';
import { ORDER_LOG } from '../../../engine/orders/order-log.ts';
import { REFUSAL_LOG } from '../../../engine/orders/refusal-log.ts';

const NAMES = { strategies: ['first', 'second'], symbols: ['AAPL', 'MSFT'] };

export interface Logged {
  readonly refused: boolean;
  /** Of ORDER_LOG, or of REFUSAL_LOG; 0 where absent. */
  readonly fields: Readonly<Record<string, number>>;
}

function* logged(events: readonly Logged[]): Generator<LogEvent> {
  let record = 0;
  let last = 0;
  let session = 0;
  for (const { refused, fields } of events) {
    if (!refused) record += 1;
    const names = Object.keys(refused ? REFUSAL_LOG : ORDER_LOG);
    const values = names.map((name) => fields[name] ?? 0);
    const sequence = fields.sequence as number;
    if (sequence < last) session += 1;
    last = sequence;
    yield { refused, values, line: values.join(','), record, session, sequence };
  }
}

/** The same recording, replayed with the same settings. */
export const FACTS: Facts = {
  data: 'same',
  spans: [
    { fromNs: 0, lastSequence: 1_000_000 },
    { fromNs: 0, lastSequence: 1_000_000 },
  ],
  delaysDiffer: false,
  venueDiffers: false,
  limitsDiffer: false,
  killed: [false, false],
  refusalsWhole: [true, true],
};

/** The second strategy has other parameters. @param marks by run and symbol, in 1/10,000 */
export function compared(
  a: readonly Logged[],
  b: readonly Logged[],
  marks: readonly (readonly number[])[] = [
    [0, 0],
    [0, 0],
  ],
  facts = FACTS,
) {
  const profit = new Profit();
  const judge = new Judge(facts);
  const tracks = new Tracks([NAMES, NAMES], (strategy) => strategy === 'second');
  const alignment = new Alignment({ tracks, judge, profit });
  alignment.begin(logged(a), logged(b));
  while (alignment.step(64));
  const worth = (run: 0 | 1, symbol: string): Valuation => {
    const mark = (marks[run] as readonly number[])[NAMES.symbols.indexOf(symbol)] as number;
    return { priceScale: 10_000, multiplier: 1, mark: `${mark / 10_000}` };
  };
  return { counts: alignment.counts, first: alignment.first, pnl: profit.comparison(worth) };
}
