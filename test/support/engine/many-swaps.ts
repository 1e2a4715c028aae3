/** `node FLAGS many-swaps.ts COUNT`: swaps a strategy COUNT times to texts of its own, and prints the memory after collections, as JSON. */
import { MessageChannel } from 'node:worker_threads';
import { bundleStrategy, compileStrategy } from '../../../app/strategy-loader/index.ts';
import { LeanFeed, LeanGateway } from '../../../bench/strategy/lean-market.ts';
import { createEngine } from '../../../engine/create-engine.ts';
import type { ControlAnswer, ControlCommand } from '../../../engine/engine.ts';
import { DEFAULT_KILL_RULES } from '../../../engine/risk/kill-rules.ts';
import { WIDE_LIMITS } from '../../../engine/risk/limits.ts';
import { parseParams } from '../../../engine/strategy/params.ts';

/** Of the first ones V8 and the allocator still learn. */
const FIRST = 100;
const TURNS = 20;

const [count, file] = [Number(process.argv[2]), process.argv[3] as string];
const bundled = await bundleStrategy(file);
const version = (name: string) => {
  // Each differs from each other in both texts, and so in what V8 keeps of them.
  const text = `${bundled.text}\n//${name}`;
  const library = `${bundled.library}\n//${name}`;
  return compileStrategy({ ...bundled, name: `${bundled.name}@${name}`, text, library })();
};
const feed = new LeanFeed();
const channel = new MessageChannel();
const answers: ControlAnswer[] = [];
const first = version('0');
const engine = createEngine({
  feed,
  cells: feed.cells,
  record: feed.record,
  depth: feed.depth,
  depthLevels: feed.depthLevels,
  maxInstruments: feed.maxInstruments,
  day0Ms: 0,
  armed: true,
  gateway: (sink) => new LeanGateway(sink),
  risk: WIDE_LIMITS,
  killRules: DEFAULT_KILL_RULES,
  strategies: [{ id: 's0', bundle: first, params: parseParams(first.params, {}) }],
  control: channel.port2,
  answer: (answer) => answers.push(answer),
  versionOf: (name) => ({ bundle: version(name), data: undefined }),
});

/** What is alive, after a collection, in bytes. */
function alive(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function swap(name: string): void {
  const command: ControlCommand & { id: number } = { id: 1, kind: 'swap', strategy: 's0', version: name, file };
  channel.port1.postMessage(command);
  for (let turn = 0; turn < TURNS || answers.length === 0; turn += 1) engine.turn();
  const answer = answers.pop();
  if (answer?.ok !== true) throw new Error(answer?.sentence);
}

let before = 0;
for (let swapped = 1; swapped <= count; swapped += 1) {
  swap(String(swapped));
  if (swapped === FIRST) before = alive();
}
process.stdout.write(JSON.stringify({ before, after: alive(), swaps: engine.stats().swaps.length }));
channel.port1.close();
