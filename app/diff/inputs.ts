/** What went into two runs and is not the same, and what of it bears on why their orders differ. */
import { isDeepStrictEqual } from 'node:util';
import type { InputDifference } from '../../report/diff-result.ts';
import type { KeptPlan } from '../run-directory/kept-plan.ts';
import type { Facts, Span } from './judge.ts';
import type { RunSide } from './run-side.ts';

/** Beside what a strategy is given: it says nothing of the run that its own lines do not. */
const OWN_LINES = new Set(['version', 'strategies', 'clOrdIdPrefix']);
/** Too long to be shown: that they differ is said. */
const OPAQUE = new Set(['validation', 'journal', 'recovered']);
/** Nothing secret is kept; a name that sounds so is not shown all the same. */
const SECRET = /pass|secret|token|credential|private|apikey/i;
/** Of arguments: where a run is kept, and how it is told, goes into no run. */
const ASIDE = new Set(['--out', '--json']);
const HIDDEN = 'not shown';
const LONGEST_VALUE = 120;

export function inputDifferences(a: RunSide, b: RunSide): InputDifference[] {
  const differences: InputDifference[] = [];
  const compare = (name: string, first: unknown, second: unknown): void => {
    if (!isDeepStrictEqual(first ?? null, second ?? null))
      differences.push({ name, a: told(name, first), b: told(name, second) });
  };
  for (const name of ['command', 'hotlap', 'node'] as const) compare(name, a.manifest[name], b.manifest[name]);
  compare('arguments', argumentsOf(a), argumentsOf(b));
  compare('recording', recordingOf(a), recordingOf(b));
  compare('configuration', a.manifest.configuration?.sha256, b.manifest.configuration?.sha256);
  const strategies = (side: RunSide) => new Map(side.plan.strategies.map((strategy) => [strategy.id, strategy]));
  const [mine, theirs] = [strategies(a), strategies(b)];
  for (const id of new Set([...mine.keys(), ...theirs.keys()])) {
    const [first, second] = [mine.get(id), theirs.get(id)];
    compare(`strategy ${id}`, first?.bundle.hash, second?.bundle.hash);
    for (const param of new Set([...Object.keys(first?.params ?? {}), ...Object.keys(second?.params ?? {})]))
      compare(`strategy ${id}: ${param}`, first?.params[param], second?.params[param]);
  }
  const isAlike = a.plan.source.mode === b.plan.source.mode;
  const [settingsA, settingsB] = [flat(settingsOf(a.plan, isAlike)), flat(settingsOf(b.plan, isAlike))];
  for (const key of new Set([...settingsA.keys(), ...settingsB.keys()]))
    compare(key, settingsA.get(key), settingsB.get(key));
  return differences;
}

/** Whether code or parameters of a strategy are not the same in both. */
export const strategyDiffers =
  (a: RunSide, b: RunSide) =>
  (id: string): boolean => {
    const [first, second] = [a, b].map((side) => side.plan.strategies.find((strategy) => strategy.id === id));
    if (first === undefined && second === undefined) return false;
    return (
      first?.bundle.hash !== second?.bundle.hash ||
      !isDeepStrictEqual(first?.params, second?.params) ||
      // What a strategy sees beside the feed.
      !isDeepStrictEqual(a.plan.instruments, b.plan.instruments) ||
      a.plan.loop.depthLevels !== b.plan.loop.depthLevels
    );
  };

export function factsOf(a: RunSide, b: RunSide): Facts {
  const [first, second] = [a.plan.source, b.plan.source];
  const delaysOf = ({ mode, simulation }: typeof first) => [mode, simulation?.orderDelayNs, simulation?.reportDelayNs];
  return {
    data: dataOf(a, b),
    spans: [spanOf(a), spanOf(b)],
    delaysDiffer: !isDeepStrictEqual(delaysOf(first), delaysOf(second)),
    venueDiffers: !isDeepStrictEqual(first.simulation?.scenario, second.simulation?.scenario),
    limitsDiffer:
      !isDeepStrictEqual(a.plan.risk, b.plan.risk) || !isDeepStrictEqual(a.plan.killRules, b.plan.killRules),
    killed: [a.summary.kills.length > 0, b.summary.kills.length > 0],
    refusalsWhole: [a.summary.refusalsLost === 0, b.summary.refusalsLost === 0],
  };
}

