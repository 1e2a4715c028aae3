/** fix-parser as somebody finds it who has nothing else of hotlap: packed, unpacked in an empty folder, used from JavaScript. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../../native/paths.ts';
import { execute } from '../support/hotlap.ts';

const PACK_MS = 120_000;
const folder = mkdtempSync(join(tmpdir(), 'fix-parser-package-'));
const user = join(folder, 'user');
const installed = join(user, 'node_modules', 'fix-parser');
const source = join(packageRoot, 'gateway', 'fix-parser');
const sourceManifest = readFileSync(join(source, 'package.json'), 'utf8');
const environment = { PATH: `${dirname(process.execPath)}:${process.env.PATH}` };
const tool = join(packageRoot, 'tools', 'pack-fix-parser.ts');
let tarball: string;

beforeAll(async () => {
  const packed = await execute([process.execPath, tool, folder], { env: environment, timeoutMs: PACK_MS });
  expect(packed.status, packed.stderr).toBe(0);
  tarball = packed.stdout.trim();
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['xzf', tarball, '-C', installed, '--strip-components=1']);
}, PACK_MS);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('holds JavaScript, declarations, README and licence, and the source is as it was', () => {
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
  expect(readFileSync(join(source, 'package.json'), 'utf8')).toBe(sourceManifest);
  expect(existsSync(join(source, 'dist'))).toBe(false);
});

test('its manifest points at what was compiled, and at the repository as the root does', () => {
  const manifest = (file: string): Record<string, unknown> => JSON.parse(readFileSync(file, 'utf8'));
  const packed = manifest(join(installed, 'package.json'));
  const root = manifest(join(packageRoot, 'package.json'));
  expect(packed).toMatchObject({ name: 'fix-parser', license: root.license, engines: root.engines });
  expect(packed.exports).toMatchObject({ '.': { types: './dist/index.d.ts', default: './dist/index.js' } });
  for (const field of ['private', 'scripts', 'dependencies']) expect(packed).not.toHaveProperty(field);
  expect(packed.bugs).toEqual(root.bugs);
  expect(packed.homepage).toEqual(root.homepage);
  expect(packed.repository === undefined).toBe(root.repository === undefined);
});

test('nobody publishes the source by accident: its manifest is private and has no scripts', () => {
  expect(JSON.parse(sourceManifest)).toMatchObject({ name: 'fix-parser', private: true });
  expect(JSON.parse(sourceManifest)).not.toHaveProperty('scripts');
});

test('packs into an empty folder only', async () => {
  const again = await execute([process.execPath, tool, folder], { env: environment, timeoutMs: PACK_MS });
  expect(again).toMatchObject({ status: 2, stdout: '' });
  expect(again.stderr).toMatch(/exists already: remove it/);
});

test(
  'is what publint and attw ask for',
  async () => {
    const bin = (name: string): string => join(packageRoot, 'node_modules', '.bin', name);
    const [publint, attw] = await Promise.all([
      execute([bin('publint'), 'run', tarball, '--strict'], { timeoutMs: PACK_MS }),
      execute([bin('attw'), tarball, '--profile', 'esm-only'], { timeoutMs: PACK_MS }),
    ]);
    expect(publint.status, publint.stdout).toBe(0);
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
