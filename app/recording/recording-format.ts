/** What a recording is, from its first bytes: names and extensions are not believed. */
import { HotlapError } from '../../engine/domain/errors.ts';
import type { RecordingFormat } from '../../native/index.ts';

export type Compression = 'none' | 'gzip' | 'zstd';
export type { RecordingFormat };

/** First bytes that `detectFormat` looks at, where the file has them. */
export const FORMAT_BYTES = 512;

const PCAP_MAGICS = new Set([0xa1b2c3d4, 0xa1b23c4d, 0xd4c3b2a1, 0x4d3cb2a1]);
const PCAPNG_MAGIC = 0x0a0d0d0a;
const LINK_TYPES = new Map([
  [1, 'Ethernet'],
  [101, 'raw IP'],
  [113, 'Linux cooked'],
  [228, 'IPv4'],
  [276, 'Linux cooked v2'],
]);

const PCAPNG_BYTE_ORDER = 0x1a2b3c4d;
const PCAPNG_INTERFACE = 1;

/** Message types of TotalView-ITCH 5.0 and their lengths. */
const ITCH_LENGTHS = new Map(
  Object.entries({
    ...{ S: 12, R: 39, H: 25, Y: 20, L: 26, V: 35, W: 12, K: 28, J: 35, h: 21, A: 36, F: 40 },
    ...{ E: 31, C: 36, X: 23, D: 19, U: 35, P: 44, Q: 40, B: 19, I: 50, N: 20, O: 48 },
  }),
);

export function detectCompression(start: Uint8Array): Compression {
  if (start[0] === 0x1f && start[1] === 0x8b) return 'gzip';
  if (start[0] === 0x28 && start[1] === 0xb5 && start[2] === 0x2f && start[3] === 0xfd) return 'zstd';
  return 'none';
}

/** @param start the first FORMAT_BYTES bytes, decompressed. @throws HotlapError for what is no recording of a known kind */
export function detectFormat(path: string, start: Uint8Array): RecordingFormat {
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const magic = start.length >= 4 ? view.getUint32(0) : 0;
  if (magic === PCAPNG_MAGIC) return checkPcapng(path, view);
  if (PCAP_MAGICS.has(magic)) return checkPcapHeader(path, view);
  if (framesAsBinaryFile(view)) return 'binaryfile';
  throw new HotlapError(
    'ERR_RECORDING_FOREIGN',
    `${path} is neither a pcap or pcapng file nor a BinaryFILE of TotalView-ITCH 5.0 messages: give a recording of one of them, plain, gzip or zstd.`,
  );
}

function checkPcapHeader(path: string, view: DataView): RecordingFormat {
  if (view.byteLength < 24) {
    throw new HotlapError(
      'ERR_RECORDING_FOREIGN',
      `${path} begins as a pcap file but ends inside its header: record it again.`,
    );
  }
  const littleEndian = view.getUint8(0) !== 0xa1;
  const linkType = view.getUint32(20, littleEndian) & 0x0fffffff;
  if (!LINK_TYPES.has(linkType)) throw foreignLink(path, linkType);
  return 'pcap';
}

/** Interfaces are described before their packets: where all within reach are of other kinds, nothing here can be read. */
function checkPcapng(path: string, view: DataView): RecordingFormat {
  if (view.byteLength < 28) {
    throw new HotlapError(
      'ERR_RECORDING_FOREIGN',
      `${path} begins as a pcapng file but ends inside its header: record it again.`,
    );
  }
  const littleEndian = view.getUint32(8, true) === PCAPNG_BYTE_ORDER;
  let foreign: number | undefined;
  for (let at = 0; at + 10 <= view.byteLength; ) {
    const length = view.getUint32(at + 4, littleEndian);
    if (at > 0 && view.getUint32(at, littleEndian) === PCAPNG_INTERFACE) {
      const linkType = view.getUint16(at + 8, littleEndian);
      if (LINK_TYPES.has(linkType)) return 'pcapng';
      foreign ??= linkType;
    }
    if (length < 12) break;
    at += length;
  }
  if (foreign !== undefined) throw foreignLink(path, foreign);
  return 'pcapng';
}

function foreignLink(path: string, linkType: number): HotlapError {
  return new HotlapError(
    'ERR_RECORDING_LINK_TYPE',
    `${path} was captured with link type ${linkType}, and hotlap reads ${[...LINK_TYPES].map(([id, name]) => `${id} (${name})`).join(', ')}: capture on a network interface that carries IP over Ethernet.`,
  );
}

/** The first two records have the length of their type; a session without messages is only the zero record. */
function framesAsBinaryFile(view: DataView): boolean {
  let at = 0;
  for (let record = 0; record < 2; record++) {
    if (view.byteLength - at < 2) return record > 0;
    const length = view.getUint16(at);
    if (length === 0) return true;
    if (view.byteLength - at < 3) return record > 0;
    if (ITCH_LENGTHS.get(String.fromCharCode(view.getUint8(at + 2))) !== length) return false;
    at += 2 + length;
  }
  return true;
}
