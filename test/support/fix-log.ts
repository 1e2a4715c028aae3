/** `hotlap fix show` on bytes, without a process. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeMessage } from '../../app/fix-log/describe-message.ts';
import { NameBook } from '../../app/fix-log/message-names.ts';
import { scanLog } from '../../app/fix-log/scan-log.ts';
import type { FixLogEntry, FixLogField, FixLogMessage } from '../../report/fix-log-entry.ts';

const book = new NameBook([]);

/** What a log holds, read in chunks of these sizes over and over. */
export async function entriesOf(log: Uint8Array, chunkSizes: readonly number[] = [65_536]): Promise<FixLogEntry[]> {
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let at = 0, i = 0; at < log.length; i++) {
      const size = chunkSizes[i % chunkSizes.length] as number;
      yield Buffer.from(log.subarray(at, at + size));
      at += size;
    }
  }
  const entries: FixLogEntry[] = [];
  for await (const piece of scanLog(chunks(), (beginString) => book.dataFields(beginString)))
    entries.push(piece.kind === 'line' ? piece : describeMessage(piece, await book.names(piece.beginString, '')));
  return entries;
}

export async function messagesOf(log: Uint8Array | string): Promise<FixLogMessage[]> {
  const entries = await entriesOf(typeof log === 'string' ? Buffer.from(log, 'latin1') : log);
  return entries.filter((entry) => entry.kind === 'message');
}

/** `Side(54)=1 (BUY)`; entries of groups in brackets. */
export function fieldText({ tag, name, value, meaning, entries = [] }: FixLogField): string {
  const groups = entries.map((entry) => ` [${entry.map(fieldText).join(' ')}]`).join('');
  return `${tag === null ? '' : `${name}(${tag})=`}${value}${meaning === '' ? '' : ` (${meaning})`}${groups}`;
}

export function logFile(content: Uint8Array | string, name = 'session.log'): string {
  const path = join(mkdtempSync(join(tmpdir(), 'hotlap-fix-log-')), name);
  writeFileSync(path, content);
  return path;
}
