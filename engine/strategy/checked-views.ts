/** For development: views that refuse to be read once their event is over. In production nothing of it is there. */
import { HotlapError } from '../domain/errors.ts';
import type { HostedStrategy, StrategyHost } from './host.ts';

/** Lends views for as long as one call of the strategy lasts. */
export class Lender {
  private call = { over: false };

  /** A view of its own each time, so that one that was kept is not taken for the one of a later event. Allocates. */
  lend<View extends object>(view: View, name: string): View {
    const { call } = this;
    return new Proxy(view, {
      get: (target, key) => {
        if (call.over) {
          throw new HotlapError(
            'ERR_VIEW_STALE',
            `A ${name} view is read after its event is over: keep its snapshot(), or the numbers you need, never the view.`,
          );
        }
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }

  over(): void {
    this.call.over = true;
    this.call = { over: false };
  }
}

/** The same host, whose views are lent. `instrument.book` stays: it may be read at any time. */
export const lendingHost = (host: StrategyHost, lender: Lender): StrategyHost => ({
  ...host,
  get tick() {
    return lender.lend(host.tick, 'tick');
  },
  get trade() {
    return lender.lend(host.trade, 'trade');
  },
  get status() {
    return lender.lend(host.status, 'status');
  },
  get imbalance() {
    return lender.lend(host.imbalance, 'imbalance');
  },
  get feed() {
    return lender.lend(host.feed, 'feed');
  },
  get fill() {
    return lender.lend(host.fill, 'fill');
  },
});

/** What was lent in a call is over when the call returns. */
export const endingLoans = (hosted: HostedStrategy, lender: Lender): HostedStrategy =>
  new Proxy(hosted, {
    get: (target, name) => {
      const call: unknown = Reflect.get(target, name);
      if (typeof call !== 'function') return call;
      return (...given: unknown[]): unknown => {
        try {
          return call.apply(target, given);
        } finally {
          lender.over();
        }
      };
    },
  });
