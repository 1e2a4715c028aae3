import type { ORDER_STATES, OrderState } from './order-state.ts';

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

/** What the venue has said of the orders that were open at the start, and after each connection that was lost. */
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
