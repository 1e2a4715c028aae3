/** What this project has promised itself of strategies, judged by medians of the same run. */
import { integer } from '../../report/format.ts';
import { INSTRUMENTS, STRATEGIES } from './path-bench.ts';
import type { Bar, OperatorRow, PathRow } from './strategy-result.ts';

/** The least that an allocation for each event could cost is 12 bytes; what V8's compiler takes, spread over all, is below this. */
const ONCE_BYTES = 0.5;

const [FEW, SOME, MANY] = INSTRUMENTS;
const [ONE, TEN] = STRATEGIES;

export function barsOf(operators: readonly OperatorRow[], path: readonly PathRow[]): Bar[] {
  return [
    ...operators.map(allocates),
    ...STRATEGIES.flatMap((strategies) => byInstruments(path, strategies)),
    ...byStrategies(path),
  ];
}

const allocates = ({ operator, bytesPerEvent, collections }: OperatorRow): Bar => ({
  what: `${operator}: allocated`,
  required: '0 bytes an event, no collection',
  measured: `${bytesPerEvent.toFixed(2)} bytes, ${collections} collections`,
  met: bytesPerEvent < ONCE_BYTES && collections === 0,
});

const byInstruments = (path: readonly PathRow[], strategies: number): Bar[] =>
  (
    [
      [SOME, 3],
      [MANY, 8],
    ] as const
  ).flatMap(([instruments, most]) =>
    within(
      `a delivery with ${integer(strategies)} ${strategies === 1 ? 'strategy' : 'strategies'}, ${integer(FEW)} to ${integer(instruments)} instruments`,
      most,
      find(path, strategies, FEW),
      find(path, strategies, instruments),
    ),
  );

const byStrategies = (path: readonly PathRow[]): Bar[] =>
  INSTRUMENTS.flatMap((instruments) =>
    within(
      `a delivery with ${integer(instruments)} instruments, ${ONE} to ${TEN} strategies`,
      1.5,
      find(path, ONE, instruments),
      find(path, TEN, instruments),
    ),
  );

const find = (path: readonly PathRow[], strategies: number, instruments: number): PathRow | undefined =>
  path.find((row) => row.strategies === strategies && row.instruments === instruments);

/** The whole path, and, stricter, strategies alone: a decoder shared by ten would hide what ten of them cost. */
function within(what: string, most: number, few: PathRow | undefined, many: PathRow | undefined): Bar[] {
  if (few === undefined || many === undefined) return [];
  return (
    [
      ['the whole path', 'nsPerDelivery'],
      ['strategies alone', 'nsInStrategies'],
    ] as const
  ).map(([of, key]) => {
    const ratio = many[key] / few[key];
    return {
      what: `${what}, ${of}`,
      required: `at most ${most}x`,
      measured: `${ratio.toFixed(2)}x`,
      met: ratio <= most,
    };
  });
}
