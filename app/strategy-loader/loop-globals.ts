import { ambient, guarded } from './ambient.ts';
import { loopDate } from './loop-date.ts';

const DIFFERS = 'differs in every run: use ctx.random(), which is seeded';
const INSTEAD_OF_PROMISES =
  'never settles in the hot loop: use streams or ctx.after; what must be there before the first event comes through load';
const NEVER_FIRES = 'never fires in the hot loop: use';
const MAY_NOT_WAIT =
  'cannot be used in the hot loop, where nothing may wait: what must be there before the first event comes through load';
const NOT_OURS = "is not the engine's time: use ctx.now";
const COLLECTED = 'shows when memory is collected, which differs in every run: keep a plain reference';

/** Why each cannot be had in the loop, and what to use. Names that this Node does not have are left out. */
const REASONS: Readonly<Record<string, string>> = {
  performance: NOT_OURS,
  setTimeout: `${NEVER_FIRES} ctx.after(ms)`,
  setInterval: `${NEVER_FIRES} ctx.every(ms)`,
  setImmediate: `${NEVER_FIRES} ctx.after(ms), or RxJS's asapScheduler for right after the handler`,
  queueMicrotask: "never runs in the hot loop: use RxJS's asapScheduler, which runs right after the handler",
  Promise: `is what async and await come down to, and it ${INSTEAD_OF_PROMISES}`,
  crypto: DIFFERS,
  Crypto: DIFFERS,
  Intl: "goes by the machine's zones and language: use ctx.at(time, zone), and ctx.now for time",
  fetch: MAY_NOT_WAIT,
  WebSocket: MAY_NOT_WAIT,
  EventSource: MAY_NOT_WAIT,
  XMLHttpRequest: MAY_NOT_WAIT,
  MessageChannel: MAY_NOT_WAIT,
  BroadcastChannel: MAY_NOT_WAIT,
  console: 'does not reach the screen from the hot loop: use ctx.log',
  WeakRef: COLLECTED,
  FinalizationRegistry: COLLECTED,
  eval: 'makes code out of text, which the hot loop does not run: write the code itself',
};

/** Names of what is told apart from what Node has under them. */
const MADE = ['Date', 'Math', 'Atomics', 'WebAssembly', 'Function', 'process', 'globalThis', 'global'];

/** What a strategy's text is compiled with in place of the globals of these names. */
export const LOOP_GLOBALS: readonly string[] = [...Object.keys(REASONS).filter((name) => name in globalThis), ...MADE];

/** Of its library, which has a use for none: RxJS asks for time and timers through delegates that the engine sets. */
export const LIBRARY_GLOBALS: readonly string[] = LOOP_GLOBALS.filter((name) =>
  /^(?:Date|Math|crypto|performance|Promise|set[A-Z].*|queueMicrotask|fetch)$/.test(name),
);

/**
 * Values of {@link LOOP_GLOBALS}, in their order, for one instance of a strategy: what answers at once and the same in
 * every run works, everything else throws a sentence that names what to use. Only the strategy's text sees them; engine,
 * Node and V8 in the same thread do not.
 *
 * It is there for mistakes. It does not stop who looks for a way around it: a function's `constructor` makes code that
 * sees the real globals, as does `this` of a sloppy function; and what a language's values do by themselves stays, so
 * that `localeCompare`, `toLocaleString` and `Array.fromAsync` go by the machine.
 */
export function loopGlobals(beforeTheLoop = false): unknown[] {
  const world = globalThis as unknown as Record<string, object>;
  const values: Record<string, unknown> = {};
  for (const [name, reason] of Object.entries(REASONS)) {
    // What brings the network with it is not even read: Node would load it.
    if (name in world) values[name] = guarded(name, reason === MAY_NOT_WAIT ? Object : (world[name] as object), reason);
  }
  if (beforeTheLoop) values.Promise = Promise;
  values.Date = loopDate();
  values.Math = altered(Math, { random: () => ambient('Math.random()', DIFFERS) });
  values.Atomics = altered(Atomics, refusing('Atomics', ['wait', 'waitAsync'], MAY_NOT_WAIT));
  values.WebAssembly = altered(
    world.WebAssembly,
    refusing(
      'WebAssembly',
      ['compile', 'instantiate', 'compileStreaming', 'instantiateStreaming'],
      `gives a promise, which ${INSTEAD_OF_PROMISES}`,
    ),
  );
  values.Function = new Proxy(Function, {
    apply: () => ambient('Function()', REASONS.eval as string),
    construct: () => ambient('new Function()', REASONS.eval as string),
  });
  values.process = new Proxy({}, { get: (_, key) => (typeof key === 'symbol' ? undefined : processRefused(key)) });
  const everything = globalObject(values);
  values.globalThis = everything;
  values.global = everything;
  return LOOP_GLOBALS.map((name) => values[name]);
}

function processRefused(key: string): never {
  if (key === 'hrtime' || key === 'uptime') return ambient(`process.${key}`, NOT_OURS);
  if (key === 'nextTick') return ambient('process.nextTick', REASONS.queueMicrotask as string);
  return ambient(`process.${key}`, "is not the strategy's to use: what it must know comes as a parameter (ctx.params)");
}

/** A copy with other members. Properties of its own: they cost no more than the original's. */
const altered = (real: object, members: Record<string, unknown>): object => {
  const copy = Object.defineProperties({}, Object.getOwnPropertyDescriptors(real));
  for (const [name, value] of Object.entries(members)) Object.defineProperty(copy, name, { value });
  return copy;
};

const refusing = (owner: string, names: readonly string[], reason: string): Record<string, () => never> =>
  Object.fromEntries(names.map((name) => [name, () => ambient(`${owner}.${name}()`, reason)]));

/** What the language itself has under a global name; what Node makes when it is first read is not asked for. */
function globalObject(values: Readonly<Record<string, unknown>>): object {
  const object: Record<string, unknown> = {};
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(globalThis))) {
    if (value !== undefined) Object.defineProperty(object, name, { value, writable: true, configurable: true });
  }
  for (const [name, value] of Object.entries(values)) object[name] = value;
  object.globalThis = object;
  object.global = object;
  return object;
}
