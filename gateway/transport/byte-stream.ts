/**
 * One connection as the session sees it: bytes in `rx`, bytes out of `tx`, never a callback, never a wait.
 * Implemented by the native TCP socket, by rings to a thread that owns the connection (TLS), by a pair in memory and by
 * the simulator's playback thread.
 */
export interface ByteStream {
  /** Received bytes lie in rx[cells[STREAM.rxStart] .. cells[STREAM.rxEnd]). */
  readonly rx: Uint8Array;
  /** The caller encodes here, then calls `send`. */
  readonly tx: Uint8Array;
  /** Int32 cells as drawn in STREAM of native/layout.ts. */
  readonly cells: Int32Array;
  /** Begins to connect (initiator) or to listen (acceptor). `poll` tells the outcome as STREAM_RESULT.opened. */
  open(): void;
  /**
   * Flushes pending bytes, then receives at most once.
   * @returns bytes received, 0, or STREAM_RESULT.opened, closed, failed (each told once).
   */
  poll(): number;
  /**
   * Takes tx[offset .. offset + length) whole or not at all; what the transport does not take at once stays pending, in order.
   * @param cause one of CAUSE: which latency histogram an order's last byte is counted in; CAUSE.none for anything but an order.
   * @returns length, or STREAM_RESULT.full or failed.
   */
  send(offset: number, length: number, cause: number): number;
  close(): void;
  /** Why it failed, as a clause for people; absent or empty where errno says it all. Cold: allocates. */
  failure?(): string;
}
