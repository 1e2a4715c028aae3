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
