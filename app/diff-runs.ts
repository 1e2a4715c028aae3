/** Two runs beside each other: what went in, the first order that differs, and what of the profit has which cause. */
import { HotlapError } from '../engine/domain/errors.ts';
import type { DiffResult, DiffRun } from '../report/diff-result.ts';
import { Alignment } from './diff/alignment.ts';
import { factsOf, inputDifferences, strategyDiffers } from './diff/inputs.ts';
import { Judge } from './diff/judge.ts';
import { logEvents } from './diff/log-stream.ts';
import type { Run } from './diff/order.ts';
import { Profit, type Valuation } from './diff/profit.ts';
import { openSide, type RunSide } from './diff/run-side.ts';
import { type Names, Tracks } from './diff/tracks.ts';
import type { EngineOptions } from './options.ts';

export interface DiffOptions extends Pick<EngineOptions, 'onProgress' | 'signal'> {
  readonly a: string;
  readonly b: string;
}

/** Between two looks at progress and signals. */
const GROUPS_AT_A_TIME = 4_096;

export async function diffRuns({ a: folderA, b: folderB, onProgress, signal }: DiffOptions): Promise<DiffResult> {
  const sides = [await openSide(folderA), await openSide(folderB)] as const;
  const [a, b] = sides;
  const facts = factsOf(a, b);
  const profit = new Profit();
  const tracks = new Tracks([namesOf(a), namesOf(b)], strategyDiffers(a, b));
  const alignment = new Alignment({ tracks, judge: new Judge(facts), profit });
  for (const run of [0, 1] as const)
    for (const { strategy, symbol, quantity, cost } of carriedBy(sides[run]))
      profit.add(tracks.of(strategy, symbol), 'data', run, quantity, -cost);
  alignment.begin(logEvents(a.orders, a.refusals), logEvents(b.orders, b.refusals));
  while (alignment.step(GROUPS_AT_A_TIME)) {
    if (signal?.aborted) throw new HotlapError('ERR_RUN_INTERRUPTED', 'Interrupted before the orders were compared.');
    const [first, second] = alignment.records;
    onProgress?.({ step: 'comparing', done: first + second, total: 0, unit: 'records' });
    await new Promise((resolve) => setImmediate(resolve));
  }
  const pnl = profit.comparison((run, symbol) => valuation(sides, run, symbol));
  const { counts, first, records } = alignment;
  return {
    a: tellRun(a, records[0]),
    b: tellRun(b, records[1]),
    inputs: inputDifferences(a, b),
    data: facts.data,
    orders: counts,
    first,
    pnl,
    notes: [...notesOf('A', a, 0, tracks, profit), ...notesOf('B', b, 1, tracks, profit)],
    ok: first === null && pnl.positions.length === 0,
  };
}

const namesOf = ({ plan, summary }: RunSide): Names => ({
  strategies: plan.strategies.map(({ id }) => id),
  symbols: summary.instruments.map(({ symbol }) => symbol),
});

const tellRun = ({ folder, manifest }: RunSide, records: number): DiffRun => ({
  folder,
  command: manifest.command,
  startedAt: manifest.startedAt,
  hotlap: manifest.hotlap,
  orderLogHash: manifest.orderLogHash,
  records,
});

/** What is held as the run begins: what the journal has is newer than the configuration. */
function carriedBy({ plan }: RunSide): { strategy: string; symbol: string; quantity: number; cost: number }[] {
  const { source, positions } = plan;
  const recovered = source.mode === 'tape' ? (source.journal?.recovered.positions ?? []) : [];
  const isNewer = ({ strategy, symbol }: { strategy: string; symbol: string }): boolean =>
    recovered.some((each) => each.strategy === strategy && each.symbol === symbol);
  return [...positions.filter((position) => !isNewer(position)), ...recovered];
}

/** A symbol that nobody knows the price of at the end is worth what the other run says, else nothing: then nobody holds it. */
function valuation(sides: readonly [RunSide, RunSide], run: Run, symbol: string): Valuation {
  const own = sides[run].summary.instruments.find((each) => each.symbol === symbol);
  const other = sides[run === 0 ? 1 : 0].summary.instruments.find((each) => each.symbol === symbol);
  const { priceScale, multiplier } = own ?? other ?? { priceScale: 1, multiplier: 1 };
  return { priceScale, multiplier, mark: own?.mark ?? other?.mark ?? '0' };
}

function notesOf(name: string, side: RunSide, run: Run, tracks: Tracks, profit: Profit): string[] {
  const { orderLogLost, refusalsLost, positions, instruments } = side.summary;
  const notes: string[] = [];
  if (orderLogLost > 0) notes.push(`The order log of ${name} lacks ${orderLogLost} records: its orders are not whole.`);
  if (refusalsLost > 0)
    notes.push(
      `${refusalsLost} refusals of ${name} are not on record: an order that ${name} lacks may be one of them.`,
    );
  for (const { strategy, symbol, quantity } of positions) {
    const known = profit.position(tracks.of(strategy, symbol), run);
    if (known !== quantity)
      notes.push(
        `${name} ended with ${quantity} of ${symbol} for ${strategy}, of which its orders account for ${known}.`,
      );
    if (quantity !== 0 && instruments.find((each) => each.symbol === symbol)?.mark == null)
      notes.push(`What ${symbol} was worth at the end of ${name} is not known.`);
  }
  return notes;
}
