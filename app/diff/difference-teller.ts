/** Keeps the first of all differences, in the order of the feed, and tells it. */
import { ORDER_LOG } from '../../engine/orders/order-log.ts';
import type { Cause, DifferingRecord, FirstDifference } from '../../report/diff-result.ts';
import { tellOrderLine } from '../run-directory/order-lines.ts';
import { refusalName } from './judge.ts';
import type { LogEvent } from './log-stream.ts';
import type { Divergence, Intent, Pair } from './order.ts';

const KINDS = {
  terms: 'changed',
  requests: 'requested otherwise',
  executions: 'executed otherwise',
} as const satisfies Record<Divergence['of'], FirstDifference['kind']>;

export class DifferenceTeller {
  first: FirstDifference | null = null;
  #group = Number.POSITIVE_INFINITY;
  #record = Number.POSITIVE_INFINITY;

  alone({ run, track, event, group }: Intent, cause: Cause, reason: number): void {
    this.#tell(group, event.record, () => ({
      kind: run === 0 ? 'only in A' : 'only in B',
      strategy: track.strategy.name,
      symbol: track.symbol,
      a: run === 0 ? told(event) : null,
      b: run === 1 ? told(event) : null,
      refusal: reason === 0 ? null : refusalName(reason),
      cause,
    }));
  }

  divergence({ orders: [a, b] }: Pair, { of, group, entries }: Divergence, cause: Cause): void {
    const [first, second] = of === 'terms' ? [a.intent.event, b.intent.event] : entries.map((entry) => entry?.event);
    const { track } = a.intent;
    const reason = of === 'requests' ? a.refused || b.refused : 0;
    this.#tell(
      group,
      Math.min(first?.record ?? Number.POSITIVE_INFINITY, second?.record ?? Number.POSITIVE_INFINITY),
      () => ({
        kind: KINDS[of],
        strategy: track.strategy.name,
        symbol: track.symbol,
        a: first === undefined ? null : told(first),
        b: second === undefined ? null : told(second),
        refusal: reason === 0 ? null : refusalName(reason),
        cause,
      }),
    );
  }

  #tell(group: number, record: number, difference: () => FirstDifference): void {
    if (group > this.#group || (group === this.#group && record >= this.#record)) return;
    this.#group = group;
    this.#record = record;
    this.first = difference();
  }
}

const told = ({ record, line, values, sequence }: LogEvent): DifferingRecord => ({
  record,
  told: tellOrderLine(line),
  timeNs: values[ORDER_LOG.timeNs] as number,
  sequence,
});
