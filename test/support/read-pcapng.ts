/** pcapng files block by block, by a reader of the tests' own: little-endian, Ethernet, UDP over IPv4 without options. */
import { readFileSync } from 'node:fs';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';

export interface ReadPacket {
  interface: number;
  timeNs: bigint;
  frame: Buffer;
  /** GROUP:PORT. */
  to: string;
  payload: Buffer;
  /** epb_dropcount. */
  lost: number;
}

export interface ReadSection {
  /** if_name and if_description. */
  interfaces: { name: string; description: string }[];
  packets: ReadPacket[];
  /** By interface. */
  statistics: { received: number; dropped: number; delivered: number; comment: string }[];
}

const HEADERS = 42;

export function plain(file: string): Buffer {
  const bytes = readFileSync(file);
  if (file.endsWith('.gz')) return gunzipSync(bytes);
  if (!file.endsWith('.zst')) return bytes;
  const frames: Buffer[] = [];
  // Node decompresses the first frame only.
  for (let rest = bytes; rest.length > 0; ) {
    const { buffer, engine } = zstdDecompressSync(rest, { info: true }) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    frames.push(buffer);
    rest = rest.subarray(engine.bytesWritten);
  }
  return Buffer.concat(frames);
}

export function readPcapng(bytes: Buffer): ReadSection[] {
  const sections: ReadSection[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32LE(at + 4);
    if (bytes.readUInt32LE(at + length - 4) !== length) throw new Error(`a block at ${at} is not whole`);
    const body = bytes.subarray(at + 8, at + length - 4);
    readBlock(bytes.readUInt32LE(at), body, sections);
    at += length;
  }
  return sections;
}

function readBlock(type: number, body: Buffer, sections: ReadSection[]): void {
  if (type === 0x0a0d0d0a) sections.push({ interfaces: [], packets: [], statistics: [] });
  const section = sections.at(-1) as ReadSection;
  if (type === 1) {
    const options = optionsOf(body.subarray(8));
    if (options.get(9)?.[0] !== 9) throw new Error('times are not in ns');
    section.interfaces.push({ name: `${options.get(2)}`, description: `${options.get(3)}` });
  } else if (type === 6) section.packets.push(packetOf(body));
  else if (type === 5) {
    const options = optionsOf(body.subarray(12));
    const number = (code: number): number => Number(options.get(code)?.readBigUInt64LE());
    section.statistics[body.readUInt32LE(0)] = {
      received: number(4),
      dropped: number(5),
      delivered: number(8),
      comment: `${options.get(1) ?? ''}`,
    };
  }
}

function packetOf(body: Buffer): ReadPacket {
  const size = body.readUInt32LE(12);
  const frame = body.subarray(20, 20 + size);
  const options = optionsOf(body.subarray(20 + Math.ceil(size / 4) * 4));
  return {
    interface: body.readUInt32LE(0),
    timeNs: (BigInt(body.readUInt32LE(4)) << 32n) | BigInt(body.readUInt32LE(8)),
    frame,
    to: `${[...frame.subarray(30, 34)].join('.')}:${frame.readUInt16BE(36)}`,
    payload: frame.subarray(HEADERS, HEADERS - 8 + frame.readUInt16BE(38)),
    lost: Number(options.get(4)?.readBigUInt64LE() ?? 0n),
  };
}

function optionsOf(bytes: Buffer): Map<number, Buffer> {
  const options = new Map<number, Buffer>();
  for (let at = 0; at + 4 <= bytes.length && bytes.readUInt16LE(at) !== 0; ) {
    const length = bytes.readUInt16LE(at + 2);
    options.set(bytes.readUInt16LE(at), bytes.subarray(at + 4, at + 4 + length));
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return options;
}
