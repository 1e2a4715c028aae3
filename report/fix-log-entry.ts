/** What `hotlap fix show` makes of a log, as plain data. Passwords and raw data are masked already. */

export interface FixLogField {
  /** Null where the text is no field. */
  readonly tag: number | null;
  /** As the dictionary has it; '' where it does not define the tag. */
  readonly name: string;
  readonly value: string;
  /** What an enumerated value means, or ''. */
  readonly meaning: string;
  /** Of the field that counts a repeating group: the fields of each entry. */
  readonly entries?: readonly (readonly FixLogField[])[];
}

export interface FixLogMessage {
  readonly kind: 'message';
  readonly line: number;
  /** Byte of the file at which it begins. */
  readonly offset: number;
  /** When it was logged, where the log says so, else its SendingTime(52); '' without either. */
  readonly time: string;
  readonly isLogTime: boolean;
  readonly direction: 'sent' | 'received' | null;
  readonly beginString: string;
  readonly msgType: string;
  /** '' where the dictionary does not define the type. */
  readonly name: string;
  readonly sender: string;
  readonly target: string;
  /** MsgSeqNum(34), NaN where it has none. */
  readonly msgSeqNum: number;
  readonly fields: readonly FixLogField[];
  /** Why a session would ignore it as garbled; empty where it is sound. */
  readonly garbled: readonly string[];
}

/** A line, or a part of one, that is no message. */
export interface FixLogLine {
  readonly kind: 'line';
  readonly line: number;
  readonly text: string;
}

export type FixLogEntry = FixLogMessage | FixLogLine;

/** MsgSeqNum(34) that are missing between two messages of one direction. */
export interface FixLogGap {
  readonly line: number;
  readonly from: number;
  readonly to: number;
}

export interface FixLogDirection {
  readonly sender: string;
  readonly target: string;
  readonly messages: number;
  readonly firstMsgSeqNum: number | null;
  readonly lastMsgSeqNum: number | null;
  readonly resent: number;
  readonly gapCount: number;
  /** The first of them. */
  readonly gaps: readonly FixLogGap[];
}

export interface FixLogSummary {
  readonly messages: number;
  readonly garbled: number;
  readonly otherLines: number;
  readonly countsByType: Readonly<Record<string, number>>;
  readonly directions: readonly FixLogDirection[];
}
