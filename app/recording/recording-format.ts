/** What a recording is, from its first bytes: names and extensions are not believed. */
import { HotlapError } from '../../engine/domain/errors.ts';

export type Compression = 'none' | 'gzip' | 'zstd';
export type RecordingFormat = 'pcap' | 'binaryfile';

/** First bytes that `detectFormat` looks at, where the file has them. */
export const FORMAT_BYTES = 512;

const PCAP_MAGICS = new Set([0xa1b2c3d4, 0xa1b23c4d, 0xd4c3b2a1, 0x4d3cb2a1]);
const PCAPNG_MAGIC = 0x0a0d0d0a;
const LINK_TYPES = new Map([
  [1, 'Ethernet'],
  [101, 'raw IP'],
]);

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
  if (magic === PCAPNG_MAGIC) {
    throw new HotlapError(
      'ERR_RECORDING_PCAPNG',
      `${path} is a pcapng file, and hotlap reads pcap: convert it with \`editcap -F nsecpcap ${path} out.pcap\`.`,
    );
  }
  if (PCAP_MAGICS.has(magic)) return checkPcapHeader(path, view);
  if (framesAsBinaryFile(view)) return 'binaryfile';
  throw new HotlapError(
    'ERR_RECORDING_FOREIGN',
    `${path} is neither a pcap file nor a BinaryFILE of TotalView-ITCH 5.0 messages: give a recording of one of the two, plain, gzip or zstd.`,
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
  if (!LINK_TYPES.has(linkType)) {
    throw new HotlapError(
      'ERR_RECORDING_LINK_TYPE',
      `${path} was captured with pcap link type ${linkType}, and hotlap reads ${[...LINK_TYPES].map(([id, name]) => `${id} (${name})`).join(' and ')}: capture on one network interface, not on \`any\`.`,
    );
  }
  return 'pcap';
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
