import { CAUSE } from '../../native/layout.ts';
import { isOpen } from '../domain/order-state.ts';
import { REFUSALS } from '../domain/refusal.ts';
import type { EngineStatus, EngineStrategy } from '../engine.ts';
import type { OrderDesk } from '../orders/order-desk.ts';
import type { OrderTable } from '../orders/order-table.ts';
import { type CommandHandlers, type CommandOutcome, done, refused } from './commands.ts';
import { LiveParameters, unknownStrategy } from './live-parameters.ts';
import type { StrategySet } from './strategy-set.ts';

export interface HandlerParts {
  strategies: readonly EngineStrategy[];
  set: StrategySet;
  table: OrderTable;
  desk: OrderDesk;
  /** @returns whether trading is enabled now: not while the engine stops */
  arm: () => boolean;
  disarm: () => void;
  stop: (reason: string) => void;
  status: () => EngineStatus;
}

/** Commands that need no more than the loop itself; each part with commands of its own adds them to these. */
export const commandHandlers = (parts: HandlerParts): CommandHandlers => {
  const live = new LiveParameters(parts.strategies, parts.set);
  return {
    stop: ({ reason }) => {
      parts.stop(reason);
      return done(`The engine stops: ${reason}.`);
    },
    arm: () => (parts.arm() ? done('Trading is enabled.') : refused('The engine is stopping: it cannot be armed.')),
    disarm: () => {
      parts.disarm();
      return done('Trading is disabled: no new order leaves; open orders stay as they are.');
    },
    param: ({ strategy, name, value }) => live.set(strategy, name, value),
    cancel: ({ orders }) => cancel(parts, orders),
    alert: ({ what }) => done(what),
    status: () => done('', parts.status()),
    parameters: () => done('', live.report()),
  };
};

function cancel(
  { table, desk, strategies }: HandlerParts,
  orders: { ordinal: number } | { strategy: string } | 'all',
): CommandOutcome {
  if (orders === 'all') return cancelsSent(desk.cancelAll(-1, CAUSE.control), 'open orders');
  if ('strategy' in orders) {
    const index = strategies.findIndex(({ id }) => id === orders.strategy);
    if (index < 0) return refused(unknownStrategy(orders.strategy, strategies));
    return cancelsSent(desk.cancelAll(index, CAUSE.control), `open orders of ${orders.strategy}`);
  }
  const { ordinal } = orders;
  const row = table.find(ordinal);
  if (row < 0 || !isOpen(table.state[row] as number))
    return refused(`Order ${ordinal} is not open, or not known here.`);
  const result = desk.cancelRow(row, CAUSE.control);
  if (result < 0) return refused(`The cancel of order ${ordinal} was not sent: ${REFUSALS[-result]}.`);
  return done(`The cancel of order ${ordinal} was sent.`);
}

function cancelsSent({ sent, left }: { sent: number; left: number }, what: string): CommandOutcome {
  if (left > 0) return refused(`Cancels were sent for ${sent} ${what}, ${left} could not be sent: try again.`);
  return done(sent === 0 ? `There are no ${what} to cancel.` : `Cancels were sent for ${sent} ${what}.`);
}
