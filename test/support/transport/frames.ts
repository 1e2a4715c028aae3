/** Ethernet frames made by hand, and a reading of them that shares nothing with the engine's. */
export interface UdpFrameFields {
  group: string;
  port: number;
  /** EtherType and tag control information of each tag, outermost first. */
  vlans?: readonly (readonly [etherType: number, control: number])[];
  /** A multiple of four bytes. */
  ipOptions?: Uint8Array;
  /** Flags and offset of the IPv4 header, in units of eight bytes. */
  fragment?: number;
  /** The UDP checksum as it is to stand there; absent: the right one. */
  udpChecksum?: number;
}

const ETHERNET = 14;
const MORE_FRAGMENTS_AND_OFFSET = 0x3fff;
/** The venue's end of app/network/veth-pair.ts: a host drops what comes from an address that it cannot reach. */
const SOURCE = '198.18.0.2';
const VLAN_TYPES = [0x8100, 0x88a8, 0x9100];

const addressBytes = (text: string): Buffer => Buffer.from(text.split('.').map(Number));

/** The ones' complement sum of RFC 1071, which is 0 over what carries its own checksum. */
export function internetChecksum(...parts: readonly Uint8Array[]): number {
  const bytes = Buffer.concat(parts);
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] as number) << 8) | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

function pseudoHeader(ip: Uint8Array, udpBytes: number): Buffer {
  const header = Buffer.alloc(12);
  header.set(ip.subarray(12, 20));
  header[9] = 17;
  header.writeUInt16BE(udpBytes, 10);
  return header;
}

export function udpFrame(payload: Uint8Array, fields: UdpFrameFields): Buffer {
  const group = addressBytes(fields.group);
  const ethernet = Buffer.from([0x01, 0x00, 0x5e, (group[1] as number) & 0x7f, group[2], group[3], 2, 0, 0, 0, 0, 1]);
  const types = Buffer.alloc(4 * (fields.vlans?.length ?? 0) + 2);
  fields.vlans?.forEach(([etherType, control], index) => {
    types.writeUInt16BE(etherType, 4 * index);
    types.writeUInt16BE(control, 4 * index + 2);
  });
  types.writeUInt16BE(0x0800, types.length - 2);

  const options = fields.ipOptions ?? new Uint8Array(0);
  const ip = Buffer.alloc(20 + options.length);
  ip[0] = 0x40 | (ip.length / 4);
  ip.writeUInt16BE(ip.length + 8 + payload.length, 2);
  ip.writeUInt16BE(fields.fragment ?? 0x4000, 6);
  ip[8] = 1;
  ip[9] = 17;
  addressBytes(SOURCE).copy(ip, 12);
  group.copy(ip, 16);
  ip.set(options, 20);
  ip.writeUInt16BE(internetChecksum(ip), 10);

  const udp = Buffer.alloc(8);
  udp.writeUInt16BE(40_000, 0);
  udp.writeUInt16BE(fields.port, 2);
  udp.writeUInt16BE(8 + payload.length, 4);
  // A sum of 0 is sent as its other form: 0 says that there is none (RFC 768).
  const checksum = internetChecksum(pseudoHeader(ip, 8 + payload.length), udp, payload) || 0xffff;
  udp.writeUInt16BE(fields.udpChecksum ?? checksum, 6);
  return Buffer.concat([ethernet, types, ip, udp, payload]);
}

export type Verdict = { is: 'packet'; payload: Buffer } | { is: 'other' | 'fragment' | 'malformed' | 'badChecksum' };

/** What a frame is for a receiver of the group and port. @param checksums false: those of a recording are nobody's business */
export function readFrame(frame: Buffer, group: string, port: number, { checksums = true } = {}): Verdict {
  if (frame.length < ETHERNET) return { is: 'malformed' };
  let at = 12;
  for (let tags = 0; VLAN_TYPES.includes(frame.readUInt16BE(at)); tags++, at += 4) {
    if (tags === 2) return { is: 'other' };
    if (frame.length < at + 6) return { is: 'malformed' };
  }
  if (frame.readUInt16BE(at) !== 0x0800) return { is: 'other' };
  const packet = frame.subarray(at + 2);
  if (packet.length < 20 || (packet[0] as number) >> 4 !== 4) return { is: 'malformed' };
  const header = ((packet[0] as number) & 0xf) * 4;
  const total = packet.readUInt16BE(2);
  if (header < 20 || total < header || total > packet.length) return { is: 'malformed' };
  if (!packet.subarray(16, 20).equals(addressBytes(group)) || packet[9] !== 17) return { is: 'other' };
  const ip = packet.subarray(0, header);
  if (checksums && internetChecksum(ip) !== 0) return { is: 'badChecksum' };
  if ((packet.readUInt16BE(6) & MORE_FRAGMENTS_AND_OFFSET) !== 0) return { is: 'fragment' };
  const datagram = packet.subarray(header, total);
  if (datagram.length < 8) return { is: 'malformed' };
  const length = datagram.readUInt16BE(4);
  if (length < 8 || length > datagram.length) return { is: 'malformed' };
  if (datagram.readUInt16BE(2) !== port) return { is: 'other' };
  const udp = datagram.subarray(0, length);
  if (checksums && udp.readUInt16BE(6) !== 0 && internetChecksum(pseudoHeader(packet, length), udp) !== 0) {
    return { is: 'badChecksum' };
  }
  return { is: 'packet', payload: Buffer.from(udp.subarray(8)) };
}
