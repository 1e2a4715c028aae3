/** `hotlap fix show`: a FIX log for people. */
import { HotlapError } from '../engine/domain/errors.ts';
import { loadDictionary } from '../gateway/dictionary/load-dictionary.ts';
import type { FixLogEntry, FixLogLine, FixLogMessage, FixLogSummary } from '../report/fix-log-entry.ts';
import { describeMessage, firstValue } from './fix-log/describe-message.ts';
import { LogStatistics } from './fix-log/log-statistics.ts';
import { NameBook } from './fix-log/message-names.ts';
import { readLog } from './fix-log/open-log.ts';
import type { RawField } from './fix-log/read-message.ts';
import { scanLog } from './fix-log/scan-log.ts';

export interface FixShowOptions {
  /** `-` is stdin. */
  readonly file: string;
  /** Dictionaries of the user, in QuickFIX's XML format. */
  readonly dictionaries: readonly string[];
  /** MsgTypes or names of messages that are shown; all where there are none. */
  readonly types: readonly string[];
  /** CompIDs of the one session that is shown, in either direction. */
  readonly session: readonly [string, string] | null;
}

const APPL_VER_ID = 1128;
const DEFAULT_APPL_VER_ID = 1137;
const MAX_SESSIONS = 1024;
/** A file without a message in so many bytes is no FIX log. */
const MAX_EARLY_BYTES = 64 << 20;
/** Lines in front of the first message that are shown; of more, the last. */
const MAX_EARLY_LINES = 1000;

/** Reads a log from its beginning to its end; what was shown is counted. Passwords and raw data are masked. */
export async function fixShow(
  options: FixShowOptions,
  show: (entry: FixLogEntry) => void | Promise<void>,
): Promise<FixLogSummary> {
  const book = new NameBook(options.dictionaries.map(loadDictionary));
  await checkTypes(options.types, book);
  const versions = new ApplicationVersions();
  const statistics = new LogStatistics();
  const isFiltered = options.types.length > 0 || options.session !== null;
  const early: FixLogLine[] = [];
  let found = false;
  const bytes = untilHopeless(options.file, () => found);
  for await (const piece of scanLog(bytes, (beginString) => book.dataFields(beginString))) {
    if (piece.kind === 'line') {
      statistics.addLine();
      if (!isFiltered) early.push(piece);
      if (early.length > MAX_EARLY_LINES) early.shift();
    } else found = true;
    // Whether this is a FIX log at all is known with its first message.
    if (found) for (const line of early.splice(0)) await show(line);
    if (piece.kind === 'line') continue;
    const version = versions.of(piece.raw.fields);
    const message = describeMessage(piece, await book.names(piece.beginString, version));
    if (!isWanted(message, options)) continue;
    statistics.add(message);
    await show(message);
  }
  if (!found) throw noMessage(options.file, '');
  return statistics.summary();
}

async function* untilHopeless(file: string, hasMessage: () => boolean): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of readLog(file)) {
    yield chunk;
    bytes += chunk.length;
    if (bytes > MAX_EARLY_BYTES && !hasMessage()) throw noMessage(file, ` in its first ${MAX_EARLY_BYTES >> 20} MiB`);
  }
}

const noMessage = (file: string, where: string): HotlapError =>
  new HotlapError(
    'ERR_FIX_LOG_EMPTY',
    `${file === '-' ? 'stdin' : file} holds no FIX message${where}. Give a log with messages from BeginString(8) on, their fields separated by SOH, | or ^A.`,
  );

/** A misspelt name would show an empty log as if nothing had happened. */
async function checkTypes(types: readonly string[], book: NameBook): Promise<void> {
  const unknown = await book.unknownType(types);
  if (unknown === null) return;
  const hint =
    unknown.near === undefined
      ? 'Give a name, e.g. NewOrderSingle, or a MsgType(35), e.g. D.'
      : `Did you mean ${unknown.near}?`;
  throw new HotlapError('ERR_USAGE', `--type: no message of FIX is called \`${unknown.type}\`. ${hint}`, {
    exitStatus: 2,
  });
}

/** Which version of FIX a message over FIXT.1.1 has: its own word, or what the Logon of its session said. */
class ApplicationVersions {
  readonly #ofSession = new Map<string, string>();

  of(fields: readonly RawField[]): string {
    const session = [firstValue(fields, 49), firstValue(fields, 56)].sort().join('\x01');
    const stated = firstValue(fields, DEFAULT_APPL_VER_ID);
    if (stated !== '' && (this.#ofSession.has(session) || this.#ofSession.size < MAX_SESSIONS))
      this.#ofSession.set(session, stated);
    return firstValue(fields, APPL_VER_ID) || (this.#ofSession.get(session) ?? '');
  }
}

function isWanted({ msgType, name, sender, target }: FixLogMessage, { types, session }: FixShowOptions): boolean {
  if (types.length > 0 && !types.includes(msgType) && !types.some((type) => type.toLowerCase() === name.toLowerCase()))
    return false;
  return session === null || (session.includes(sender) && session.includes(target));
}
