/** What a run's folder says of itself: which run it was, of what it was made, and the hash of every file. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { HotlapError } from '../../engine/domain/errors.ts';

const MANIFEST = 'manifest.json';
/** Raised with whatever changes what a manifest means. */
const VERSION = 3;

const hashed = z.strictObject({ bytes: z.int().min(0), sha256: z.string().length(64) });

const manifestSchema = z.strictObject({
  version: z.literal(VERSION),
  hotlap: z.string(),
  node: z.string(),
  command: z.enum(['demo', 'run', 'replay']),
  /** As it was given. */
  arguments: z.array(z.string()),
  startedAt: z.string(),
  configuration: hashed.extend({ file: z.string() }).nullable(),
  /** With what each has loaded before the first event. */
  strategies: z.array(
    z.strictObject({
      name: z.string(),
      file: z.string(),
      sha256: z.string(),
      loaded: z.array(hashed.extend({ file: z.string() })),
    }),
  ),
  /** What was replayed, or what the simulator played. */
  recordings: z.array(z.strictObject({ file: z.string(), hashed: hashed.nullable() })),
  /** Null until the run has ended: what follows was not written by one that was killed. */
  endedAt: z.string().nullable(),
  /** What it ended with, and the order log's hash. */
  ended: z.strictObject({ ok: z.boolean(), reason: z.string() }).nullable(),
  orderLogHash: z.string().nullable(),
  /** Every other file of the folder. */
  files: z.record(z.string(), hashed),
  /** Turn from which on the tape lacks what came in; null where it is whole, or none is needed. */
  tapeCutAt: z.number().nullable(),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type Hashed = z.infer<typeof hashed>;

export const beginManifest = (
  facts: Omit<Manifest, 'version' | 'endedAt' | 'ended' | 'orderLogHash' | 'files' | 'tapeCutAt'>,
): Manifest => ({
  version: VERSION,
  ...facts,
  endedAt: null,
  ended: null,
  orderLogHash: null,
  files: {},
  tapeCutAt: null,
});

export function writeManifest(runFolder: string, manifest: Manifest): void {
  // In the schema's order, as it is written again when it is read.
  writeFileSync(join(runFolder, MANIFEST), textOf(manifestSchema.parse(manifest)));
}

/** @throws HotlapError ERR_RUN_FOLDER_CONTENT */
export function readManifest(runFolder: string): Manifest {
  const file = join(runFolder, MANIFEST);
  if (!existsSync(file)) {
    throw new HotlapError(
      'ERR_RUN_FOLDER_CONTENT',
      `${runFolder} is no folder of a run: ${MANIFEST} is missing. Give one that \`hotlap demo\`, \`run\` or \`replay\` wrote with --out.`,
    );
  }
  const text = readFileSync(file, 'utf8');
  const manifest = parsed(text);
  // Written again it is the same text: a changed byte anywhere is seen, a blank as well.
  if (manifest !== undefined && textOf(manifest) === text) return manifest;
  throw new HotlapError('ERR_RUN_FOLDER_CONTENT', `${file} is not as hotlap wrote it: take the folder from a copy.`);
}

function textOf(manifest: Manifest): string {
  const hash = createHash('sha256').update(JSON.stringify(manifest)).digest('hex');
  return `${JSON.stringify({ ...manifest, sha256: hash }, null, 2)}\n`;
}

function parsed(text: string): Manifest | undefined {
  try {
    const { sha256: _, ...manifest } = JSON.parse(text);
    return manifestSchema.parse(manifest);
  } catch {
    return undefined;
  }
}

export async function hashFile(file: string): Promise<Hashed> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** Every file of the folder but the manifest. */
export async function hashFolder(runFolder: string): Promise<Record<string, Hashed>> {
  const files: Record<string, Hashed> = {};
  for (const name of filesIn(runFolder)) files[name] = await hashFile(join(runFolder, name));
  return files;
}

const filesIn = (runFolder: string): string[] =>
  readdirSync(runFolder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(runFolder.length + 1))
    .filter((name) => name !== MANIFEST)
    .sort();

/** What of the folder is not as it was when the run ended, a sentence each. */
export async function differencesOf(runFolder: string, { files }: Manifest): Promise<string[]> {
  const sentences: string[] = [];
  const there = new Set(filesIn(runFolder));
  for (const [name, was] of Object.entries(files)) {
    if (!there.delete(name)) {
      sentences.push(`${name} is missing.`);
      continue;
    }
    const is = await hashFile(join(runFolder, name));
    if (is.bytes !== was.bytes) sentences.push(`${name} has ${is.bytes} bytes, and had ${was.bytes}.`);
    else if (is.sha256 !== was.sha256) sentences.push(`${name} has changed: its sha256 is another.`);
  }
  for (const name of there) sentences.push(`${name} was not there when the run ended.`);
  return sentences;
}
