/** The benchmark's result for people. */
import { duration, integer, NONE, percent } from '../report/format.ts';
import { labelled, table } from '../report/table.ts';
import type { BenchResult, BenchRow, Comparison, Ratio } from './bench-result.ts';
import type { BenchLatency } from './samples.ts';

const HEADER = ['messages/s', 'rx + tx', 'subject', 'orders', 'mean', 'p50', 'p90', 'p99', 'p99.9', 'max', 'lost'];

export function benchTable(result: BenchResult): string {
  const { rows, comparisons, host, recording } = result;
  const lines = [
    'tick to order: receive burst returned → just before the send',
    ...latencies(rows, (row) => row.tickToOrder),
    '',
    "wire to wire: the packet's intended send time → the order's arrival at the simulator",
    ...latencies(rows, (row) => row.wireToWire),
    '',
    ...table(
      [
        ['messages/s', 'rx + tx', '', 'p50', 'p99'],
        ...comparisons.flatMap((each) => [
          ...quotient(each, 'engine / floor', each.engineOverFloor),
          ...quotient(each, 'floor / floor', each.floorOverFloor),
          ...quotient(each, 'engine / bare', each.engineOverBare),
          ...quotient(each, 'bare / bare', each.bareOverBare),
        ]),
      ],
      ['right', 'left', 'left', 'right', 'right'],
    ),
    '',
    ...table(
      [
        [
          'messages/s',
          'rx + tx',
          'subject',
          'feed calls/packet',
          'sends/order',
          'bytes/event',
          'collections',
          'stalls > 1 µs',
          'lost to them',
          'late packets',
        ],
        ...rows.map((row) => [
          integer(row.rate),
          between(row),
          row.subject,
          (row.packets === 0 ? 0 : row.systemCalls.feedReceive / row.packets).toFixed(2),
          row.systemCallsPerOrder.toFixed(2),
          row.bytesPerEvent.toFixed(3),
          integer(row.collections),
          integer(row.stallsOver1us.count),
          percent(row.stallsOver1us.lostShare),
          `${integer(row.latePackets)} of ${integer(row.packets)}`,
        ]),
      ],
      ['right', 'left', 'left', 'right', 'right', 'right', 'right', 'right', 'right', 'right'],
    ),
    '',
    ...result.unavailable.flatMap((pair) => labelled('missing', `${between(pair)}: ${pair.reason}`)),
    ...result.facts.flatMap((fact) => [
      ...labelled('receive', `${between(fact)}: ${fact.receive.backend}: ${fact.receive.reason}`),
      ...labelled('send', `${between(fact)}: ${fact.send.backend}: ${fact.send.reason}`),
    ]),
    ...labelled(
      'host',
      `${host.cpu}, ${host.cpus} CPUs, kernel ${host.kernel}, Node ${host.node}, ${pinning(host.hotCore)}`,
    ),
    ...labelled('flags', host.flags.join(' ') || NONE),
    ...labelled(
      'feed',
      recording.file ??
        `generated: ${recording.symbols} symbols, seed ${recording.seed}; orders in ${recording.symbol}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function latencies(rows: readonly BenchRow[], of: (row: BenchRow) => BenchLatency): string[] {
  const cells = rows.map((row) => {
    const { count, mean, p50, p90, p99, p999, max } = of(row);
    return [
      integer(row.rate),
      between(row),
      row.subject,
      integer(count),
      ...[mean, p50, p90, p99, p999, max].map(duration),
      integer(row.lost),
    ];
  });
  return table(
    [HEADER, ...cells],
    HEADER.map((_, column) => (column === 1 || column === 2 ? 'left' : 'right')),
  );
}

const between = ({ rx, tx }: { rx: string; tx: string }): string => `${rx} + ${tx}`;

const quotient = (each: Comparison, name: string, ratio: Ratio | undefined): string[][] =>
  ratio === undefined ? [] : [[integer(each.rate), between(each), name, times(ratio.p50), times(ratio.p99)]];

const times = (value: number | null): string => (value === null ? NONE : `${value.toFixed(2)}x`);

const pinning = (hotCore: number | null): string => (hotCore === null ? 'not pinned' : `hot thread on CPU ${hotCore}`);
