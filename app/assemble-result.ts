/** One run as the user reads it, from what the hot thread reported and what the main thread saw. */
import { cpus, release } from 'node:os';
import { suggest } from '../engine/domain/suggest.ts';
import type { EngineStats, StrategyFault } from '../engine/engine.ts';
import { FEED_ENDED } from '../engine/loop/engine-loop.ts';
import type { FeedSummary } from '../native/index.ts';
import type {
  DropCopyResult,
  FeedCounts,
  RecordingResult,
  RunResult,
  SendTransport,
  SessionResult,
} from '../report/run-result.ts';
import type { LeftOrders } from './cancel-open-orders.ts';
import type { EngineOutcome } from './engine-host.ts';
import type { PlannedStrategy } from './engine-plan.ts';
import { launchState } from './launch-state.ts';
import type { EngineOptions } from './options.ts';
import { originalPlace, originalStack } from './strategy-loader/index.ts';

export interface RunFacts {
  readonly options: Pick<EngineOptions, 'loop' | 'out'>;
  readonly outcome: EngineOutcome;
  readonly recording:
    | (Pick<RecordingResult, 'file' | 'merged' | 'otherGroups' | 'latePackets' | 'playedSeconds' | 'unsentPackets'> & {
        truncated?: boolean;
      })
    | null;
  readonly wireToWire?: RunResult['latency']['wireToWire'];
  readonly ended: RunResult['ended'];
  readonly session?: SessionResult;
  readonly dropCopy?: DropCopyResult | undefined;
  /** Wall time at which the command began. */
  readonly startMs: number;
}

export function assembleResult({
  options,
  outcome,
  recording,
  wireToWire,
  ended,
  session,
  dropCopy,
  startMs,
}: RunFacts): RunResult {
  const { report, orderLog } = outcome;
  const { stats, feed, receive } = report;
  const { leftOrders, strategies } = outcome;
  const fed: FeedCounts = {
    packets: feed.packets,
    messages: feed.messages,
    gaps: feed.gaps,
    lostMessages: feed.lostMessages,
    duplicates: feed.duplicates,
    malformed: feed.malformed,
    aside: feed.aside,
    truncated: feed.truncated,
    stale: feed.stale,
    drops: report.drops,
    filtered: feed.filtered,
    fragments: feed.fragments,
    oversized: feed.oversized,
    badChecksums: feed.badChecksums,
    ...(feed.faults !== undefined && { faults: feed.faults }),
  };
  return {
    recording: recording === null ? null : { ...fed, ...recording },
    feed: fed,
    transport: {
      rx: receive,
      tx: sentBy(report.send),
    },
    events: stats.events,
    loopSeconds: report.loopNs / 1e9,
    eventsPerSecond: report.loopNs > 0 ? Math.round(stats.events / (report.loopNs / 1e9)) : 0,
    orders: { ...stats.orders, open: leftOrders.left },
    reports: stats.reports,
    refusals: stats.refusals,
    kills: stats.kills,
    ...(stats.recovery !== null && { recovery: stats.recovery }),
    fills: orderLog.fills,
    positions: stats.positions,
    statistics: orderLog.statistics.result({
      strategies: stats.strategies.map(({ id }) => id),
      instruments: stats.instruments,
      positions: stats.positions,
    }),
    instruments: stats.instruments,
    lastSequence: stats.lastSequence,
    strategies: stats.strategies.map(({ id, state, fault, slow }) => ({
      name: id,
      state,
      ...(slow !== null && { slowCalls: { ...slow, budgetUs: options.loop.handlerBudgetUs } }),
      ...(fault !== null && {
        fault: faultText(
          fault,
          strategies.find((strategy) => strategy.id === id),
        ),
      }),
    })),
    ...(stats.swaps.length > 0 && {
      swaps: stats.swaps.map(({ timeNs, ...swap }) => ({ ...swap, timeNs: Math.round(timeNs) })),
    }),
    orderLogHash: orderLog.hash(),
    orderLogLost: stats.orderLogLost,
    ...(outcome.refusalsLost !== undefined && { refusalsLost: outcome.refusalsLost }),
    latency: { ...report.latency, wireToWire: wireToWire ?? null, sampleEvery: options.loop.sampleEvery },
    memory: report.memory,
    host: {
      cpu: cpus()[0]?.model ?? 'unknown',
      kernel: release(),
      node: process.version,
      hotCore: outcome.hotCore,
      pinned: outcome.hotCore !== null,
      ...(outcome.hotCore === null && { unpinnedReason: launchState().reason || outcome.unpinnedReason || '' }),
      idle: options.loop.idle,
      stallsOver1us: report.stalls,
    },
    ended: withStrategies(withDifferences(withLeftOrders(ended, leftOrders), dropCopy), [
      ...faultSentences(stats.strategies, strategies),
      ...(stats.stopReason === FEED_ENDED ? unlistedSentences(stats.asked, feed, strategies) : []),
    ]),
    elapsedSeconds: (Date.now() - startMs) / 1000,
    ...(session && { session }),
    ...(dropCopy && { dropCopy }),
    ...(report.tapeCutAt !== null && { tapeCutAt: report.tapeCutAt }),
    ...(options.out !== null && { out: options.out }),
  };
}

