import type { Cause, DifferingRecord, DiffResult, DiffRun, FirstDifference, PnlComparison } from './diff-result.ts';
import { CAUSES } from './diff-result.ts';
import { NONE, plural, printable, timeOfDay } from './format.ts';
import { labelled, labelledTable, table } from './table.ts';

const WORDS: Record<Cause, string> = {
  data: 'data',
  latency: 'latency',
  queue: 'queue',
  risk: 'risk',
  decision: 'decision',
  mark: 'prices at the end',
  unattributed: 'unattributed',
};

/** Beyond these the JSON document has them. */
const MOST_INPUTS = 20;
const MOST_POSITIONS = 20;

/** What `hotlap diff` prints for people. */
export function diffSummary(result: DiffResult): string {
  const { a, b, first, pnl, notes, ok } = result;
  const blocks = [
    [`hotlap diff: ${ok ? 'the same orders' : first === null ? 'the same orders, another profit' : 'other orders'}`],
    [...runLines('A', a), ...runLines('B', b), ...inputLines(result)],
    [...orderLines(result), ...(first === null ? [] : firstLines(first))],
    pnlLines(pnl, ok),
    notes.flatMap((note, index) => labelled(index === 0 ? 'Note' : '', printable(note))),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

const runLines = (name: string, { folder, command, startedAt, records }: DiffRun): string[] =>
  labelled(name, printable(`${command} of ${startedAt}, ${plural(records, 'record')}, ${folder}`));

function inputLines({ inputs, data }: DiffResult): string[] {
  const known = {
    same: 'Both had the same market data.',
    other: 'They had other market data.',
    unknown: 'Whether both had the same market data is not known.',
  };
  const rows = inputs
    .slice(0, MOST_INPUTS)
    .map(({ name, a, b }) => [name, a ?? NONE, b ?? NONE].map((cell) => printable(cell)));
  const more = inputs.length - rows.length;
  return [
    ...(rows.length === 0
      ? labelled('Inputs', 'Nothing that went in differs.')
      : labelledTable('Inputs', table([['', 'A', 'B'], ...rows], ['left', 'left', 'left']))),
    ...(more === 0 ? [] : labelled('', `${plural(more, 'more input')} differ: --json has them.`)),
    ...labelled('Data', known[data]),
  ];
}

function orderLines({ orders }: DiffResult): string[] {
  const { same, onlyInA, onlyInB, changed, executedOtherwise, answeredAtAnotherTime } = orders;
  const late = answeredAtAnotherTime === 0 ? '' : `, ${answeredAtAnotherTime} of them answered at another time`;
  const others = [
    [onlyInA, 'only in A'],
    [onlyInB, 'only in B'],
    [changed, 'changed'],
    [executedOtherwise, 'executed otherwise'],
  ] as const;
  const told = others.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return labelled('Orders', `${[`${plural(same, 'order')} the same${late}`, ...told].join('; ')}.`);
}

function firstLines({ kind, strategy, symbol, a, b, refusal, cause }: FirstDifference): string[] {
  const why = refusal === null ? '' : `; refused there: ${refusal}`;
  return [
    ...labelled('First', printable(`${kind}: ${strategy}, ${symbol}${why}. Cause: ${WORDS[cause]}.`)),
    ...labelled('  in A', recordText(a)),
    ...labelled('  in B', recordText(b)),
  ];
}

const recordText = (record: DifferingRecord | null): string =>
  record === null
    ? 'nothing'
    : `record ${record.record}, ${timeOfDay(record.timeNs)}, feed message ${record.sequence}: ${record.told}`;

function pnlLines({ a, b, difference, byCause, positions }: PnlComparison, ok: boolean): string[] {
  const causes = CAUSES.filter((cause) => !isZero(byCause[cause]));
  const header = ['strategy', 'symbol', 'A', 'B', 'B − A', ...causes.map((cause) => WORDS[cause])];
  const rows = positions
    .slice(0, MOST_POSITIONS)
    .map((each) => [
      printable(each.strategy),
      printable(each.symbol),
      each.a,
      each.b,
      each.difference,
      ...causes.map((cause) => each.byCause[cause]),
    ]);
  const total = ['', 'all', a, b, difference, ...causes.map((cause) => byCause[cause])];
  const more = positions.length - rows.length;
  return [
    ...(ok
      ? labelled('P&L', `${a} in both, before fees.`)
      : labelledTable(
          'P&L',
          table([header, ...rows, total], ['left', 'left', ...header.slice(2).map(() => 'right' as const)]),
        )),
    ...(more === 0 ? [] : labelled('', `${plural(more, 'more position')} differ: --json has them.`)),
    ...(ok ? [] : labelled('', 'Before fees; the causes add up to B − A.')),
  ];
}

const isZero = (amount: string): boolean => /^-?[0.]+$/.test(amount);
