import { BUFFER_BYTES, BUFFER_SLACK_BYTES, type Framer } from './framers.ts';

/** Where synthetic packets say they come from and go to. */
export const GENERATED_GROUP = '239.54.12.111';
export const GENERATED_PORT = 26477;
const SOURCE_ADDRESS = 0x0a000001; // 10.0.0.1
const SOURCE_PORT = 26400;
const SESSION = 'HOTLAP0001';

const PCAP_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
const ETHERNET_BYTES = 14;
const IP_BYTES = 20;
const UDP_BYTES = 8;
const MOLD_BYTES = 20;
const IP_AT = RECORD_HEADER_BYTES + ETHERNET_BYTES;
const UDP_AT = IP_AT + IP_BYTES;
const MOLD_AT = UDP_AT + UDP_BYTES;
const BLOCKS_AT = MOLD_AT + MOLD_BYTES;
/** An Ethernet frame's 1,500 bytes without the IP and UDP headers. */
const MAX_PAYLOAD_BYTES = 1500 - IP_BYTES - UDP_BYTES;
/** Longest ITCH message (I, NOII) behind its length. */
const MAX_BLOCK_BYTES = 52;

/** A message waits this long for company, and a packet leaves this long after its last message. */
const GATHER_NS = 50_000;
const DEPARTURE_NS = 2_000;
/** MoldUDP64: a heartbeat about once a second while idle; end of session repeated for a short while. */
const HEARTBEAT_NS = 1_000_000_000;
const END_OF_SESSION_PACKETS = 3;
const END_OF_SESSION_GAP_NS = 100_000_000;
const END_OF_SESSION = 0xffff;

/**
 * MoldUDP64 1.00 over UDP multicast, IPv4 and Ethernet, in a pcap file with nanosecond time stamps (magic
 * 0xa1b23c4d). Headers are laid out once as a template; a packet patches lengths, numbers, times and checksums.
 */
export class MoldPcapFramer implements Framer {
  buffer: Uint8Array = new Uint8Array(BUFFER_BYTES + BUFFER_SLACK_BYTES);
  length = 0;
  packets = 0;
  readonly #template = packetTemplate();
  readonly #messagesPerPacket: number;
  readonly #midnightNs: bigint;
  #open = 0;
  #cursor = 0;
  /** Next sequence number, then times in ns since midnight: of the open packet's first and last message, of the last packet. */
  readonly #cells = Float64Array.of(1, 0, 0, 0);

  /** @param midnightSeconds seconds since 1970 of the time stamps' midnight */
  constructor(messagesPerPacket: number, midnightSeconds: number) {
    this.#messagesPerPacket = messagesPerPacket;
    this.#midnightNs = BigInt(midnightSeconds) * 1_000_000_000n;
    this.length = writePcapHeader(this.buffer);
  }

