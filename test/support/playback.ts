import dgram from 'node:dgram';
import { BYTE_RING, native, type Playback, type PlaybackOptions, STREAM_CELLS } from '../../native/index.ts';

/** A ring that holds a whole recording, written and ended. */
export function ringOf(bytes: Uint8Array): SharedArrayBuffer {
  const ring = new SharedArrayBuffer(BYTE_RING.headerBytes + Math.max(bytes.length, 1 << 20));
  new Uint8Array(ring).set(bytes, BYTE_RING.headerBytes);
  const header = new Float64Array(ring, 0, 8);
  header[BYTE_RING.written] = bytes.length;
  header[BYTE_RING.ended] = 1;
  return ring;
}

/** An ITCH system event: 12 bytes that carry a time and, in the tracking number, a counter. */
export function systemEvent(timeNs: number, counter: number): Buffer {
  const message = Buffer.alloc(12);
  message.write('S');
  message.writeUInt16BE(counter & 0xffff, 3);
  message.writeUIntBE(timeNs, 5, 6);
  message.write('O', 11);
  return message;
}

/** Message blocks, as in BinaryFILE and behind a MoldUDP64 header. */
export function blocks(messages: Uint8Array[]): Buffer {
  return Buffer.concat(
    messages.flatMap((message) => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(message.length);
      return [length, message];
    }),
  );
}

export function mold(session: string, sequence: number, messages: Uint8Array[], count = messages.length): Buffer {
  const header = Buffer.alloc(20);
  header.write(session.padEnd(10), 0, 'latin1');
  header.writeBigUInt64BE(BigInt(sequence), 10);
  header.writeUInt16BE(count, 18);
  return Buffer.concat([header, blocks(messages)]);
}

/** A pcap (ns) of UDP datagrams to 239.1.1.1:5000. */
export function pcap(payloads: Uint8Array[]): Buffer {
  const file = Buffer.alloc(24);
  file.writeUInt32LE(0xa1b23c4d, 0);
  file.writeUInt16LE(2, 4);
  file.writeUInt16LE(4, 6);
  file.writeUInt32LE(262_144, 16);
  file.writeUInt32LE(1, 20);
  const records = payloads.map((payload) => {
    const frame = Buffer.alloc(16 + 14 + 20 + 8);
    const size = 42 + payload.length;
    frame.writeUInt32LE(size, 8);
    frame.writeUInt32LE(size, 12);
    frame.writeUInt16BE(0x0800, 16 + 12);
    frame[16 + 14] = 0x45;
    frame.writeUInt16BE(28 + payload.length, 16 + 16);
    frame[16 + 14 + 8] = 1;
    frame[16 + 14 + 9] = 17;
    frame.set([127, 0, 0, 1], 16 + 14 + 12);
    frame.set([239, 1, 1, 1], 16 + 14 + 16);
    frame.writeUInt16BE(5000, 16 + 34);
    frame.writeUInt16BE(5000, 16 + 36);
    frame.writeUInt16BE(8 + payload.length, 16 + 38);
    return Buffer.concat([frame, payload]);
  });
  return Buffer.concat([file, ...records]);
}

export interface MoldPacket {
  session: string;
  sequence: number;
  count: number;
  messages: Buffer[];
  arrivedMs: number;
}

export function parseMold(packet: Buffer): MoldPacket {
  const count = packet.readUInt16BE(18);
  const messages: Buffer[] = [];
  for (let at = 20; at < packet.length; ) {
    const length = packet.readUInt16BE(at);
    messages.push(packet.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return {
    session: packet.toString('latin1', 0, 10),
    sequence: Number(packet.readBigUInt64BE(10)),
    count,
    messages,
    arrivedMs: performance.now(),
  };
}

/** A UDP socket on loopback that keeps every packet. */
export async function receivePackets(bufferBytes = 4 << 20): Promise<{
  port: number;
  packets: MoldPacket[];
  socket: dgram.Socket;
}> {
  const socket = dgram.createSocket('udp4');
  const packets: MoldPacket[] = [];
  socket.on('message', (packet) => packets.push(parseMold(packet)));
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  socket.setRecvBufferSize(bufferBytes);
  return { port: socket.address().port, packets, socket };
}

export function playback(
  recording: Uint8Array,
  options: Partial<PlaybackOptions> & Pick<PlaybackOptions, 'port'>,
): Playback {
  return new (native().Playback)({
    ring: ringOf(recording),
    format: 'binaryfile',
    group: '127.0.0.1',
    interface: '127.0.0.1',
    pace: { mode: 'max' },
    tcpHost: '127.0.0.1',
    tcpPort: 0,
    rx: new Uint8Array(65_536),
    tx: new Uint8Array(65_536),
    streamCells: new Int32Array(STREAM_CELLS),
    ...options,
  });
}
