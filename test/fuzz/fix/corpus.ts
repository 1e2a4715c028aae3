import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseDefinition } from '../../acceptance/initiator/definition.ts';
import { encode, exactly } from '../../acceptance/initiator/fields.ts';
import { definitionFiles } from '../../acceptance/initiator/run.ts';
import { wire } from '../../support/fix-wire.ts';

const FOLDER = fileURLToPath(new URL('./corpus/', import.meta.url));

/** The corpus is the same at any time of day. */
const RECORDED_MS = Date.UTC(2020, 0, 30, 9, 30);

/**
 * What the mutator begins with: every message of our definitions, both sides of a recorded demo (corpus/demo.txt), and
 * messages with groups and data fields of every version (corpus/rare.txt: without BodyLength and CheckSum).
 */
export function loadCorpus(): Uint8Array[] {
  const found = new Map<string, Uint8Array>();
  const add = (bytes: Uint8Array): unknown => found.set(Buffer.from(bytes).toString('latin1'), bytes);
  for (const file of definitionFiles()) {
    const { session, steps } = parseDefinition(file, readFileSync(file, 'utf8'));
    const { beginString, senderCompId, targetCompId } = session;
    for (const { name, text } of steps) {
      if (name === 'bytes') add(exactly(text));
      else if (name === 'reply')
        add(encode(text, { beginString, sender: targetCompId, target: senderCompId }, RECORDED_MS));
      else if (name === 'expect' && !text.includes('<sent') && !text.includes('<any>'))
        add(encode(text, { beginString, sender: senderCompId, target: targetCompId }, RECORDED_MS));
    }
  }
  for (const name of readdirSync(FOLDER)) {
    for (const line of readFileSync(join(FOLDER, name), 'latin1').split('\n')) {
      if (line === '' || line.startsWith('#')) continue;
      const [, beginString, body] = /^8=(FIXT?\.\d\.\d)\|(35=.*)$/.exec(line) ?? [];
      add(body === undefined ? exactly(line) : wire(body.replaceAll('<soh>', '\x01'), beginString));
    }
  }
  return [...found.values()];
}
