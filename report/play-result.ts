/** What `simulator --play` returns and prints with --json. Keys are a promise: add, never rename. */
export interface PlayResult {
  file: string;
  /** Frames read from the recording. */
  frames: number;
  sent: { packets: number; bytes: number; elapsedSeconds: number; intendedSeconds: number };
  /** Frames that are not played, by reason. */
  skipped: {
    notUdp: number;
    notMulticast: number;
    notChosen: number;
    fragments: number;
    snapped: number;
    malformed: number;
    beyondRoom: number;
  };
  /** Packets that were to be sent and were not: larger than the way takes, or refused by the system. */
  failed: { tooLong: number; longestBytes: number; wireBytes: number; errors: number; lastError: string | null };
  /** Of the packets sent, thrown away by the device for want of room. */
  drops: number;
  /** Actual minus intended send time in ns; null at --speed max. A percentile with fewer than ten packets beyond it is null. */
  pacingError: {
    count: number;
    min: number;
    p50: number | null;
    p99: number | null;
    p999: number | null;
    max: number;
  } | null;
  /** Packets late because the file had not been read so far, because the way out had no room; sent with the one before for want of a later time. */
  late: { reading: number; room: number };
  untimed: number;
  reversed: number;
  /** Every group and port of the recording; `to` is null where it is not played. */
  groups: { group: string; to: string | null; packets: number; sent: number }[];
  /** The recording ends within a record: everything before it was sent. */
  truncated: boolean;
  /** Interrupted, or over by --seconds, before the end. */
  stopped: boolean;
}
