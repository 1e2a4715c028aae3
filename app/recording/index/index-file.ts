/** The index beside a recording: at which bytes reading can begin so that nothing from a time on is missed. */
import { createHash } from 'node:crypto';
import { type FileHandle, open, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { HotlapError } from '../../../engine/domain/errors.ts';

const VERSION = 1;
const MAX_BYTES = 32 << 20;
/** Of the recording's beginning and end, from which it is known again. */
const KNOWN_BYTES = 65_536;

const count = z.int().min(0);
const ns = z.string().regex(/^-?\d{1,24}$/);
const entrySchema = z.tuple([count, count, count, ns]);
const schema = z.strictObject({
  hotlapIndex: z.literal(VERSION),
  recording: z.strictObject({ bytes: count, sha256: z.string().length(64) }),
  packets: count,
  firstNs: ns,
  lastNs: ns,
  /** What is read before an entry's own bytes, in base64. */
  prefixes: z.array(z.base64().max(2 << 20)).max(1_000),
  /** Byte of the file, bytes to pass over behind it, number of its prefix, and the latest time of all packets before, in ns since 1970. */
  entries: z.array(entrySchema).max(1_000_000),
});

export type RecordingIndex = z.infer<typeof schema>;

/** Where to begin to read. */
export interface Start {
  readonly offset: number;
  readonly skip: number;
  readonly prefix: Uint8Array;
}

export const indexName = (recording: string): string => `${recording}.index`;

/** What a recording is known again by. */
export async function fingerprint(recording: string): Promise<RecordingIndex['recording']> {
  const file = await open(recording, 'r');
  try {
    const { size } = await file.stat();
    const hash = createHash('sha256');
    for (const at of [0, Math.max(0, size - KNOWN_BYTES)]) hash.update(await read(file, at));
    return { bytes: size, sha256: hash.digest('hex') };
  } finally {
    await file.close();
  }
}

async function read(file: FileHandle, at: number): Promise<Uint8Array> {
  const bytes = Buffer.alloc(KNOWN_BYTES);
  const { bytesRead } = await file.read(bytes, 0, KNOWN_BYTES, at);
  return bytes.subarray(0, bytesRead);
}

/** One line of JSON, and its own hash on the next. */
export async function writeIndex(recording: string, index: Omit<RecordingIndex, 'hotlapIndex'>): Promise<string> {
  const file = indexName(recording);
  const text = JSON.stringify({ hotlapIndex: VERSION, ...index } satisfies RecordingIndex);
  const partial = `${file}.part`;
  try {
    await writeFile(partial, `${text}\n${createHash('sha256').update(text).digest('hex')}\n`);
    await rename(partial, file);
  } catch (error) {
    throw new HotlapError(
      'ERR_INDEX_UNWRITABLE',
      `${file} cannot be written (${(error as NodeJS.ErrnoException).code}): check the folder's space and permissions.`,
    );
  }
  return file;
}

/** What was found beside a recording: an index that is its own, or why there is none to go by; null where there is no file. */
export type FoundIndex = { readonly index: RecordingIndex } | { readonly why: string } | null;

/** An index is never trusted further than it can be checked: a wrong one costs time, and no packets. */
export async function readIndex(recording: string): Promise<FoundIndex> {
  const file = indexName(recording);
  let text: string;
  try {
    if ((await stat(file)).size > MAX_BYTES) return { why: `${file} is too large to be an index: it is not used` };
    text = await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? null : { why: `${file} cannot be read (${code}): it is not used` };
  }
  const [body = '', hash, end, ...more] = text.split('\n');
  const isWhole = hash === createHash('sha256').update(body).digest('hex') && end === '' && more.length === 0;
  if (!isWhole)
    return { why: `${file} is no index, or a damaged one: it is not used; \`hotlap index\` writes it again` };
  const parsed = schema.safeParse(JSON.parse(body));
  if (!parsed.success)
    return { why: `${file} is of another version: it is not used; \`hotlap index\` writes it again` };
  const { bytes, sha256 } = await fingerprint(recording);
  const { recording: of } = parsed.data;
  if (of.bytes === bytes && of.sha256 === sha256) return { index: parsed.data };
  return {
    why: `${file} is of another recording, or of before this one changed: it is not used; \`hotlap index\` writes it again`,
  };
}

/** Where to begin so that nothing from that time on is missed, however disordered its packets are; null: at the beginning. */
export function startFor({ entries, prefixes }: RecordingIndex, fromNs: bigint): Start | null {
  // The latest time before only grows from entry to entry.
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (BigInt((entries[middle] as (typeof entries)[0])[3]) < fromNs) low = middle + 1;
    else high = middle;
  }
  const entry = entries[low - 1];
  if (entry === undefined) return null;
  const [offset, skip, prefix] = entry;
  return { offset, skip, prefix: Buffer.from(prefixes[prefix] ?? '', 'base64') };
}
