/** Measures what all checks of one order cost and writes bench/results/risk.md: `node --single-threaded-gc bench/risk/run.ts`. */
import { writeFileSync } from 'node:fs';
import { cpus, loadavg, release } from 'node:os';
import { fileURLToPath } from 'node:url';
import { GCProfiler } from 'node:v8';
import { WIDE_LIMITS } from '../../engine/risk/limits.ts';
import { runLeg, type Work } from './legs.ts';
import { type RiskMarket, riskMarket } from './risk-market.ts';

const ROUNDS = 5;
const WARM_UP_BATCHES = 4_000;
const BATCHES = 4_000;
const SCENES = [
  { strategies: 1, openOrders: 100 },
  { strategies: 10, openOrders: 1_000 },
];
const WORKS: readonly Work[] = ['nothing', 'checks', 'checks, commit, undo'];

interface Row {
  scene: string;
  work: Work;
  p50: number;
  p90: number;
  p99: number;
  bytes: number;
}

const percentile = (sorted: Float64Array, share: number): number => sorted[Math.floor(sorted.length * share)] as number;

/** Every kind of work in turn, round after round, so that what the host does meets all of them. */
function measure(market: RiskMarket, scene: string): Row[] {
  const took = new Map<Work, number[]>(WORKS.map((work) => [work, []]));
  const bytes = new Map<Work, number>();
  for (const work of WORKS) runLeg(market, work, WARM_UP_BATCHES);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const work of WORKS) {
      const profiler = new GCProfiler();
      profiler.start();
      const before = process.memoryUsage().heapUsed;
      const leg = runLeg(market, work, BATCHES);
      const grown = process.memoryUsage().heapUsed - before;
      const { statistics } = profiler.stop();
      // A leg that something was collected in says nothing about bytes.
      if (statistics.length === 0) bytes.set(work, Math.min(bytes.get(work) ?? grown, grown));
      took.get(work)?.push(...leg);
    }
  }
  return WORKS.map((work) => {
    const sorted = Float64Array.from(took.get(work) as number[]).sort();
    const perOrder = (bytes.get(work) ?? Number.NaN) / (BATCHES * 256);
    return {
      scene,
      work,
      p50: percentile(sorted, 0.5),
      p90: percentile(sorted, 0.9),
      p99: percentile(sorted, 0.99),
      bytes: perOrder,
    };
  });
}

const load = (loadavg()[0] as number).toFixed(1);
const rows = SCENES.flatMap(({ strategies, openOrders }) =>
  measure(
    riskMarket(WIDE_LIMITS, strategies, openOrders),
    `${strategies} ${strategies === 1 ? 'strategy' : 'strategies'}, ${openOrders} open orders`,
  ),
);
const cell = (value: number): string => value.toFixed(0);
const table = rows.map(
  ({ scene, work, p50, p90, p99, bytes }) =>
    `| ${scene} | ${work} | ${cell(p50)} | ${cell(p90)} | ${cell(p99)} | ${bytes.toFixed(2)} |`,
);
const page = `# Risk checks

Written by \`node --single-threaded-gc bench/risk/run.ts\` on ${new Date().toISOString().slice(0, 10)}: ${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} CPUs (virtual machine), Linux ${release()}, Node ${process.version}; load average before the run ${load}.

One new order through all twelve checks, none skipped for want of a limit, in ns an order; 64 instruments with a position
in each. The kinds of work took turns, ${ROUNDS} rounds of ${BATCHES.toLocaleString('en-US')} batches of 256 orders; a percentile is one of
batches. \`nothing\` chooses the order and does nothing with it: what the others cost is what they have more. \`commit\`
reserves what the order may come to, \`undo\` gives it back, as for an order that the session did not take.

| scene | work | p50 | p90 | p99 | bytes an order |
|---|---|---|---|---|---|
${table.join('\n')}
`;
writeFileSync(fileURLToPath(new URL('../results/risk.md', import.meta.url)), page);
process.stdout.write(page);
