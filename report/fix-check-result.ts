/** What `hotlap fix check` found out: the document of --json. */
export interface FixCheckStep {
  readonly name:
    | 'settings'
    | 'address'
    | 'connection'
    | 'Logon'
    | 'TestRequest'
    | 'clock'
    | 'heartbeats'
    | 'unasked'
    | 'rejected'
    | 'gap'
    | 'Logout'
    | 'numbers';
  /** null: not reached, or nothing to judge. */
  readonly ok: boolean | null;
  /** One line for people. */
  readonly text: string;
}

export interface FixCheckVerdict {
  readonly code:
    | 'ok'
    | 'unknown-host'
    | 'not-connected'
    | 'tls'
    | 'not-fix'
    | 'wrong-version'
    | 'closed-silently'
    | 'no-logon-answer'
    | 'sequence-number'
    | 'logon-refused'
    | 'no-test-request-answer'
    | 'session-lost'
    | 'gap'
    | 'application-messages'
    | 'rejected-messages'
    | 'no-logout-answer'
    | 'interrupted';
  /** What happened, one sentence. */
  readonly what: string;
  /** What to do about it; empty when there is nothing. */
  readonly remedy: string;
}

export interface FixCheckResult {
  readonly venue: {
    readonly name: string;
    readonly host: string;
    readonly port: number;
    readonly beginString: string;
    readonly senderCompId: string;
    readonly targetCompId: string;
  };
  readonly ok: boolean;
  readonly verdict: FixCheckVerdict;
  readonly steps: readonly FixCheckStep[];
  readonly address: string | null;
  readonly connection: { readonly ms: number | null; readonly tls: string | null };
  readonly logon: {
    readonly ms: number;
    readonly heartBtIntSeconds: number | null;
    readonly msgSeqNum: number | null;
    readonly resetSeqNumFlag: boolean;
    readonly nextExpectedMsgSeqNum: number | null;
    readonly defaultApplVerId: string | null;
  } | null;
  readonly testRequest: {
    readonly sent: number;
    readonly answered: number;
    readonly p50Us: number | null;
    readonly maxUs: number | null;
  };
  /** The venue's clock minus ours; null where it could not be told. */
  readonly clockDifferenceMs: number | null;
  readonly heartbeats: number;
  /** What the venue sent without being asked. */
  readonly unasked: readonly {
    readonly msgType: string;
    readonly name: string;
    readonly count: number;
    readonly text: string;
  }[];
  readonly numbers: {
    readonly store: string;
    readonly reset: boolean;
    /** MsgSeqNum(34) of our first and last message; null where none was sent. */
    readonly sentFirst: number | null;
    readonly sentLast: number | null;
    readonly nextSender: number;
    readonly nextTarget: number;
  };
}
