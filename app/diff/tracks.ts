/** What the numbers of two order logs stand for: a strategy and a symbol of one are those of the other by their names. */
import { HOUSE } from '../../engine/orders/position-report.ts';
import type { Run, StrategyLine, Track } from './order.ts';

/** What the numbers of a run's order log stand for. */
export interface Names {
  /** Behind them is the house. */
  readonly strategies: readonly string[];
  readonly symbols: readonly string[];
}

export class Tracks {
  readonly #names: readonly [Names, Names];
  readonly #differs: (strategy: string) => boolean;
  readonly #lines = new Map<string, StrategyLine>();
  readonly #tracks = new Map<string, Track>();

  /** @param differs whether code or parameters of the strategy are not the same in both */
  constructor(names: readonly [Names, Names], differs: (strategy: string) => boolean) {
    this.#names = names;
    this.#differs = differs;
  }

  of(strategy: string, symbol: string): Track {
    const key = `${strategy}\n${symbol}`;
    let track = this.#tracks.get(key);
    if (track === undefined) {
      track = { id: this.#tracks.size, strategy: this.#line(strategy), symbol };
      this.#tracks.set(key, track);
    }
    return track;
  }

  /** By the numbers of a run's log. */
  at(run: Run, strategy: number, instrument: number): Track {
    const { strategies, symbols } = this.#names[run];
    return this.of(strategies[strategy] ?? HOUSE, symbols[instrument] ?? '');
  }

  #line(name: string): StrategyLine {
    let line = this.#lines.get(name);
    if (line === undefined) {
      line = { name, differs: this.#differs(name), root: null, late: null };
      this.#lines.set(name, line);
    }
    return line;
  }
}
