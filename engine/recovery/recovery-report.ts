import type { ORDER_STATES, OrderState } from '../domain/order-state.ts';

/** Of one reconciliation, told singly; more are counted only. */
export const MAX_TOLD_ORDERS = 1_000;

/**
 * - `resolved`: nothing of an order or a request had been answered yet; now it is known what became of it.
 * - `difference`: the venue says otherwise than its reports have told so far.
 * - `unknown`: the venue has it open under a ClOrdID(11) of ours, the journal does not know it.
 * - `foreign`: the venue has it open on this session under a ClOrdID(11) that is not ours; nothing is done about it.
 * - `unanswered`: the venue has not said in time what became of it.
 */
export type Finding = 'resolved' | 'difference' | 'unknown' | 'foreign' | 'unanswered';

export interface RecoveredOrder {
  finding: Finding;
  /** Number of its ClOrdID(11), 0 where it is not ours; and the text of one that is not. */
  ordinal: number;
  clOrdId?: string;
  strategy: string;
  symbol: string;
  side: 'buy' | 'sell';
  /** Before, and as the venue has it. */
  was: (typeof ORDER_STATES)[number];
  is: OrderState;
  /** Executed, and nobody had told it. */
  executed: number;
  /** Still working. */
  leaves: number;
}

export interface RecoveryReport {
  state: 'waiting' | 'asking' | 'cancelling' | 'reconciled' | 'refused';
  /** Reconciliations so far: the start's, and one for each Logon after a connection that was lost. */
  rounds: number;
  /** Of the last: orders asked about, and of them those that are as they were. */
  asked: number;
  confirmed: number;
  /** Of all: how many of each, and the first of them. */
  findings: Record<Finding, number>;
  orders: RecoveredOrder[];
  /** From Logon to the last answer of the last round, in ms. */
  elapsedMs: number;
  /** Why the engine does not arm, and what to do; empty where it does. */
  refusal: string;
}

const SIDE_WORD = { buy: 'buy', sell: 'sell' } as const;

/** One line for people about one order. */
export function findingSentence({ finding, ordinal, clOrdId, symbol, side, was, is, ...rest }: RecoveredOrder): string {
  const what = `${SIDE_WORD[side]} order ${clOrdId ?? ordinal} of ${symbol === '' ? 'an unknown instrument' : symbol}`;
  const executed = rest.executed === 0 ? '' : `, ${Math.abs(rest.executed)} executed that nobody had told`;
  const leaves = rest.leaves === 0 ? '' : `, ${rest.leaves} still working`;
  switch (finding) {
    case 'unknown':
      return `The venue has a ${what} that the journal does not know${leaves}.`;
    case 'foreign':
      return `The venue has a ${what} on this session that hotlap has not sent${leaves}; it is left alone.`;
    case 'unanswered':
      return `The venue has not said what became of the ${what} (${was}).`;
    default:
      return `The ${what} was ${was} here and is ${is} at the venue${executed}${leaves}.`;
  }
}
