/** `hotlap fix check` as a user runs it, against the echo acceptor and against nobody. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../../native/paths.ts';
import type { FixCheckResult } from '../../report/fix-check-result.ts';
import { hotlap } from '../support/hotlap.ts';

const folder = mkdtempSync(join(tmpdir(), 'hotlap-fix-check-'));
let acceptor: ChildProcess;
let port = '';

beforeAll(async () => {
  acceptor = spawn(process.execPath, [join(packageRoot, 'test/acceptance/echo-acceptor.ts'), '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(acceptor.stdout!, 'data')) as [Buffer];
  port = /listening on (\d+)/.exec(line.toString())?.[1] ?? '';
});
afterAll(() => {
  acceptor.kill();
  rmSync(folder, { recursive: true, force: true });
});

function config(name: string, lines: string): string {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(
    file,
    `venues:\n  - name: ${name}\n    host: 127.0.0.1\n    stateDir: ${name}\n    resetOnLogon: true\n${lines}`,
  );
  return file;
}

const session = (sender: string): string => `    port: ${port}\n    senderCompId: ${sender}\n    targetCompId: ISLD\n`;

test.each([
  ['FIX.4.2', 'TW42', ''],
  ['FIX.4.4', 'TW44', ''],
  ['FIXT.1.1', 'TW50SP2', '    defaultApplVerId: FIX.5.0SP2\n'],
])('%s: one document, status 0', async (beginString, sender, more) => {
  const file = config(sender, `${session(sender)}    beginString: ${beginString}\n${more}`);
  const { status, stdout, stderr } = await hotlap(['fix', 'check', '--config', file, '--seconds', '0', '--json']);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const result = JSON.parse(stdout) as FixCheckResult;
  expect(result).toMatchObject({ ok: true, testRequest: { answered: 5 }, numbers: { sentFirst: 1, sentLast: 7 } });
});

test('for people: step by step, the verdict last, status 1 where something is wrong', async () => {
  const good = config('good', session('TW44'));
  const { status, stdout } = await hotlap(['fix', 'check', '--config', good, '--seconds', '0']);
  expect(stdout.split('\n').map((line) => line.slice(0, 14).trim())).toEqual([
    'settings',
    '✓ address',
    '✓ connection',
    '✓ Logon',
    '✓ TestRequest',
    '✓ clock',
    'heartbeats',
    '✓ Logout',
    'numbers',
    '',
    '✓ The venue do',
    '',
  ]);
  expect(status).toBe(0);
  const unknown = await hotlap(['fix', 'check', '--config', config('unknown', session('NOBODY'))]);
  expect(unknown.status).toBe(1);
  expect(unknown.stdout).toMatch(/✗ .* closed the connection without a word/);
  expect(unknown.stderr).toMatch(/^hotlap: .* closed the connection without a word after the Logon\.\n$/);
});

test('wrong usage and a wrong configuration have status 2', async () => {
  const file = config('exchange', `${session('TW44')}    orders: { fields: { NewOrderSingle: { 4321: X } } }\n`);
  const wrong = await hotlap(['fix', 'check', '--config', file]);
  expect(wrong.status).toBe(2);
  expect(wrong.stderr).toMatch(
    /exchange\.yaml:9: `orders\.fields\.NewOrderSingle\.4321` is wrong: FIX\.4\.4 has no tag 4321/,
  );
  const other = await hotlap(['fix', 'check', '--config', file, '--venue', 'exchnage']);
  expect(other.status).toBe(2);
  expect(other.stderr).toMatch(/has no venue `exchnage`\. Did you mean exchange\?/);
  expect((await hotlap(['fix', 'check'])).status).toBe(2);
});
