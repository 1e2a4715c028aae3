/** Kernel and past the kernel beside each other: bench/results/wire-to-wire.md, and its table in the README. */
import { duration, integer } from '../report/format.ts';
import type { BenchResult, BenchRow } from './bench-result.ts';
import { benchTable } from './bench-table.ts';

/** Where and when it was measured, and by which command. */
export interface Measured {
  readonly machine: string;
  readonly date: string;
  readonly command: string;
}

export function wireToWirePage(result: BenchResult, { machine, date, command }: Measured): string {
  return `# Wire to wire, by every pair of transports

Written by \`node bench/write-results.ts --only wire-to-wire\` on ${date}: ${machine}.

\`\`\`text
${command}
\`\`\`

${wireToWireTable(result)}
\`\`\`text
${benchTable(result).trimEnd()}
\`\`\`

A pair is how market data comes and how orders leave. Engine and floor of all pairs took turns on the same core in one run,
each leg against a simulator process of its own that plays the same feed and takes the orders over the same wire: compare
rows of this page only with each other. \`kernel + kernel\` is UDP and TCP over loopback. \`af_xdp\` is a veth pair between two
network namespaces in copy mode, whose venue is the kernel's TCP; \`lwip\` beside it has an address of its own on the same
device. \`dpdk\` is memif, \`shm\` our own rings: shared memory without a kernel at either end, so that with \`lwip\` the venue
takes orders by lwIP too. None of them is a network card, and none is a network card's latency.

Wire to wire is stamped by the simulator, from the time at which a packet was to be sent to the arrival of the order that it
caused. With two CPUs the simulator's threads share one with everything else of the machine: late packets and the bursts that
follow them are in every figure.
`;
}

/** A row for each pair, engine and floor side by side. */
export function wireToWireTable({ rows }: BenchResult): string {
  const engines = rows.filter(({ subject }) => subject === 'engine');
  const lines = engines.map((engine) => {
    const floor = rows.find(
      ({ rate, rx, tx, subject }) =>
        subject === 'floor' && rate === engine.rate && rx === engine.rx && tx === engine.tx,
    );
    return `| ${[
      `${engine.rx} + ${engine.tx}, ${integer(engine.rate)} messages/s`,
      ...percentiles(engine),
      ...(floor === undefined ? ['', '', ''] : percentiles(floor)),
      engine.systemCallsPerOrder.toFixed(2),
      integer(engine.lost + (floor?.lost ?? 0)),
    ].join(' | ')} |`;
  });
  return `| wire to wire, receive + send | engine p50 | p90 | p99 | floor p50 | p90 | p99 | sends an order | lost |
|---|---|---|---|---|---|---|---|---|
${lines.join('\n')}
`;
}

const percentiles = ({ wireToWire: { p50, p90, p99 } }: BenchRow): string[] => [p50, p90, p99].map(duration);

const BEGIN = '<!-- wire-to-wire: written by bench/write-results.ts -->\n';
const END = '<!-- /wire-to-wire -->\n';

/** @returns the README with the table in its marked place */
export function withWireToWire(readme: string, result: BenchResult, { machine, date, command }: Measured): string {
  const from = readme.indexOf(BEGIN);
  const to = readme.indexOf(END);
  if (from < 0 || to < from) throw new Error(`The README has lost its marks ${BEGIN.trim()} and ${END.trim()}.`);
  const table = `${wireToWireTable(result)}
\`${command}\` on ${date}: ${machine} ([page](bench/results/wire-to-wire.md)).
`;
  return readme.slice(0, from + BEGIN.length) + table + readme.slice(to);
}
