import { duration, integer } from './format.ts';
import { type LatencyResult, type LatencySummary, STAGES } from './run-result.ts';
import { table } from './table.ts';

const HEADER = ['', 'count', 'p50', 'p90', 'p99', 'p99.9', 'p99.99', 'max'];

/** One row per histogram that counted something; tick to order always. */
export function latencyTable(latency: LatencyResult): string[] {
  const rows = [HEADER, row('tick to order', latency.tickToOrder)];
  const optional: [string, LatencySummary | null | undefined][] = [
    ['wire to wire', latency.wireToWire],
    ['timer to order', latency.timerToOrder],
    ['report to order', latency.reportToOrder],
    ...STAGES.map((stage): [string, LatencySummary | undefined] => [`  ${stage}`, latency.stages[stage]]),
  ];
  for (const [name, summary] of optional) if (summary && summary.count > 0) rows.push(row(name, summary));
  return table(rows, ['left', 'right', 'right', 'right', 'right', 'right', 'right', 'right']);
}

const row = (name: string, summary: LatencySummary): string[] => [
  name,
  integer(summary.count),
  ...[summary.p50, summary.p90, summary.p99, summary.p999, summary.p9999, summary.max].map(duration),
];
