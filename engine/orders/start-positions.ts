import { HotlapError } from '../domain/errors.ts';
import type { JournalPosition } from '../journal/records.ts';
import type { InstrumentRegistry } from '../market/instrument-registry.ts';
import { HOUSE } from './position-report.ts';
import type { Positions } from './positions.ts';

/** What somebody holds of a symbol as the day begins. */
export interface StartPosition {
  /** Id of a strategy, or `house`. */
  readonly strategy: string;
  readonly symbol: string;
  /** Signed: positive is long. */
  readonly quantity: number;
  /** What it cost, signed like it: an integer of 1/priceScale. */
  readonly cost: number;
}

export interface StartPositionParts {
  positions: Positions;
  registry: InstrumentRegistry;
  strategies: readonly string[];
  /** What the journal has of earlier runs: it is newer than any configuration. */
  recovered: readonly JournalPosition[];
  warn: (sentence: string) => void;
}

/**
 * Takes the positions that the configuration gives for the day, before any strategy is set up. Cold.
 * @throws HotlapError ERR_POSITION_STRATEGY
 */
export const takeStartPositions = (given: readonly StartPosition[], parts: StartPositionParts): void => {
  const holders = [...parts.strategies, HOUSE];
  for (const { strategy, symbol, quantity, cost } of given) {
    const index = holders.indexOf(strategy);
    if (index < 0) {
      throw new HotlapError(
        'ERR_POSITION_STRATEGY',
        `The configuration gives ${strategy} a position in ${symbol}, but no such strategy is loaded: there are ${holders.join(', ')}.`,
        { exitStatus: 2 },
      );
    }
    const known = parts.recovered.find((each) => each.strategy === strategy && each.symbol === symbol);
    if (known === undefined) {
      const held = { quantity, cost, realizedPnl: 0, bought: 0, sold: 0 };
      parts.positions.set(index, parts.registry.ask(symbol).handle, held);
    } else if (known.quantity !== quantity) {
      parts.warn(
        `The configuration gives ${strategy} ${quantity} of ${symbol}, the order journal has ${known.quantity}: the journal's position stands.`,
      );
    }
  }
};
