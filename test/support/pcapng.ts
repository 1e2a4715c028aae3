/** pcapng files by hand, block by block (draft-ietf-opsawg-pcapng). */

export interface PcapngInterface {
  linkType?: number;
  snapLength?: number;
  /** if_tsresol as it is written; absent: µs. */
  resolution?: number;
  /** if_tsoffset in s. */
  offset?: bigint;
}

export class Pcapng {
  readonly #bigEndian: boolean;
  readonly #blocks: Buffer[] = [];

  constructor(bigEndian = false) {
    this.#bigEndian = bigEndian;
  }

  section(): this {
    return this.block(0x0a0d0d0a, [this.u32(0x1a2b3c4d), this.u16(1), this.u16(0), Buffer.alloc(8, 0xff)]);
  }

  interface({ linkType = 1, snapLength = 0, resolution, offset }: PcapngInterface = {}): this {
    const options = [this.#option(2, Buffer.from('eth0'))];
    if (resolution !== undefined) options.push(this.#option(9, Buffer.from([resolution])));
    if (offset !== undefined) options.push(this.#option(14, this.u64(offset)));
    return this.block(1, [this.u16(linkType), this.u16(0), this.u32(snapLength), ...options, this.u32(0)]);
  }

  /** An Enhanced Packet Block with a comment. */
  packet(bytes: Uint8Array, ticks = 0n, id = 0, original: number = bytes.length): this {
    const time = [this.u32(Number(ticks >> 32n)), this.u32(Number(ticks & 0xffffffffn))];
    const sizes = [this.u32(bytes.length), this.u32(original)];
    return this.block(6, [this.u32(id), ...time, ...sizes, pad(bytes), this.#option(1, Buffer.from('seen'))]);
  }

  simplePacket(bytes: Uint8Array, original: number = bytes.length): this {
    return this.block(3, [this.u32(original), bytes]);
  }

  /** The Packet Block of old writers. */
  oldPacket(bytes: Uint8Array, ticks = 0n, id = 0): this {
    const time = [this.u32(Number(ticks >> 32n)), this.u32(Number(ticks & 0xffffffffn))];
    const sizes = [this.u32(bytes.length), this.u32(bytes.length)];
    return this.block(2, [this.u16(id), this.u16(0xffff), ...time, ...sizes, bytes]);
  }

  block(type: number, parts: readonly Uint8Array[]): this {
    const body = pad(Buffer.concat(parts));
    const size = this.u32(12 + body.length);
    this.#blocks.push(Buffer.concat([this.u32(type), size, body, size]));
    return this;
  }

  bytes(): Buffer {
    return Buffer.concat(this.#blocks);
  }

  u16(value: number): Buffer {
    const bytes = Buffer.alloc(2);
    if (this.#bigEndian) bytes.writeUInt16BE(value);
    else bytes.writeUInt16LE(value);
    return bytes;
  }

  u32(value: number): Buffer {
    const bytes = Buffer.alloc(4);
    if (this.#bigEndian) bytes.writeUInt32BE(value);
    else bytes.writeUInt32LE(value);
    return bytes;
  }

  u64(value: bigint): Buffer {
    const bytes = Buffer.alloc(8);
    if (this.#bigEndian) bytes.writeBigInt64BE(value);
    else bytes.writeBigInt64LE(value);
    return bytes;
  }

  #option(code: number, value: Uint8Array): Buffer {
    return Buffer.concat([this.u16(code), this.u16(value.length), pad(value)]);
  }
}

/** The frames of a pcap file (little endian), from two interfaces in turn. */
export function pcapngOf(pcap: Buffer): Buffer {
  const file = new Pcapng().section().interface({ resolution: 9 }).interface({ resolution: 9 });
  const fraction = pcap.readUInt32LE(0) === 0xa1b23c4d ? 1n : 1_000n;
  for (let at = 24, id = 0; at < pcap.length; id ^= 1) {
    const ns = BigInt(pcap.readUInt32LE(at)) * 1_000_000_000n + BigInt(pcap.readUInt32LE(at + 4)) * fraction;
    const end = at + 16 + pcap.readUInt32LE(at + 8);
    file.packet(pcap.subarray(at + 16, end), ns, id, pcap.readUInt32LE(at + 12));
    at = end;
  }
  return file.bytes();
}

const pad = (bytes: Uint8Array): Buffer => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
