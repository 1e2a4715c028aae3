import { isOpen } from '../domain/order-state.ts';
import type { EngineStatus, EngineStrategy } from '../engine.ts';
import type { CancelSweep } from '../orders/cancel-sweep.ts';
import type { OrderTable } from '../orders/order-table.ts';
import { HOUSE } from '../orders/position-report.ts';
import type { KillSwitch } from '../risk/kill-switch.ts';
import type { LimitCommand } from '../risk/limit-command.ts';
import { type CommandHandlers, type CommandOutcome, done, refused } from './commands.ts';
import { type LiveParameters, unknownStrategy } from './live-parameters.ts';
import type { Playback } from './playback.ts';
import { playbackHandlers } from './playback-handlers.ts';
import type { StrategySet } from './strategy-set.ts';
import type { StrategySwap } from './strategy-swap.ts';

export interface HandlerParts {
  strategies: readonly EngineStrategy[];
  set: StrategySet;
  live: LiveParameters;
  swaps: StrategySwap;
  table: OrderTable;
  sweep: CancelSweep;
  kills: KillSwitch;
  /** @returns whether trading is enabled now: not while the engine stops */
  arm: () => boolean;
  disarm: () => void;
  stop: (reason: string) => void;
  status: () => EngineStatus;
  limits: LimitCommand;
  playback: Playback | undefined;
}

/** Commands that need no more than the loop itself; each part with commands of its own adds them to these. */
export const commandHandlers = (parts: HandlerParts): CommandHandlers => {
  const { live, swaps } = parts;
  return {
    stop: ({ reason }) => {
      parts.stop(reason);
      return done(`The engine stops: ${reason}.`);
    },
    arm: () => arm(parts),
    disarm: () => {
      parts.disarm();
      return done('Trading is disabled: no new order leaves; open orders stay as they are.');
    },
    param: ({ strategy, name, value }) => live.set(strategy, name, value),
    swap: ({ strategy, version }) => swaps.swap(strategy, version),
    states: ({ strategy }) => states(parts, strategy),
    turns: () => done('', swaps.longestTurnNs()),
    kill: ({ scope, reason }, who) => parts.kills.kill(scope, who, reason),
    release: ({ scope }, who) => parts.kills.release(scope, who),
    cancel: ({ orders }) => cancel(parts, orders),
    limit: ({ scope, name, value }, who) => done(parts.limits.set(scope, name, value, who)),
    alert: ({ what }) => done(what),
    status: () => done('', parts.status()),
    parameters: () => done('', live.report()),
    ...playbackHandlers(parts.playback),
  };
};

function states({ strategies, swaps }: HandlerParts, only: string | undefined): CommandOutcome {
  if (only !== undefined && !strategies.some(({ id }) => id === only))
    return refused(unknownStrategy(only, strategies));
  return done('', swaps.states(only));
}

const ARMED_LATER =
  'Trading is enabled; the first order waits until what earlier runs left open is reconciled with the venue.';

/** Arming releases nothing: what is killed stays so. */
function arm(parts: HandlerParts): CommandOutcome {
  if (!parts.arm()) return refused('The engine is stopping: it cannot be armed.');
  const killed = parts.kills.reports().flatMap(({ scope, killed }) => (killed ? [scope] : []));
  if (killed.length === 0) return done(parts.status().recovering ? ARMED_LATER : 'Trading is enabled.');
  return done(`Trading is enabled, but the kill of ${killed.join(', ')} holds until it is released.`);
}

function cancel(
  { table, sweep, strategies }: HandlerParts,
  orders: { ordinal: number } | { strategy: string } | 'all',
): CommandOutcome {
  if (orders === 'all') return cancelling(sweep, -1, 'open orders');
  if ('strategy' in orders) {
    const index = [...strategies.map(({ id }) => id), HOUSE].indexOf(orders.strategy);
    if (index < 0) return refused(unknownStrategy(orders.strategy, strategies));
    return cancelling(sweep, index, `open orders of ${orders.strategy}`);
  }
  const { ordinal } = orders;
  const row = table.find(ordinal);
  if (row < 0 || !isOpen(table.state[row] as number))
    return refused(`Order ${ordinal} is not open, or not known here.`);
  sweep.beginRow(row);
  return done(`Order ${ordinal} is ${sweep.when}.`);
}

function cancelling(sweep: CancelSweep, strategy: number, what: string): CommandOutcome {
  const open = sweep.begin(strategy);
  return done(open === 0 ? `There are no ${what} to cancel.` : `${open} ${what} are ${sweep.when}.`);
}
