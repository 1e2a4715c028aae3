/** Builds MoldUDP64 packets, frames around them, and recordings of both. */

export interface PacketFields {
  session?: string;
  sequence: number | bigint;
  /** Message Count as sent; absent: the number of messages. */
  count?: number;
}

export function mold(fields: PacketFields, messages: readonly Uint8Array[] = []): Buffer {
  const header = Buffer.alloc(20);
  header.write((fields.session ?? 'SESSION001').padEnd(10), 0, 'latin1');
  header.writeBigUInt64BE(BigInt(fields.sequence), 10);
  header.writeUInt16BE(fields.count ?? messages.length, 18);
  return Buffer.concat([header, binaryFile(messages)]);
}

/** Blocks of 2-byte length and data: a packet's body, and a BinaryFILE. */
export function binaryFile(messages: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    messages.flatMap((message) => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(message.length);
      return [length, Buffer.from(message)];
    }),
  );
}

export interface FrameFields {
  group?: string;
  port?: number;
  /** EtherType and TCI of each tag, outermost first. */
  vlans?: readonly (readonly [etherType: number, tci: number])[];
  ipOptions?: Uint8Array;
  /** Flags and fragment offset of the IPv4 header. */
  fragment?: number;
  protocol?: number;
  etherType?: number;
}

export function frame(payload: Uint8Array, fields: FrameFields = {}): Buffer {
  const ethernet = Buffer.alloc(12);
  const tags = (fields.vlans ?? []).map(([etherType, tci]) => {
    const tag = Buffer.alloc(4);
    tag.writeUInt16BE(etherType, 0);
    tag.writeUInt16BE(tci, 2);
    return tag;
  });
  const etherType = Buffer.alloc(2);
  etherType.writeUInt16BE(fields.etherType ?? 0x0800);
  const options = Buffer.from(fields.ipOptions ?? []);
  const ip = Buffer.alloc(20);
  ip[0] = 0x40 | ((20 + options.length) / 4);
  ip.writeUInt16BE(20 + options.length + 8 + payload.length, 2);
  ip.writeUInt16BE(fields.fragment ?? 0, 6);
  ip[9] = fields.protocol ?? 17;
  Buffer.from((fields.group ?? '239.1.1.1').split('.').map(Number)).copy(ip, 16);
  const udp = Buffer.alloc(8);
  udp.writeUInt16BE(fields.port ?? 26_477, 2);
  udp.writeUInt16BE(8 + payload.length, 4);
  return Buffer.concat([ethernet, ...tags, etherType, ip, options, udp, payload]);
}

export interface PcapFields {
  bigEndian?: boolean;
  nanoseconds?: boolean;
  linkType?: number;
  snapLength?: number;
}

export function pcap(frames: readonly Uint8Array[], fields: PcapFields = {}): Buffer {
  const write32 = (buffer: Buffer, value: number, offset: number) =>
    fields.bigEndian ? buffer.writeUInt32BE(value, offset) : buffer.writeUInt32LE(value, offset);
  const header = Buffer.alloc(24);
  write32(header, fields.nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4, 0);
  write32(header, fields.snapLength ?? 65_535, 16);
  write32(header, fields.linkType ?? 1, 20);
  const records = frames.flatMap((bytes) => {
    const record = Buffer.alloc(16);
    write32(record, bytes.length, 8);
    write32(record, bytes.length, 12);
    return [record, Buffer.from(bytes)];
  });
  return Buffer.concat([header, ...records]);
}
