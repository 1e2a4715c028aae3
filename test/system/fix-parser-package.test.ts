/** fix-parser as somebody finds it who has nothing else of hotlap: packed, unpacked in an empty folder, used from JavaScript. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../../native/paths.ts';
import { execute } from '../support/hotlap.ts';

const PACK_MS = 120_000;
const folder = mkdtempSync(join(tmpdir(), 'fix-parser-package-'));
/** Packing rewrites package.json for a moment: in a copy, so that nobody else's imports notice. */
const copy = join(folder, 'repository');
const user = join(folder, 'user');
const installed = join(user, 'node_modules', 'fix-parser');
const manifest = join('gateway', 'fix-parser', 'package.json');
let tarball: string;

beforeAll(async () => {
  mkdirSync(copy);
  for (const each of [
    'tools',
    'native/paths.ts',
    'binding.gyp',
    'package.json',
    'tsconfig.json',
    'gateway/fix-parser',
  ]) {
    cpSync(join(packageRoot, each), join(copy, each), { recursive: true });
  }
  symlinkSync(join(packageRoot, 'node_modules'), join(copy, 'node_modules'));
  const packed = await execute(['npm', 'pack', '--silent', '--pack-destination', folder], {
    cwd: join(copy, 'gateway', 'fix-parser'),
    env: { PATH: `${dirname(process.execPath)}:${process.env.PATH}` },
    timeoutMs: PACK_MS,
  });
  expect(packed.status, packed.stderr).toBe(0);
  tarball = join(folder, packed.stdout.trim());
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['xzf', tarball, '-C', installed, '--strip-components=1']);
}, PACK_MS);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('holds JavaScript, declarations, README and licence, and leaves the source as it was', () => {
  const names = execFileSync('tar', ['tzf', tarball], { encoding: 'utf8' }).trim().split('\n');
  for (const needed of [
    'package.json',
    'README.md',
    'LICENSE',
    'dist/index.js',
    'dist/index.d.ts',
    'dist/tables/fix44.js',
  ]) {
    expect(names).toContain(`package/${needed}`);
  }
  expect(names.filter((name) => /\.ts$/.test(name) && !/\.d\.ts$/.test(name))).toEqual([]);
  expect(readFileSync(join(copy, manifest), 'utf8')).toBe(readFileSync(join(packageRoot, manifest), 'utf8'));
  const description = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  expect(Object.keys(description.dependencies ?? {})).toEqual([]);
  expect(description.private).toBeUndefined();
});

test(
  'is what publint and attw ask for',
  async () => {
    const bin = (name: string): string => join(packageRoot, 'node_modules', '.bin', name);
    const publint = await execute([bin('publint'), 'run', tarball, '--strict'], { timeoutMs: PACK_MS });
    expect(publint.status, publint.stdout).toBe(0);
    const attw = await execute([bin('attw'), tarball, '--profile', 'esm-only'], { timeoutMs: PACK_MS });
    expect(attw.status, attw.stdout).toBe(0);
  },
  PACK_MS,
);

const PROGRAM = `
import { Dictionary, FixMessage, FRAME, Framer, loadTable, MessageValidator, PARSE, TAG, TemplateBuilder, VALID } from 'fix-parser';

const builder = new TemplateBuilder('FIX.4.4', 'D').constant(49, 'ME').constant(56, 'VENUE');
builder.constant(34, '7').constant(52, '20261122-14:03:09.123').constant(11, 'A-1').constant(21, '1').constant(55, 'F');
builder.constant(54, '1').constant(60, '20261122-14:03:09').constant(40, '2');
const quantity = builder.slot(38, 17);
const price = builder.slot(44, 22);
const bytes = new Uint8Array(512);
const order = builder.build(bytes, 0);
order.setUint(quantity, 100);
order.setDecimal(price, 3_201_400, 4);
const length = order.finish();

const framer = new Framer({ maxMessageBytes: 8_192, resync: 'bodyLength' });
const message = new FixMessage();
if (framer.next(bytes, 0, length) !== FRAME.message) throw new Error('no message');
if (message.parse(bytes, framer.start, framer.end) !== PARSE.ok) throw new Error('garbled');
const out = new Float64Array(1);
message.decimal(TAG.Price, 4, out, 0);
const dictionary = new Dictionary(await loadTable('FIX.4.4'));
const validator = new MessageValidator(dictionary, dictionary);
console.log(JSON.stringify([message.text(TAG.ClOrdID), out[0], validator.validate(message) === VALID, dictionary.messageName(message.msgType)]));
`;

test('frames, parses, validates and encodes from plain JavaScript', async () => {
  writeFileSync(join(user, 'package.json'), '{"type":"module"}');
  writeFileSync(join(user, 'program.js'), PROGRAM);
  const run = await execute([process.execPath, 'program.js'], { cwd: user, timeoutMs: 20_000 });
  expect(run.status, run.stderr).toBe(0);
  expect(JSON.parse(run.stdout)).toEqual(['A-1', 3_201_400, true, 'NewOrderSingle']);
});
