/** A kill and how far it has come. Times in ns behind it. */
export interface KillReport {
  /** `all`, `session`, `strategy:NAME`. */
  scope: string;
  /** `ctl:USER`, `signal`, `rule:NAME`, `watchdog`. */
  who: string;
  reason: string;
  /** Engine time. */
  timeNs: number;
  /** False once it was released. */
  killed: boolean;
  /** Orders that were open, and those that the venue has not confirmed as gone. */
  orders: number;
  left: number;
  /** Single cancels sent for them, and when the last of them left; null where there was none. */
  cancels: number;
  lastCancelNs: number | null;
  /** When the venue had confirmed the last order as gone; null while one is left, or where none was open. */
  confirmedNs: number | null;
}
