import { readFileSync, statSync } from 'node:fs';
import { HotlapError } from '../../engine/domain/errors.ts';
import type { DictionaryData } from '../fix-parser/dictionary-data.ts';
import { readDictionary } from './read-dictionary.ts';

export { readDictionary } from './read-dictionary.ts';

/** QuickFIX's largest has half a MiB. */
const MAX_FILE_BYTES = 16 << 20;

/** Reads a dictionary in QuickFIX's XML format from a file. @throws {HotlapError} ERR_FIX_DICTIONARY */
export function loadDictionary(path: string): DictionaryData {
  return readDictionary(readText(path), path);
}

function readText(path: string): string {
  try {
    const { size } = statSync(path);
    if (size > MAX_FILE_BYTES) throw fault(path, `has ${size} bytes, more than ${MAX_FILE_BYTES}: give a smaller one`);
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof HotlapError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw fault(path, 'does not exist: check the path');
    if (code === 'EISDIR') throw fault(path, 'is a folder: give a file in it');
    if (code === 'EACCES') throw fault(path, 'may not be read: check its permissions');
    throw fault(path, `cannot be read (${code}): check path and disk`);
  }
}

const fault = (path: string, what: string): HotlapError =>
  new HotlapError('ERR_FIX_DICTIONARY', `The dictionary ${path} ${what}.`, { exitStatus: 2 });
