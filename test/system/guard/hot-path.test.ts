/**
 * The engine's promises about its hot path, by counting: what it takes from the heap, and what V8 has to give up
 * after it has compiled. Time is not asserted: it belongs to the machine.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../../../native/paths.ts';
import { generateRecording } from '../../../simulator/index.ts';
import { type GuardRequest, PARTS, takenInMostParts } from '../../support/guard/guard-report.ts';
import { runGuard } from '../../support/guard/run-guard.ts';

/** V8 has compiled what it will, and rare turns of the market have been met once. */
const WARM_EVENTS = 800_000;
const WATCHED_EVENTS = 500_000;
const folder = mkdtempSync(join(tmpdir(), 'hotlap-guard-'));
const recording = join(folder, 'one-symbol.pcap');
const base = {
  recording,
  symbol: 'AAPL',
  rehearsedMessages: 0,
  warmEvents: WARM_EVENTS,
  watchedEvents: WATCHED_EVENTS,
  traceFile: null,
};

beforeAll(async () => {
  await generateRecording({ seed: 11, symbols: ['AAPL'], messages: 1_450_000, outputPath: recording });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('two RxJS strategies, risk, FIX and fills take nothing from the heap per event, and nothing is collected', async () => {
  const report = await runGuard({
    ...base,
    strategies: [
      { source: 'imbalance-taker', params: {} },
      { source: 'latency-probe', params: { every: 100 } },
    ],
  });
  expect(report.events).toBeGreaterThanOrEqual(WATCHED_EVENTS);
  expect(report.orders).toBeGreaterThan(WATCHED_EVENTS / 100 - 2);
  expect(report.refused).toBe(0);
  expect(report.collections).toEqual([]);
  // Reading the heap costs 600 bytes.
  expect(takenInMostParts(report.bytes) / (report.events / PARTS)).toBeLessThan(0.1);
});

test('an order in ten events takes nothing from the heap either', async () => {
  const report = await runGuard({ ...base, strategies: [{ source: 'latency-probe', params: { every: 10 } }] });
  expect(report.orders).toBeGreaterThanOrEqual(Math.floor(WATCHED_EVENTS / 10) - 1);
  expect(report.collections).toEqual([]);
  // The smallest thing an order could leave behind is a boxed number of 12 bytes or more: not one in ten does.
  expect(takenInMostParts(report.bytes) / (report.orders / PARTS)).toBeLessThan(1);
});

test('once warm, no compiled function is given up', async () => {
  const request: GuardRequest = {
    ...base,
    strategies: [
      { source: 'imbalance-taker', params: {} },
      { source: 'latency-probe', params: { every: 10 } },
    ],
    traceFile: join(folder, 'trace'),
  };
  const { before, watched } = await tracedGuard(request, request.traceFile as string);
  // The trace is read at all: on the way to warm, functions are given up and compiled anew.
  expect(before).toMatch(/bailout/);
  expect(deoptimised(watched)).toEqual([]);
});

test('what the rehearsals have compiled holds for the engine that follows them', async () => {
  const request: GuardRequest = {
    ...base,
    rehearsedMessages: 100_000,
    warmEvents: 0,
    watchedEvents: 50_000,
    strategies: [
      { source: 'imbalance-taker', params: {} },
      { source: 'latency-probe', params: { every: 10 } },
    ],
    traceFile: join(folder, 'rehearsed-trace'),
  };
  const { before, watched } = await tracedGuard(request, request.traceFile as string);
  expect(before).toMatch(/bailout/);
  // A turn of the market that the rehearsals did not meet may be compiled anew; other objects and functions may not.
  const others = deoptimised(watched).filter((line) => /wrong (map|call target)|not the same/.test(line));
  expect(others).toEqual([]);
});

/** V8's trace of the functions it gave up: of the process before the watch, and of the watched thread in it. */
async function tracedGuard(request: GuardRequest, file: string): Promise<{ before: string; watched: string }> {
  const flags = ['--trace-deopt', '--trace-file-names', '--redirect-code-traces', `--redirect-code-traces-to=${file}`];
  const { traceStart, traceEnd, otherStack } = await runGuard(request, flags);
  const trace = readFileSync(file, 'utf8');
  const ofWatched = (line: string): boolean => {
    const [, caller] = /caller SP (0x\w+)/.exec(line) ?? [];
    return caller === undefined || BigInt(caller) < otherStack.from || BigInt(caller) >= otherStack.to;
  };
  const watched = trace.slice(traceStart, traceEnd).split('\n').filter(ofWatched).join('\n');
  return { before: trace.slice(0, traceStart), watched };
}

/** Functions given up in a trace, but for those of the exchange model: in a live run that is another process. */
const deoptimised = (trace: string): string[] =>
  [...trace.matchAll(/bailout \(kind: ([^,]+), reason: ([^)]*)\).*?<JSFunction ([^ >]*)(?: <([^>]*)>)?/g)]
    .filter(([, , , , file]) => file === undefined || !file.startsWith(exchangeModel))
    .map(([, kind, reason, name, file]) => `${name} of ${file}: ${reason} (${kind})`);

const exchangeModel = pathToFileURL(join(packageRoot, 'simulator')).href;
