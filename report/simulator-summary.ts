import { duration, integer, plural, seconds } from './format.ts';
import type { SimulatorResult } from './simulator-result.ts';
import { labelled } from './table.ts';

/** What `hotlap simulator` prints at its end. */
export function simulatorSummary({ rounds, feed, orders, fills, scenario }: SimulatorResult): string {
  const late =
    feed.latePackets === 0
      ? 'all in time'
      : `${plural(feed.latePackets, 'packet')} late (p50 ${duration(feed.lateness.p50)}, p99 ${duration(feed.lateness.p99)}, longest ${duration(feed.lateness.max)})`;
  const happened = Object.entries(scenario).map(([name, count]) => `${name} ${integer(count)}`);
  const errors = feed.sendErrors === 0 ? '' : `; ${plural(feed.sendErrors, 'send error')}`;
  const thrownAway = feed.sendDrops === 0 ? '' : `; ${plural(feed.sendDrops, 'packet')} thrown away by the interface`;
  const lines = [
    ...(rounds > 1 ? labelled('Rounds', `${integer(rounds)}; the last one:`) : []),
    ...labelled('Feed', feed.file),
    ...labelled(
      '',
      `${plural(feed.messages, 'message')} in ${plural(feed.packets, 'packet')}, ${seconds(feed.elapsedSeconds)}; ${late}${errors}${thrownAway}.`,
    ),
    ...labelled(
      'Orders',
      `${integer(orders.received)} received, ${integer(orders.rejected)} rejected, ${integer(orders.cancelled)} cancelled, ${integer(orders.replaced)} replaced, ${integer(orders.openAtEnd)} open at the end.`,
    ),
    ...labelled('Fills', `${integer(fills.count)}, ${plural(fills.quantity, 'share')}, fees ${fills.fees}.`),
    ...(happened.length > 0 ? labelled('Scenario', `${happened.join(' · ')}.`) : []),
  ];
  return `${lines.join('\n')}\n`;
}