  begin(nowNs: number): number {
    const cells = this.#cells;
    const full =
      this.#open === this.#messagesPerPacket ||
      this.#cursor - (this.length + MOLD_AT) + MAX_BLOCK_BYTES > MAX_PAYLOAD_BYTES ||
      nowNs - cells[1] > GATHER_NS;
    if (this.#open > 0 && full) this.#close();
    if (this.#open === 0) {
      this.#cursor = this.length + BLOCKS_AT;
      cells[1] = nowNs;
    }
    cells[2] = nowNs;
    return this.#cursor + 2;
  }

  end(length: number): void {
    this.buffer[this.#cursor] = length >> 8;
    this.buffer[this.#cursor + 1] = length;
    this.#cursor += 2 + length;
    this.#open++;
  }

  idle(nowNs: number, untilNs: number): void {
    if (this.#open > 0 && untilNs - this.#cells[1] > GATHER_NS) this.#close();
    for (let at = nowNs + HEARTBEAT_NS; at < untilNs; at += HEARTBEAT_NS) this.#empty(at, 0);
  }

  finish(nowNs: number): void {
    if (this.#open > 0) this.#close();
    for (let i = 1; i <= END_OF_SESSION_PACKETS; i++) this.#empty(nowNs + i * END_OF_SESSION_GAP_NS, END_OF_SESSION);
  }

  reset(buffer: Uint8Array): void {
    // The packet that is still open moves along.
    const open = this.#open > 0 ? this.buffer.subarray(this.length, this.#cursor) : this.buffer.subarray(0, 0);
    buffer.set(open, 0);
    this.#cursor = open.length;
    this.buffer = buffer;
    this.length = 0;
  }

  #close(): void {
    const messages = this.#open;
    this.#open = 0;
    this.#write(messages, this.#cells[2] + DEPARTURE_NS);
    this.#cells[0] += messages;
  }

  #empty(nowNs: number, count: number): void {
    this.#cursor = this.length + BLOCKS_AT;
    this.#write(count, nowNs);
  }

  /** Completes the packet whose blocks end at the cursor. */
  #write(count: number, nowNs: number): void {
    const { buffer, length: start } = this;
    const cells = this.#cells;
    // Packets leave in order, 1 ns apart at least, however the gathering falls.
    const sentNs = Math.max(nowNs, cells[3] + 1);
    cells[3] = sentNs;
    buffer.set(this.#template, start);
    const frameBytes = this.#cursor - start - RECORD_HEADER_BYTES;
    const udpBytes = frameBytes - ETHERNET_BYTES - IP_BYTES;

    const epochNs = this.#midnightNs + BigInt(sentNs);
    writeU32Little(buffer, start, Number(epochNs / 1_000_000_000n));
    writeU32Little(buffer, start + 4, Number(epochNs % 1_000_000_000n));
    writeU32Little(buffer, start + 8, frameBytes);
    writeU32Little(buffer, start + 12, frameBytes);

    writeU16(buffer, start + IP_AT + 2, udpBytes + IP_BYTES);
    writeU16(buffer, start + IP_AT + 4, this.packets & 0xffff);
    writeU16(buffer, start + IP_AT + 10, fold(sum16(buffer, start + IP_AT, IP_BYTES)));

    writeU32(buffer, start + MOLD_AT + 10, Math.floor(cells[0] / 2 ** 32));
    writeU32(buffer, start + MOLD_AT + 14, (cells[0] % 2 ** 32) | 0);
    writeU16(buffer, start + MOLD_AT + 18, count);

    writeU16(buffer, start + UDP_AT + 4, udpBytes);
    // The UDP checksum covers addresses, protocol and length too (RFC 768); a sum of 0 is sent as 0xffff.
    const pseudoHeader = sum16(buffer, start + IP_AT + 12, 8) + 17 + udpBytes;
    const checksum = fold(pseudoHeader + sum16(buffer, start + UDP_AT, udpBytes));
    writeU16(buffer, start + UDP_AT + 6, checksum === 0 ? 0xffff : checksum);
    this.length = this.#cursor;
    this.packets++;
  }
}

function packetTemplate(): Uint8Array {
  const t = new Uint8Array(BLOCKS_AT);
  const group = GENERATED_GROUP.split('.').map(Number);
  // A group's Ethernet address is 01:00:5e and its lower 23 bits (RFC 1112).
  t.set([0x01, 0x00, 0x5e, group[1] & 0x7f, group[2], group[3]], RECORD_HEADER_BYTES);
  t.set([0x02, 0, 0, 0, 0, 0x01, 0x08, 0x00], RECORD_HEADER_BYTES + 6);
  t.set([0x45, 0, 0, 0, 0, 0, 0x40, 0, 16, 17], IP_AT);
  writeU32(t, IP_AT + 12, SOURCE_ADDRESS);
  t.set(group, IP_AT + 16);
  writeU16(t, UDP_AT, SOURCE_PORT);
  writeU16(t, UDP_AT + 2, GENERATED_PORT);
  for (let i = 0; i < SESSION.length; i++) t[MOLD_AT + i] = SESSION.charCodeAt(i);
  return t;
}

function writePcapHeader(buffer: Uint8Array): number {
  writeU32Little(buffer, 0, 0xa1b23c4d);
  buffer.set([2, 0, 4, 0], 4);
  writeU32Little(buffer, 16, 65535);
  writeU32Little(buffer, 20, 1); // Ethernet
  return PCAP_HEADER_BYTES;
}

/** Sum of big-endian 16-bit words; below 2^31 for any packet here. */
function sum16(buffer: Uint8Array, from: number, bytes: number): number {
  let sum = 0;
  const end = from + (bytes & ~1);
  for (let i = from; i < end; i += 2) sum += (buffer[i] << 8) | buffer[i + 1];
  return bytes & 1 ? sum + (buffer[end] << 8) : sum;
}

/** The ones' complement of the folded sum (RFC 1071). */
function fold(sum: number): number {
  const once = (sum & 0xffff) + (sum >>> 16);
  return ~((once & 0xffff) + (once >>> 16)) & 0xffff;
}

function writeU16(buffer: Uint8Array, at: number, value: number): void {
  buffer[at] = value >> 8;
  buffer[at + 1] = value;
}

function writeU32(buffer: Uint8Array, at: number, value: number): void {
  buffer[at] = value >> 24;
  buffer[at + 1] = value >> 16;
  buffer[at + 2] = value >> 8;
  buffer[at + 3] = value;
}

function writeU32Little(buffer: Uint8Array, at: number, value: number): void {
  buffer[at] = value;
  buffer[at + 1] = value >> 8;
  buffer[at + 2] = value >> 16;
  buffer[at + 3] = value >> 24;
}