function dataOf(a: RunSide, b: RunSide): Facts['data'] {
  const [first, second] = [hashesOf(a), hashesOf(b)];
  if (first === null || second === null) return 'unknown';
  const [feedA, feedB] = [a.plan.source, b.plan.source].map((source) =>
    source.mode === 'replay' ? source.feed : null,
  );
  if (!isDeepStrictEqual(first, second)) return 'other';
  // The first feed of a recording may be the one that the other run has named.
  if (!isDeepStrictEqual(feedA, feedB)) return feedA == null || feedB == null ? 'unknown' : 'other';
  return isWhole(a) && isWhole(b) ? 'same' : 'unknown';
}

/** A recording has its gaps in every replay; one that was played over a network may have come with others. */
function isWhole({ plan, summary: { feed } }: RunSide): boolean {
  if (plan.source.mode === 'replay') return true;
  return feed.gaps === 0 && feed.lostMessages === 0 && feed.faults === undefined;
}

const spanOf = ({ plan: { source }, summary }: RunSide): Span => ({
  fromNs: (source.mode === 'replay' ? source.window.fromNs : undefined) ?? Number.NEGATIVE_INFINITY,
  lastSequence: summary.lastSequence,
});

/** @param isAlike both were live, or both replays: what they were given has the same names */
function settingsOf({ source, day0Ms, ...settings }: KeptPlan, isAlike: boolean): Record<string, unknown> {
  const { mode: _, simulation, ...from } = source;
  const { file: __, numbers: ___, ...rest } = from as Record<string, unknown>;
  return {
    day: new Date(day0Ms).toISOString().slice(0, 10),
    ...settings,
    simulation: simulation ?? {},
    ...(isAlike && rest),
  };
}

/** Names with dots, as the configuration's. */
function flat(settings: Record<string, unknown>): Map<string, unknown> {
  const values = new Map<string, unknown>();
  const walk = (path: string, value: unknown): void => {
    const isBranch = typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
    const name = path.slice(path.lastIndexOf('.') + 1);
    if (!isBranch || OPAQUE.has(name)) values.set(path, value);
    else for (const [key, child] of Object.entries(value)) walk(path === '' ? key : `${path}.${key}`, child);
  };
  for (const [key, value] of Object.entries(settings)) if (!OWN_LINES.has(key)) walk(key, value);
  return values;
}

function argumentsOf({ manifest }: RunSide): string {
  const given = manifest.arguments;
  return given
    .filter((argument, index) => !ASIDE.has(argument.split('=')[0] ?? '') && given[index - 1] !== '--out')
    .map((argument) => {
      const [name = '', ...value] = argument.split('=');
      return value.length > 0 && SECRET.test(name) ? `${name}=${HIDDEN}` : argument;
    })
    .join(' ');
}

const recordingOf = ({ manifest: { recordings } }: RunSide): string | undefined =>
  recordings.length === 0
    ? undefined
    : recordings.map(({ file, hashed }) => `sha256 ${hashed?.sha256 ?? 'not known'}, ${file}`).join('; ');

/** Null where one is not known, or there is none. */
function hashesOf({ manifest: { recordings } }: RunSide): string[] | null {
  const hashes = recordings.flatMap(({ hashed }) => hashed?.sha256 ?? []);
  return hashes.length === 0 || hashes.length < recordings.length ? null : hashes;
}

function told(name: string, value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (SECRET.test(name)) return HIDDEN;
  if (OPAQUE.has(name.slice(name.lastIndexOf('.') + 1))) return 'of its own';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)}…`;
}
