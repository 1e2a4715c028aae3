/** What the generator's messages are framed into. Times are ns since midnight; `now` never goes back. */
export interface Framer {
  /** Bytes that are ready, from the start of `buffer`. */
  readonly buffer: Uint8Array;
  readonly length: number;
  readonly packets: number;
  /** Where the next message is to be written: `buffer` from here on. */
  begin(nowNs: number): number;
  /** Takes the message of so many bytes that was written there. */
  end(length: number): void;
  /** Idle until then: closes the open packet, and fills the time as the protocol asks for. */
  idle(nowNs: number, untilNs: number): void;
  finish(nowNs: number): void;
  /** The ready bytes were taken; what follows starts at the front of a buffer. @param buffer to fill from now on */
  reset(buffer: Uint8Array): void;
}

/** Bytes that a buffer has room for before it must be taken: any packet fits behind this mark. */
export const BUFFER_BYTES = 1 << 20;
export const BUFFER_SLACK_BYTES = 1 << 16;

/** BinaryFILE (Nasdaq): each message behind a two-byte length, a zero length at the end. */
export class BinaryFileFramer implements Framer {
  buffer: Uint8Array = new Uint8Array(BUFFER_BYTES + BUFFER_SLACK_BYTES);
  length = 0;
  readonly packets = 0;

  begin(_nowNs: number): number {
    return this.length + 2;
  }

  end(length: number): void {
    this.buffer[this.length] = length >> 8;
    this.buffer[this.length + 1] = length;
    this.length += 2 + length;
  }

  idle(_nowNs: number, _untilNs: number): void {}

  finish(_nowNs: number): void {
    this.buffer[this.length] = 0;
    this.buffer[this.length + 1] = 0;
    this.length += 2;
  }

  reset(buffer: Uint8Array): void {
    this.buffer = buffer;
    this.length = 0;
  }
}
