import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { HotlapError } from '../../engine/domain/errors.ts';
import type { LoadFiles } from '../../engine/strategy/define-strategy.ts';
import type { ParamValue } from '../../engine/strategy/params.ts';
import { AMBIENT } from './ambient.ts';
import type { BundledStrategy } from './bundle-strategy.ts';
import { checkedParams } from './checked-params.ts';
import { compileStrategy } from './compile-strategy.ts';
import { originalPlace } from './original-stack.ts';

/** A file that a strategy's `load` has read. */
export interface LoadedFile {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface LoadedData {
  /** Plain data: it is posted. Undefined without a `load`. */
  readonly data: unknown;
  readonly files: readonly LoadedFile[];
}

export interface DataRequest {
  readonly bundle: BundledStrategy;
  /** As the user gave them. */
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly paramsAt?: Readonly<Record<string, string>>;
}

const MAX_FILE_BYTES = 256 << 20;
const NOTHING: LoadedData = { data: undefined, files: [] };

/** What a strategy needs before its first event, by its own `load`; on the main thread, where promises settle. */
export async function loadData(request: DataRequest): Promise<LoadedData> {
  const { bundle } = request;
  // A strategy without one costs nothing here.
  if (!/\bload\s*[:(,}]/.test(bundle.text)) return NOTHING;
  const instance = compileStrategy(bundle, { beforeTheLoop: true })();
  if (instance.load === undefined) return NOTHING;
  const files = new Map<string, LoadedFile>();
  const read = async (path: string): Promise<Buffer> => {
    const file = resolve(dirname(bundle.file), path);
    const bytes = await readBounded(file, bundle);
    files.set(file, { file, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
    return bytes;
  };
  const io: LoadFiles & { readonly params: Record<string, ParamValue> } = {
    params: checkedParams(instance, request),
    readText: async (path) => (await read(path)).toString('utf8'),
    readJson: async (path) => parsed(await read(path), path, bundle),
    readBytes: async (path) => new Uint8Array(await read(path)),
  };
  try {
    const data = structuredClone(await instance.load(io));
    return { data, files: [...files.values()] };
  } catch (error) {
    throw explained(error, bundle);
  }
}

async function readBounded(file: string, bundle: BundledStrategy): Promise<Buffer> {
  const refuse = (why: string): never => {
    throw new HotlapError('ERR_STRATEGY_DATA', `${bundle.file}: load cannot read ${file}: ${why}.`);
  };
  try {
    const found = await stat(file);
    if (!found.isFile()) refuse('it is no file');
    if (found.size > MAX_FILE_BYTES) refuse('it is larger than 256 MiB, too much to hold in memory for a strategy');
    return await readFile(file);
  } catch (error) {
    if (error instanceof HotlapError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    return refuse(code === 'ENOENT' ? 'there is no such file' : `${code}, check its permissions`);
  }
}

function parsed(bytes: Buffer, path: string, bundle: BundledStrategy): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    const why = (error as Error).message;
    throw new HotlapError('ERR_STRATEGY_DATA', `${bundle.file}: load cannot read ${path} as JSON: ${why}.`);
  }
}

function explained(error: unknown, bundle: BundledStrategy): HotlapError {
  const { code, message, stack, name } = Object(error) as {
    code?: unknown;
    message?: unknown;
    stack?: unknown;
    name?: unknown;
  };
  const place = (typeof stack === 'string' && originalPlace(stack, bundle)) || bundle.file;
  // Of the strategy's own copy of the library.
  if (code === AMBIENT) return new HotlapError(AMBIENT, `${place}: ${message}`, { cause: error });
  if (error instanceof HotlapError) return error;
  const what = String(message ?? error).replace(/\.$/, '');
  const sentence =
    name === 'DataCloneError'
      ? `${bundle.file}: what load returned cannot be handed to the loop (${what}): return plain data, arrays and typed arrays.`
      : `${place}: load threw: ${what}. The strategy was not started.`;
  return new HotlapError('ERR_STRATEGY_DATA', sentence, { cause: error });
}
