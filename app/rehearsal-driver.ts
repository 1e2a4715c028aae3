import { isOpen, ORDER_STATE } from '../engine/domain/order-state.ts';
import { Side } from '../engine/domain/side.ts';
import { TimeInForce } from '../engine/domain/time-in-force.ts';
import type { EngineStrategy } from '../engine/engine.ts';
import { NOTHING_LEFT } from '../engine/strategy/handover.ts';
import {
  CLASS,
  type HostedStrategy,
  type HostInstrument,
  SCRATCH,
  type StrategyHost,
} from '../engine/strategy/host.ts';

/** Events between two orders: often enough that V8 finds the way of an order as hot as that of a tick. */
const EVERY = 4;

/**
 * Sends, replaces and cancels without a thought at the touch of each symbol, in the rehearsal only: a strategy that
 * trades once a minute finds the way of an order compiled all the same.
 */
export const rehearsalDriver = (symbols: readonly string[]): EngineStrategy => ({
  id: 'rehearsal',
  params: {},
  bundle: { name: 'rehearsal', params: {}, host: (host) => new Driver(host, symbols) },
});

class Driver implements HostedStrategy {
  readonly #host: StrategyHost;
  readonly #symbols: readonly string[];
  #events = 0;
  #resting = -1;

  constructor(host: StrategyHost, symbols: readonly string[]) {
    this.#host = host;
    this.#symbols = symbols;
  }

  setup(): void {
    for (const symbol of this.#symbols) {
      const instrument = this.#host.instrument(symbol);
      this.#host.setInterest(instrument.handle, CLASS.book, instrument);
    }
  }

  event(_classes: number, { handle }: HostInstrument): void {
    this.#events = (this.#events + 1) | 0;
    if (this.#events % EVERY !== 0) return;
    const { scratch, tick } = this.#host;
    const turn = (this.#events / EVERY) & 7;
    const side = (turn & 1) === 0 ? Side.Buy : Side.Sell;
    scratch[SCRATCH.quantity] = turn === 7 ? 2 : 1;
    // Six immediate orders at the touch, then one that rests on its own side and is replaced and cancelled by and by.
    const immediate = turn < 6;
    scratch[SCRATCH.price] = (side === Side.Buy) === immediate ? tick.ask : tick.bid;
    if (immediate) this.#host.submit(handle, side, TimeInForce.ImmediateOrCancel);
    else if (this.#resting < 0) this.#resting = Math.max(-1, this.#host.submit(handle, side, TimeInForce.Day));
    else this.#move(this.#resting);
  }

  #move(row: number): void {
    const { state } = this.#host.orders[row];
    if (state === 'new') this.#host.replace(row);
    else if (state === 'replaced' || state === 'partiallyFilled') this.#host.cancel(row);
  }

  order(row: number): void {
    if (row === this.#resting && !isOpen(ORDER_STATE[this.#host.orders[row].state])) this.#resting = -1;
  }

  start(): void {}
  feed(): void {}
  timer(): void {}
  stop(): void {}
  faulted(): void {}
  setParam(): void {}
  handover = () => NOTHING_LEFT;
  left = (): string[] => [];
  retire(): void {}
}
