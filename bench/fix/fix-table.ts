/** The FIX benchmark's result for people. */
import { duration, integer, NONE } from '../../report/format.ts';
import { labelled, table } from '../../report/table.ts';
import type { BenchLatency } from '../samples.ts';
import type { CodecRow, FixBenchResult, RoundTripRow } from './fix-result.ts';
import type { Operation } from './protocol.ts';
import { BATCH } from './protocol.ts';
import { KINDS } from './wire.ts';

const OPERATIONS: Record<Operation, string> = {
  parse: 'parse, checksum, 10 typed reads',
  'parse-dictionary': 'the same with FIX44.xml',
  encode: 'set what varies, write',
  serialise: 'write alone',
};

export function fixTable(result: FixBenchResult): string {
  const { codec, roundTrips, bars, host } = result;
  const lines: string[] = [];
  for (const kind of KINDS) {
    const rows = codec.filter((row) => row.message === kind);
    const about = result.messages.find((each) => each.kind === kind);
    if (rows.length === 0 || about === undefined) continue;
    lines.push(
      `${kind}: ${integer(about.count)} different messages, ${about.fields} fields, ${about.meanBytes} bytes on average`,
      ...codecLines(rows),
      '',
    );
  }
  if (roundTrips.length > 0) lines.push(...roundTripLines(roundTrips), '');
  for (const { what, required, measured, met } of bars)
    lines.push(...labelled(met ? 'met' : 'MISSED', `${what}: ${required}; ${measured}`));
  if (bars.length > 0) lines.push('');
  for (const { subject, version, how } of result.subjects)
    lines.push(...labelled('subject', `${subject} ${version}: ${how}`));
  for (const { subject, how } of roundTrips) lines.push(...labelled('round trip', `${subject}: ${how}`));
  for (const { subject, reason } of result.absent) lines.push(...labelled('absent', `${subject}: ${reason}`));
  lines.push(
    ...labelled(
      'host',
      `${host.cpu}, ${host.cpus} CPUs, kernel ${host.kernel}, Node ${host.node}, ${
        host.hotCore === null ? 'not pinned' : `codecs on CPU ${host.hotCore}`
      }, ${host.rounds} rounds, load average before the run ${host.loadAverage.toFixed(1)}${host.stalls === '' ? '' : `; ${host.stalls}`}`,
    ),
  );
  return `${lines.join('\n')}\n`;
}

function codecLines(rows: readonly CodecRow[]): string[] {
  const header = ['subject', 'work', 'p50', 'p90', 'p99', 'mean', 'bytes/message', 'collections'];
  const cells = rows.map(({ subject, operation, nsPerMessage: ns, bytesPerMessage, collections }) => [
    subject,
    OPERATIONS[operation],
    ...[ns.p50, ns.p90, ns.p99, ns.mean].map(duration),
    bytesPerMessage < 0.05 ? '0' : bytesPerMessage.toFixed(bytesPerMessage < 10 ? 1 : 0),
    collections === null ? NONE : integer(collections),
  ]);
  return [
    ...table([header, ...cells], ['left', 'left', 'right', 'right', 'right', 'right', 'right', 'right']),
    `time a message, of batches of ${BATCH}; percentiles over the batches of all rounds`,
  ];
}

function roundTripLines(rows: readonly RoundTripRow[]): string[] {
  const header = [
    'NewOrderSingle → ExecutionReport',
    'trips',
    'p50',
    'p90',
    'p99',
    'p99.9',
    'max',
    'mean',
    'p50 / floor',
  ];
  const floor = rows.find(({ subject }) => subject === 'TCP echo')?.roundTrip.p50 ?? null;
  const cells = rows.map(({ subject, roundTrip }) => {
    const { count, p50, p90, p99, p999, max, mean } = roundTrip as BenchLatency;
    return [
      subject,
      integer(count),
      ...[p50, p90, p99, p999, max, mean].map(duration),
      p50 === null || floor === null ? NONE : `${(p50 / floor).toFixed(2)}x`,
    ];
  });
  return table(
    [header, ...cells],
    header.map((_, column) => (column === 0 ? 'left' : 'right')),
  );
}
