/** docs/reference/order-states.md, made from the table that drives the report handler. */
import { isOpen, ORDER_STATE, ORDER_STATES, type OrderState } from '../engine/domain/order-state.ts';
import { EFFECTS, RULES, type Rule, SAYINGS, type Saying } from '../engine/orders/transitions.ts';

const START = `# States of an order

What the venue says of an order, the state the order is in, and what follows. This page is made from the table in
\`engine/orders/transitions.ts\`, which the engine runs on; \`test/property/order-transitions.test.ts\` interprets the
same table, as data, and holds the engine against it after each of many random messages. \`npm run reference\` writes it.

Numbers and letters are ExecType(150), OrdStatus(39) and MsgType(35) as FIX 4.4 has them; what earlier versions say in
ExecTransType(20) is translated first. A report belongs to the order that ClOrdID(11) or OrigClOrdID(41) names, by any
name that the order ever had. Each ExecID(17) counts once for its order, however often and in whatever order it comes.

*resting* is the first of these that is true: *filled* (nothing is left), *pendingCancel* or *pendingReplace* (a request
waits for its answer), *stopped* or *suspended* (the venue holds the order), *partiallyFilled*, *replaced*, *new*,
*pendingNew*. An execution is told to the strategy as \`fill\`, one that is taken back as \`busted\`, one that has another
price or quantity as \`corrected\`, a new name that a report implies as \`replaced\`: before the event of the table.

Orders that nobody here knows have no state: what they execute goes to the position of the house, a bust to the position
that the execution went to, and the log and the order journal tell of both. Of orders whose row was used again, what is
still assumed is remembered (4,096 orders; the oldest gives way, with an alert): what is told of it late takes its place.
`;

const MEANINGS: Record<OrderState, string> = {
  pendingNew: 'sent, not answered',
  new: 'accepted',
  partiallyFilled: 'executed in part',
  filled: 'nothing is left',
  pendingCancel: 'a cancel waits for its answer',
  cancelled: 'over: by a cancel, by the venue, or what an immediate order left',
  pendingReplace: 'a replace waits for its answer',
  replaced: 'accepted with another price or quantity',
  rejected: 'refused by the venue',
  inDoubt: 'it is not known whether the venue has it, or what became of it; it is asked for',
  neverReached: 'the venue says it has never had it, or it could not be sent',
  doneForDay: 'a day order that the venue executes no more',
  expired: 'over, because its time is',
  stopped: 'an execution is guaranteed',
  suspended: 'not eligible for trading just now; a good-till-cancelled order between two days',
};

export function orderStatesPage(): string {
  const sayings = Object.entries(SAYINGS) as [Saying, string][];
  return [START, states(), effects(), '## Transitions\n', ...sayings.map(section)].join('\n');
}

const states = (): string =>
  [
    '## States\n',
    '| state | open | means |',
    '|---|---|---|',
    ...ORDER_STATES.filter((state) => state !== 'none').map(
      (state) => `| ${state} | ${isOpen(ORDER_STATE[state]) ? 'yes' : 'no'} | ${MEANINGS[state]} |`,
    ),
    '',
  ].join('\n');

const effects = (): string =>
  [
    '## What is done\n',
    'Always in this order.\n',
    '| | |',
    '|---|---|',
    ...Object.entries(EFFECTS).map(([name, what]) => `| ${name} | ${what} |`),
    '',
  ].join('\n');

function section([says, means]: [Saying, string]): string {
  const rows = RULES.filter((rule) => rule.says === says).map(row);
  return [`### ${says}\n`, `${means}.\n`, '| in | goes to | told | done |', '|---|---|---|---|', ...rows, ''].join(
    '\n',
  );
}

const row = ({ from, to, event, does }: Rule): string =>
  `| ${from.join(', ')} | ${to === 'same' || to === 'resting' ? `*${to}*` : to} | ${event === 'none' ? '–' : event} | ${does.length === 0 ? '–' : does.join(', ')} |`;
