import { AssertionError } from 'node:assert';
import { Decimal } from 'decimal.js';
import { parseDiagram } from './marbles.ts';
import { FIRST_FRAME_NS } from './market-recording.ts';
import { decimalText, lineText, type OrderLine } from './order-line.ts';
import type { TestRun } from './test-strategy.ts';

/** What is expected of an order; what is left out may be anything. `what` is `new` where it is not given. */
export type ExpectedOrder = Partial<Omit<OrderLine, 'timeNs'>>;

/**
 * Holds what a strategy sent in a market of marbles against a diagram on the same time: `'---b--s'`.
 * @throws AssertionError with both, line by line; HotlapError ERR_TEST_MARBLES
 */
export function expectOrders(
  run: Pick<TestRun, 'orders' | 'faults' | 'diagram' | 'refusals'>,
  diagram: string,
  table: Readonly<Record<string, ExpectedOrder>> = {},
): void {
  refuseFaults(run);
  const { letters } = parseDiagram(diagram, table);
  const sent = run.orders.map((order) => ({ ms: Math.floor((order.timeNs - FIRST_FRAME_NS) / 1e6), order }));
  const actual = sent.map(({ ms, order }) => told(ms, order));
  // What is not asked about is taken from what was sent, so that only what is wrong differs.
  const expected = letters.map(({ ms, value }, index) => told(ms, { ...sent[index]?.order, ...expectation(value) }));
  const first = expected.findIndex((line, index) => line !== actual[index]);
  if (first < 0 && actual.length === expected.length) return;
  const at = first < 0 ? expected.length : first;
  const refused = Object.entries(run.refusals).map(([reason, count]) => `${reason} ${count}`);
  throw new AssertionError({
    message: [
      `Other orders than expected: ${expected[at] === undefined ? 'nothing more' : `\`${expected[at]}\``} was expected, ${
        actual[at] === undefined ? 'nothing more' : `\`${actual[at]}\``
      } was sent.`,
      ...(run.diagram === null ? [] : [`market    ${run.diagram}`]),
      `expected  ${diagram}`,
      ...expected.map((line) => `          ${line}`),
      `sent${actual.length === 0 ? '      nothing' : ''}`,
      ...actual.map((line) => `          ${line}`),
      ...(refused.length === 0 ? [] : [`refused   ${refused.join(', ')}`]),
    ].join('\n'),
    actual,
    expected,
    operator: 'expectOrders',
    stackStartFn: expectOrders,
  });
}

const expectation = ({ price, ...rest }: ExpectedOrder): ExpectedOrder => ({
  what: 'new',
  ...rest,
  ...(price !== undefined && { price: price === '' ? '' : decimalText(new Decimal(price)) }),
});

const told = (ms: number, order: Partial<OrderLine>): string =>
  `${ms} ms: ${lineText({ what: 'new', strategy: '?', order: 0, side: 'buy', symbol: '?', price: '', quantity: 0, timeInForce: '?', ...order })}`;

/** A strategy that threw has sent less than it would have: that comes first. */
export function refuseFaults({ faults }: Pick<TestRun, 'faults'>): void {
  if (faults.length === 0) return;
  throw new AssertionError({
    message: faults.map(({ strategy, text }) => `Strategy ${strategy} faulted. ${text}`).join('\n'),
    stackStartFn: refuseFaults,
  });
}
