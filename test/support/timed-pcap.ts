/** A pcap file of ns resolution whose frames have times. */

export interface TimedFrame {
  bytes: Uint8Array;
  /** ns since 1970. */
  timeNs: bigint;
  /** Of the frame on the wire; absent: what was captured. */
  original?: number;
}

export function timedPcap(frames: readonly TimedFrame[]): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b23c4d, 0);
  header.writeUInt32LE(65_535, 16);
  header.writeUInt32LE(1, 20);
  const records = frames.flatMap(({ bytes, timeNs, original = bytes.length }) => {
    const record = Buffer.alloc(16);
    record.writeUInt32LE(Number(timeNs / 1_000_000_000n), 0);
    record.writeUInt32LE(Number(timeNs % 1_000_000_000n), 4);
    record.writeUInt32LE(bytes.length, 8);
    record.writeUInt32LE(original, 12);
    return [record, Buffer.from(bytes)];
  });
  return Buffer.concat([header, ...records]);
}
