/** The strategy benchmark's result for people. */
import { integer } from '../../report/format.ts';
import { labelled, table } from '../../report/table.ts';
import { INSTRUMENTS, isMeasured, STRATEGIES } from './path-bench.ts';
import type { OperatorRow, PathRow, StrategyBenchResult } from './strategy-result.ts';

export function strategyTable({ operators, bytesPerOrder, path, bars, host }: StrategyBenchResult): string {
  const lines: string[] = [];
  if (operators.length > 0) lines.push(...operatorLines(operators), '');
  if (bytesPerOrder !== null)
    lines.push(...labelled('order', `${bytesPerOrder.toFixed(2)} bytes with acknowledgement, fill and position`), '');
  if (path.length > 0) lines.push(...pathLines(path), '');
  for (const { what, required, measured, met } of bars)
    lines.push(...labelled(met ? 'met' : 'MISSED', `${what}: ${required}; ${measured}`));
  if (bars.length > 0) lines.push('');
  const { hotCore } = host;
  const core = hotCore === null ? 'not pinned' : `loop on CPU ${hotCore}`;
  lines.push(
    ...labelled(
      'host',
      `${host.cpu}, ${host.cpus} CPUs, kernel ${host.kernel}, Node ${host.node}, ${core}, ${host.rounds} rounds, load average before the run ${host.loadAverage.toFixed(1)}`,
    ),
  );
  return `${lines.join('\n')}\n`;
}

function operatorLines(rows: readonly OperatorRow[]): string[] {
  const cells = rows.map(({ operator, on, nsPerEvent, bytesPerEvent, collections }) => [
    operator,
    on,
    nsPerEvent.toFixed(1),
    bytesPerEvent.toFixed(2),
    integer(collections),
  ]);
  return [
    ...table(
      [['operator', 'on', 'ns/event', 'bytes/event', 'collections'], ...cells],
      ['left', 'left', 'right', 'right', 'right'],
    ),
    'median, less that of what it works on',
  ];
}

function pathLines(rows: readonly PathRow[]): string[] {
  const cells = rows.map(({ strategies, instruments, events, nsPerDelivery, nsInStrategies, bytesPerEvent }) => [
    integer(strategies),
    integer(instruments),
    integer(events),
    nsPerDelivery.toFixed(0),
    nsInStrategies.toFixed(0),
    bytesPerEvent.toFixed(2),
  ]);
  const missing = INSTRUMENTS.flatMap((instruments) =>
    STRATEGIES.filter((strategies) => !isMeasured(strategies, instruments)).map(
      (strategies) => `${integer(strategies)} strategies on ${integer(instruments)} instruments`,
    ),
  );
  return [
    ...table(
      [['strategies', 'instruments', 'events', 'ns/delivery', 'of it in strategies', 'bytes/event'], ...cells],
      ['right', 'right', 'right', 'right', 'right', 'right'],
    ),
    'every strategy watches every instrument by book$ → microprice → ema → crossesAbove; activity by Zipf’s law',
    ...(missing.length > 0
      ? [`not measured without a heap of 4 GB (NODE_OPTIONS=--max-old-space-size=4500): ${missing.join(', ')}`]
      : []),
  ];
}
