import { HotlapError } from '../../engine/domain/errors.ts';
import { suggest } from '../../engine/domain/suggest.ts';

/** The text of a dictionary with the name it has for people: what is wrong is said with file, line and column. */
export class DictionarySource {
  readonly fileName: string;
  readonly text: string;

  constructor(fileName: string, text: string) {
    this.fileName = fileName;
    this.text = text;
  }

  /** What is wrong at an offset of the text, in sentences that end with what to do. */
  error(offset: number, sentences: string): HotlapError {
    const before = this.text.slice(0, Math.max(0, offset));
    const line = before.split('\n').length;
    const column = before.length - before.lastIndexOf('\n');
    // What is quoted must not move a terminal's cursor.
    const printable = sentences.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\ufffd');
    return new HotlapError('ERR_FIX_DICTIONARY', `${this.fileName}:${line}:${column}: ${printable}`, { exitStatus: 2 });
  }
}

/** No name of FIX is longer, and comparing takes its time. */
const MAX_NAME_CHARS = 64;

/** ` Did you mean …?`, or nothing where no candidate is near. */
export function didYouMean(wrong: string, candidates: Iterable<string>): string {
  const near = wrong.length > MAX_NAME_CHARS ? undefined : suggest(wrong, candidates);
  return near === undefined ? '' : ` Did you mean \`${near}\`?`;
}
