/** The benchmark's result for people. */
import { duration, integer, NONE, percent } from '../../report/format.ts';
import { type Align, labelled, table } from '../../report/table.ts';
import type { SockperfRow, ThroughputRow, TracedRow, TransportBenchResult, TransportRow } from './transport-result.ts';

const left = (columns: number): Align[] =>
  Array.from({ length: columns }, (_, column) => (column === 1 ? 'left' : 'right'));

export function transportTable(result: TransportBenchResult): string {
  const { host, rows, sockperf, throughput, traced } = result;
  const lines = [
    'wire to wire, one way: intended send → receive burst returned and payload seen',
    ...latencies(rows, 'rows' in sockperf ? sockperf.rows : []),
    '',
    ...costs(rows),
    ...(throughput.length === 0 ? [] : ['', ...rates(throughput)]),
    ...(traced.length === 0 ? [] : ['', ...traces(traced)]),
    '',
    ...('missing' in sockperf ? labelled('sockperf', sockperf.missing) : []),
    ...result.unavailable.flatMap(({ subject, reason }) => labelled(subject, `not measured: ${reason}`)),
    ...result.facts.flatMap(({ subject, reason }) => labelled(subject, reason)),
    ...labelled(
      'packets',
      `${result.messagesPerPacket} messages, ${result.payloadBytes} bytes; over ${overWhat(result.network)}`,
    ),
    ...labelled('host', `${host.cpu}, ${host.cpus} CPUs, kernel ${host.kernel}, ${pinning(host)}`),
  ];
  return `${lines.join('\n')}\n`;
}

function latencies(rows: readonly TransportRow[], others: readonly SockperfRow[]): string[] {
  const header = ['messages/s', 'transport', 'packets/s', 'mean', 'p50', 'p99', 'p99.9', 'max', 'received', 'lost'];
  const cells = rows.flatMap((row, index) => {
    const { mean, p50, p99, p999, max } = row.wireToWire;
    const own = [
      integer(row.rate),
      row.subject,
      integer(row.packetsPerSecond),
      ...[mean, p50, p99, p999, max].map(duration),
      integer(row.received),
      integer(row.lost),
    ];
    const last = rows[index + 1]?.rate !== row.rate;
    const beside = others.filter(({ rate }) => last && rate === row.rate);
    return [own, ...beside.map(sockperfCells)];
  });
  return table([header, ...cells], left(header.length));
}

const sockperfCells = (row: SockperfRow): string[] => [
  integer(row.rate),
  'sockperf, half round trip',
  count(row.achievedPerSecond),
  '',
  ...[row.p50, row.p99, row.p999].map(duration),
];

function costs(rows: readonly TransportRow[]): string[] {
  const header = [
    'messages/s',
    'transport',
    'receive calls/packet',
    'bursts/packet',
    'send calls/packet',
    'stalls > 1 µs',
    'lost to them',
    'late packets',
  ];
  const cells = rows.map((row) => [
    integer(row.rate),
    row.subject,
    row.receiveCallsPerPacket.toFixed(2),
    row.burstsPerPacket.toFixed(2),
    row.sendCallsPerPacket.toFixed(2),
    integer(row.stallsOver1us.count),
    percent(row.stallsOver1us.lostShare),
    `${integer(row.latePackets)} of ${integer(row.sent)}`,
  ]);
  return table([header, ...cells], left(header.length));
}

function rates(rows: readonly ThroughputRow[]): string[] {
  const header = ['packets/s, none lost', 'transport', 'payload', 'packets', 'limited by', 'runs with loss before'];
  const cells = rows.map((row) => [
    count(row.packetsPerSecond),
    row.subject,
    `${row.payloadBytes} bytes`,
    integer(row.sent),
    limit(row),
    integer(row.lossyRuns),
  ]);
  return table([header, ...cells], left(header.length));
}

/** Where nothing is lost flat out, the receiver bears more than these. */
function limit({ packetsPerSecond, flatOut }: ThroughputRow): string {
  if (packetsPerSecond === null) return 'the receiver: it lost at every rate';
  return flatOut ? 'the sender, flat out' : 'the receiver: it lost above';
}

function traces(rows: readonly TracedRow[]): string[] {
  const header = ['packets', 'under strace', 'receiver counted', 'strace saw', 'sender counted', 'strace saw', 'calls'];
  const cells = rows.map((row) => [
    integer(row.packets),
    row.subject,
    integer(row.receiver.counted),
    integer(row.receiver.traced),
    integer(row.sender.counted),
    integer(row.sender.traced),
    row.receiverCalls.join(' ') || 'none',
  ]);
  return table([header, ...cells], left(header.length));
}

const count = (value: number | null): string => (value === null ? NONE : integer(value));

const overWhat = (network: TransportBenchResult['network']): string =>
  network === 'veth'
    ? 'a veth pair between two namespaces (dpdk, shm: shared memory)'
    : 'loopback (dpdk, shm: shared memory)';

const pinning = ({ receiverCpu, senderCpu }: TransportBenchResult['host']): string =>
  receiverCpu === null ? 'not pinned' : `receiver on CPU ${receiverCpu}, sender on CPU ${senderCpu ?? 'any other'}`;
