/** What `simulator` returns and prints with --json, of its last round. Keys are a promise: add, never rename. */
export interface SimulatorResult {
  /** Times that the recording was played. */
  rounds: number;
  feed: {
    file: string;
    packets: number;
    messages: number;
    elapsedSeconds: number;
    /** Packets that left more than 20 µs after their time, and how late packets were, in ns. */
    latePackets: number;
    lateness: { p50: number; p99: number; max: number };
    sendErrors: number;
    /** Of the packets, thrown away by the interface for want of room. */
    sendDrops: number;
  };
  orders: { received: number; rejected: number; cancelled: number; replaced: number; openAtEnd: number };
  fills: { count: number; quantity: number; fees: string };
  /** How often each behaviour of the scenario has happened; empty without one. */
  scenario: Readonly<Record<string, number>>;
}
