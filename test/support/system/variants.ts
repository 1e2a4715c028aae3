/** The same messages in every form that a recording may have. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { gzipSync, zstdCompressSync } from 'node:zlib';

/** @returns paths of the plain file, its gzip and its zstd, in `folder`, named by their content alone */
export function compressedForms(file: string, folder: string, name: string): string[] {
  const bytes = readFileSync(file);
  const path = (ending: string): string => `${folder}/${name}${ending}`;
  if (file !== path('')) copyFileSync(file, path(''));
  writeFileSync(path('.gz'), gzipSync(bytes));
  writeFileSync(path('.zst'), zstdCompressSync(bytes));
  return [path(''), path('.gz'), path('.zst')];
}

const PCAP_HEADER = 24;
const RECORD_HEADER = 16;
const ADDRESSES = 12;
const VLAN_TAG = Buffer.from([0x81, 0x00, 0x00, 0x07]);

/** A little-endian pcap, and of each record whether it belongs to the part. */
export function partOfPcap(pcap: Buffer, belongs: (record: number) => boolean): Buffer {
  const records = pcapRecords(pcap).filter((_, index) => belongs(index));
  return Buffer.concat([pcap.subarray(0, PCAP_HEADER), ...records]);
}

/** Of a BinaryFILE without its zero record. */
export function partOfBinaryFile(file: Buffer, belongs: (message: number) => boolean): Buffer {
  const blocks: Buffer[] = [];
  let message = 0;
  for (let at = 0; at + 2 <= file.length; message += 1) {
    const end = at + 2 + file.readUInt16BE(at);
    if (belongs(message)) blocks.push(file.subarray(at, end));
    at = end;
  }
  return Buffer.concat(blocks);
}

function pcapRecords(pcap: Buffer): Buffer[] {
  const records: Buffer[] = [];
  for (let at = PCAP_HEADER; at < pcap.length; ) {
    const end = at + RECORD_HEADER + pcap.readUInt32LE(at + 8);
    records.push(pcap.subarray(at, end));
    at = end;
  }
  return records;
}

/** A little-endian pcap with every frame in VLAN 7. */
export function vlanTagged(pcap: Buffer): Buffer {
  const pieces = [pcap.subarray(0, PCAP_HEADER)];
  for (const record of pcapRecords(pcap)) {
    const header = Buffer.from(record.subarray(0, RECORD_HEADER));
    const frame = record.subarray(RECORD_HEADER);
    for (const field of [8, 12]) header.writeUInt32LE(header.readUInt32LE(field) + VLAN_TAG.length, field);
    pieces.push(header, frame.subarray(0, ADDRESSES), VLAN_TAG, frame.subarray(ADDRESSES));
  }
  return Buffer.concat(pieces);
}