const sentBy = ({ backend, accelerated, reason, passedOver }: SendTransport): SendTransport => ({
  backend,
  accelerated,
  reason,
  ...(passedOver !== undefined && { passedOver }),
});

/** An order that may still be filled makes the run a failure: somebody has to look. */
const withLeftOrders = (ended: RunResult['ended'], { left, sentence }: LeftOrders): RunResult['ended'] =>
  left === 0 ? ended : { ok: false, reason: `${ended.reason} · ${sentence}` };

/** Where venue and engine do not agree, one of them is wrong: somebody has to look. */
const withDifferences = (ended: RunResult['ended'], dropCopy: DropCopyResult | undefined): RunResult['ended'] =>
  dropCopy === undefined || dropCopy.differing === 0
    ? ended
    : { ok: false, reason: `${ended.reason} · The drop copy differs: ${dropCopy.differing} orders, see the log` };

/** What is wrong with a strategy makes the run a failure, even where others went on to its end. */
const withStrategies = (ended: RunResult['ended'], sentences: readonly string[]): RunResult['ended'] =>
  sentences.length === 0
    ? ended
    : { ok: false, reason: [...(ended.ok ? [] : [ended.reason]), ...sentences].join(' · ') };

const faultSentences = (
  stats: readonly { id: string; fault: StrategyFault | null }[],
  strategies: readonly PlannedStrategy[],
): string[] =>
  stats.flatMap(({ id, fault }) => {
    if (fault === null) return [];
    const what = fault.message.split('\n')[0];
    return [`Strategy ${id} faulted in ${fault.phase}${placeOf(fault.stack, id, strategies)}: ${what}`];
  });

/** Symbols that the whole of the feed has not named. */
const unlistedSentences = (
  asked: EngineStats['asked'],
  { unlisted, listed }: Pick<FeedSummary, 'unlisted' | 'listed'>,
  strategies: readonly PlannedStrategy[],
): string[] =>
  asked
    .filter(({ symbol }) => unlisted.includes(symbol))
    .map(({ symbol, strategy, stack }) => {
      const near = suggest(symbol, listed);
      const hint =
        near === undefined ? `among the ${listed.length} of the feed.` : `in the feed; did you mean ${near}?`;
      return `Strategy ${strategy}${placeOf(stack, strategy, strategies)}: there is no symbol ${symbol} ${hint}`;
    });

/** File and line of the user's that a stack leads to, at least the file; nothing where the strategy is not the user's. */
function placeOf(stack: string, id: string, strategies: readonly PlannedStrategy[]): string {
  const bundle = strategies.find((strategy) => strategy.id === id)?.bundle;
  return bundle === undefined ? '' : ` at ${originalPlace(stack, bundle) ?? bundle.file}`;
}

function faultText(fault: StrategyFault, strategy: PlannedStrategy | undefined): string {
  const stack = strategy === undefined ? fault.stack : originalStack(fault.stack, strategy.bundle);
  return stack === '' ? `${fault.phase}: ${fault.message}` : stack;
}
