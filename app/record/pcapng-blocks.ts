/** What stands around the packets of a pcapng file (draft-ietf-opsawg-pcapng): section, interfaces, statistics. */

const SECTION = 0x0a0d0d0a;
const INTERFACE = 1;
const STATISTICS = 5;
const ETHERNET = 1;
const COMMENT = 1;

export interface InterfaceDescription {
  readonly name: string;
  readonly description: string;
}

export interface InterfaceStatistics {
  /** ns since 1970. */
  readonly fromNs: bigint;
  readonly toNs: bigint;
  /** Packets in the file, and packets that were lost. */
  readonly packets: number;
  readonly lost: number;
}

/** Times in ns, from 1970. */
export const fileHead = (application: string, interfaces: readonly InterfaceDescription[]): Buffer =>
  Buffer.concat([
    block(SECTION, [u32(0x1a2b3c4d), u16(1), u16(0), Buffer.alloc(8, 0xff)], [option(4, text(application))]),
    ...interfaces.map(({ name, description }) =>
      block(
        INTERFACE,
        [u16(ETHERNET), u16(0), u32(0)],
        [option(2, text(name)), option(3, text(description)), option(9, Buffer.of(9))],
      ),
    ),
  ]);

/** isb_ifrecv is what came for the interface: what is in the file, and what was lost. */
export const fileTail = (statistics: readonly InterfaceStatistics[], comment: string): Buffer =>
  Buffer.concat(
    statistics.map(({ fromNs, toNs, packets, lost }, index) =>
      block(
        STATISTICS,
        [u32(index), time(toNs)],
        [
          ...(comment === '' ? [] : [option(COMMENT, text(comment))]),
          option(2, time(fromNs)),
          option(3, time(toNs)),
          option(4, u64(BigInt(packets + lost))),
          option(5, u64(BigInt(lost))),
          option(8, u64(BigInt(packets))),
        ],
      ),
    ),
  );

function block(type: number, body: readonly Buffer[], options: readonly Buffer[]): Buffer {
  const inner = Buffer.concat([...body, ...options, u32(0)]);
  const length = u32(12 + inner.length);
  return Buffer.concat([u32(type), length, inner, length]);
}

function option(code: number, value: Buffer): Buffer {
  return Buffer.concat([u16(code), u16(value.length), value, Buffer.alloc(-value.length & 3)]);
}

/** An option's length has 16 bits. */
const text = (value: string): Buffer => Buffer.from(value).subarray(0, 65_535);

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

const time = (ns: bigint): Buffer => Buffer.concat([u32(Number(ns >> 32n)), u32(Number(ns & 0xffffffffn))]);
