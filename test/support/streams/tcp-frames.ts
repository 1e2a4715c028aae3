/** TCP segments made by hand, for who is not who he says. */
import { internetChecksum } from '../transport/frames.ts';

export const FLAGS = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32 } as const;

export interface SegmentFields {
  /** MACs, as `ip` writes them. */
  readonly to: string;
  readonly from: string;
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequence?: number;
  readonly acknowledgement?: number;
  readonly flags?: number;
  readonly payload?: Uint8Array;
  /** In words of four bytes, as the header says; absent: as it is. */
  readonly dataOffset?: number;
  /** Turns the checksum wrong. */
  readonly damaged?: boolean;
}

const mac = (text: string): number[] => text.split(':').map((part) => Number.parseInt(part, 16));
const address = (text: string): number[] => text.split('.').map(Number);

export function tcpFrame(fields: SegmentFields): Buffer {
  const { payload = new Uint8Array(0) } = fields;
  const ethernet = Buffer.from([...mac(fields.to), ...mac(fields.from), 8, 0]);
  const ip = Buffer.alloc(20);
  ip[0] = 0x45;
  ip.writeUInt16BE(40 + payload.length, 2);
  ip[8] = 64;
  ip[9] = 6;
  ip.set([...address(fields.source), ...address(fields.destination)], 12);
  ip.writeUInt16BE(internetChecksum(ip), 10);

  const tcp = Buffer.alloc(20);
  tcp.writeUInt16BE(fields.sourcePort, 0);
  tcp.writeUInt16BE(fields.destinationPort, 2);
  tcp.writeUInt32BE(fields.sequence ?? 0, 4);
  tcp.writeUInt32BE(fields.acknowledgement ?? 0, 8);
  tcp[12] = (fields.dataOffset ?? 5) << 4;
  tcp[13] = fields.flags ?? FLAGS.syn;
  tcp.writeUInt16BE(0xffff, 14);
  const pseudo = Buffer.alloc(12);
  pseudo.set(ip.subarray(12, 20));
  pseudo[9] = 6;
  pseudo.writeUInt16BE(20 + payload.length, 10);
  const checksum = internetChecksum(pseudo, tcp, payload);
  tcp.writeUInt16BE(fields.damaged === true ? checksum ^ 0x5a5a : checksum, 16);
  return Buffer.concat([ethernet, ip, tcp, payload]);
}
