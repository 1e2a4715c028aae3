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

/** A little-endian pcap with every frame in VLAN 7. */
export function vlanTagged(pcap: Buffer): Buffer {
  const pieces = [pcap.subarray(0, PCAP_HEADER)];
  for (let at = PCAP_HEADER; at < pcap.length; ) {
    const header = Buffer.from(pcap.subarray(at, at + RECORD_HEADER));
    const frame = pcap.subarray(at + RECORD_HEADER, at + RECORD_HEADER + header.readUInt32LE(8));
    for (const field of [8, 12]) header.writeUInt32LE(header.readUInt32LE(field) + VLAN_TAG.length, field);
    pieces.push(header, frame.subarray(0, ADDRESSES), VLAN_TAG, frame.subarray(ADDRESSES));
    at += RECORD_HEADER + frame.length;
  }
  return Buffer.concat(pieces);
}
