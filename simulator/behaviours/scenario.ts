/** What a scenario can make an exchange do, and on which occasions. */
export const BEHAVIOURS = {
  reject: 'New orders and replacements that are refused, with words.',
  pending: 'Requests that are first answered as pending: new, cancel or replace.',
  delay: 'Reports that leave late, and with them all that come behind.',
  partialFill: 'Resting orders of which some shares trade though the market did not.',
  cancel: 'Resting orders that are cancelled though nobody asked.',
  restate: 'Resting orders whose quantity is cut (ExecType(150) D).',
  bust: 'Trades that are taken back (ExecType(150) H).',
  correct: 'Trades whose quantity and price are changed (ExecType(150) G).',
  duplicate: 'Reports that are told once more, under a new MsgSeqNum(34).',
  reorder: 'Reports that leave behind the one that follows them.',
  sequence: 'Reports before which MsgSeqNum(34) jumps, or that come twice under one number.',
  disconnect: 'Reports in the midst of which the connection breaks.',
  silence: 'Reports after which nothing is said and nothing is heard.',
  falseCopy: 'Drop copies of trades that tell of another price, or never come.',
} as const;

export type BehaviourName = keyof typeof BEHAVIOURS;

export interface BehaviourSettings {
  /** Of its occasions, from 0 to 1. */
  readonly share: number;
  /** How long it waits or lasts, at least and at most; without effect where nothing waits. */
  readonly minMs: number;
  readonly maxMs: number;
  /** How often it happens at most; null: no end. */
  readonly atMost: number | null;
}

/** How an exchange misbehaves: plain data, so that it crosses to the Worker. The same seed misbehaves in the same way. */
export interface Scenario {
  readonly seed: number;
  readonly behaviours: Readonly<Partial<Record<BehaviourName, BehaviourSettings>>>;
}

export const DEFAULT_BEHAVIOUR: Omit<BehaviourSettings, 'share'> = { minMs: 1, maxMs: 100, atMost: null };

/** How often each behaviour has happened. */
export type BehaviourCounts = Partial<Record<BehaviourName, number>>;
