/** The feed's packets of a live run, from its tape, as a recording of them: what reads recordings reads a run. */
import { TAPE_ENTRY, TAPE_RECORD } from '../../native/index.ts';
import { entriesOf, openReader } from '../journal-entries.ts';
import { ByteRingWriter } from '../recording/byte-ring.ts';
import type { MarketFeed } from './survey.ts';

const PCAP_HEADER_BYTES = 24;
const PCAP_NS = 0xa1b23c4d;
const LINK_TYPE_IPV4 = 228;
const RECORD_BYTES = 16;
const IPV4_BYTES = 20;
const UDP_BYTES = 8;
const HEAD_BYTES = RECORD_BYTES + IPV4_BYTES + UDP_BYTES;

/** Of a tape's records and their entries: see its page in docs/reference/run-folder.md. */
const TURN_BYTES = 16;
const ENTRY_BYTES = 16;

/** The tape has payloads only: a group that nobody has stands for the feed's. */
const GROUP = [239, 255, 255, 250] as const;
const PORT = 1;

/**
 * @param folder of the tape
 * @param day0Ms ms since 1970 of engine time 0
 * @param bytes of its files, for progress
 */
export function feedTapePackets(folder: string, day0Ms: number, bytes: number, ring: SharedArrayBuffer): MarketFeed {
  const reader = openReader({ folder });
  const writer = new ByteRingWriter(ring);
  const chunks = pcapOf(entriesOf(reader), BigInt(day0Ms) * 1_000_000n);
  let chunk: Uint8Array = pcapHeader();
  let isClosed = false;
  const close = async (): Promise<void> => {
    if (isClosed) return;
    isClosed = true;
    chunks.return();
    writer.end();
    reader.close();
  };
  return {
    format: 'pcap',
    fileBytes: bytes,
    get bytesRead() {
      return Math.min(bytes, writer.bytesWritten);
    },
    pump: async () => {
      while (!isClosed) {
        chunk = chunk.subarray(writer.write(chunk));
        if (chunk.length > 0) return true;
        const { value, done } = chunks.next();
        if (done === true) await close();
        else chunk = value;
      }
      return false;
    },
    close,
  };
}

/** Frames, one a packet, each valid until the next. */
function* pcapOf(records: ReturnType<typeof entriesOf>, day0Ns: bigint): Generator<Uint8Array, void> {
  const frame = Buffer.alloc(HEAD_BYTES + (1 << 16));
  for (const { kind, payload } of records) {
    if (kind !== TAPE_RECORD.turn && kind !== TAPE_RECORD.part) continue;
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    const timeNs = day0Ns + BigInt(Math.round(view.getFloat64(8, true)));
    for (let at = TURN_BYTES; at + ENTRY_BYTES <= payload.length; ) {
      const bytes = view.getUint32(at + 4, true);
      const start = at + ENTRY_BYTES;
      if (view.getUint32(at, true) === TAPE_ENTRY.packet)
        yield frameOf(frame, timeNs, payload.subarray(start, start + bytes));
      at = start + Math.ceil(bytes / 8) * 8;
    }
  }
}

function pcapHeader(): Buffer {
  const header = Buffer.alloc(PCAP_HEADER_BYTES);
  header.writeUInt32LE(PCAP_NS, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(0x40000, 16);
  header.writeUInt32LE(LINK_TYPE_IPV4, 20);
  return header;
}

/** Without checksums, which recordings do not verify. */
function frameOf(frame: Buffer, timeNs: bigint, payload: Uint8Array): Buffer {
  const ipBytes = IPV4_BYTES + UDP_BYTES + payload.length;
  frame.fill(0, 0, HEAD_BYTES);
  frame.writeUInt32LE(Number(timeNs / 1_000_000_000n), 0);
  frame.writeUInt32LE(Number(timeNs % 1_000_000_000n), 4);
  frame.writeUInt32LE(ipBytes, 8);
  frame.writeUInt32LE(ipBytes, 12);
  const ip = RECORD_BYTES;
  frame[ip] = 0x45;
  frame.writeUInt16BE(ipBytes, ip + 2);
  frame[ip + 8] = 1;
  frame[ip + 9] = 17;
  frame.set(GROUP, ip + 16);
  const udp = ip + IPV4_BYTES;
  frame.writeUInt16BE(PORT, udp);
  frame.writeUInt16BE(PORT, udp + 2);
  frame.writeUInt16BE(UDP_BYTES + payload.length, udp + 4);
  frame.set(payload, HEAD_BYTES);
  return frame.subarray(0, HEAD_BYTES + payload.length);
}
