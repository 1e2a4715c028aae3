/** `hotlap doctor` as a user runs it, on whatever machine this is. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { DoctorResult } from '../../report/doctor-result.ts';
import { hotlap } from '../support/hotlap.ts';

test('this machine, for people and for programs', async () => {
  const [text, json] = await Promise.all([hotlap(['doctor']), hotlap(['doctor', '--json'])]);
  expect({ status: text.status, stderr: text.stderr }).toEqual({ status: 0, stderr: '' });
  expect(Math.max(...text.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(json.status).toBe(0);
  const result = JSON.parse(json.stdout) as DoctorResult;
  expect(result.findings.length).toBeGreaterThan(25);
  for (const { title, verdict, mend } of result.findings) {
    expect(text.stdout).toContain(title);
    // What is told to be missing can be mended, or it is said who can.
    if (verdict === 'missing') expect(mend).not.toBeNull();
  }
  const { missing, improve, unknown, ok } = result.counts;
  expect(missing + improve + unknown + ok).toBe(result.findings.length);
  // Where these tests run.
  const verdicts = Object.fromEntries(result.findings.map(({ check, verdict }) => [check, verdict]));
  expect(verdicts).toMatchObject({ 'native-addon': 'ok', node: 'ok', 'node-flags': 'ok', libuv: 'ok' });
  expect(result.host).toMatchObject({ node: process.version, kernel: expect.stringMatching(/^\d+\.\d+/) });
});

test('--strict fails on what is not ok, --skip leaves out, and a harmful flag is named', async () => {
  const all = JSON.parse((await hotlap(['doctor', '--json'])).stdout) as DoctorResult;
  const wrong = all.findings.filter(({ verdict }) => verdict !== 'ok').map(({ check }) => check);
  const strict = ['doctor', '--strict', '--json', '--skip', wrong.join(',')];
  const [without, withFlag] = await Promise.all([
    hotlap(strict),
    hotlap(strict, { env: { NODE_OPTIONS: '--max-semi-space-size=64' } }),
  ]);
  expect(without.status).toBe(0);
  expect(withFlag.status).toBe(1);
  const found = JSON.parse(withFlag.stdout) as DoctorResult;
  expect(found.counts.improve).toBe(1);
  expect(found.findings[0]).toMatchObject({
    check: 'node-flags',
    found: expect.stringContaining('--max-semi-space-size=64'),
  });
});

test('a configuration without af_xdp and shm asks nothing for them', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'hotlap-doctor-')), 'engine.yaml');
  writeFileSync(file, 'feeds:\n  - { group: 239.192.7.1, port: 26477, rx: [kernel] }\n');
  const { status, stdout } = await hotlap(['doctor', '--json', '--config', file]);
  expect(status).toBe(0);
  const { host, findings } = JSON.parse(stdout) as DoctorResult;
  expect(host.rx).toEqual(['kernel']);
  const of = (name: string) => findings.find(({ check }) => check === name);
  expect(of('capabilities')).toMatchObject({ verdict: 'ok', found: expect.stringContaining('does not use af_xdp') });
  expect(of('shared-memory')).toMatchObject({ verdict: 'ok', found: expect.stringContaining('does not use shm') });
});

test('wrong usage is one sentence', async () => {
  const { status, stderr } = await hotlap(['doctor', '--hot-core', 'x']);
  expect(status).toBe(2);
  expect(stderr).toMatch(/--hot-core takes a whole number/);
  const odd = JSON.parse((await hotlap(['doctor', '--json', '--interface', '$(id)'])).stdout) as DoctorResult;
  const commands = odd.findings.flatMap(({ mend }) => mend?.commands ?? []).join();
  expect(odd.findings.find(({ check }) => check === 'interface')).toMatchObject({ verdict: 'unknown' });
  expect(commands).not.toContain('$(id)');
  const skipped = await hotlap(['doctor', '--skip', 'swop']);
  expect(skipped).toMatchObject({ status: 2, stderr: 'hotlap: No check is called `swop`. Did you mean swap?\n' });
});
