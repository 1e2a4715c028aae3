/** `npm run setup:bypass`, with commands in the place of apt's that say they were called. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../native/paths.ts';

const folder = mkdtempSync(join(tmpdir(), 'hotlap-setup-'));
afterAll(() => rmSync(folder, { recursive: true }));

const command = (name: string, script: string): void => {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
};

/** @param lacking what dpkg-query does not know */
function setup(lacking: readonly string[], ...args: string[]) {
  const known = lacking.map((name) => `${name}) exit 1;;`).join(' ');
  command('dpkg-query', `case "$3" in ${known} *) printf installed;; esac`);
  command('sudo', '"$@"');
  command('apt-get', 'echo "apt-get $*"; exit 100');
  return spawnSync(process.execPath, [join(packageRoot, 'native', 'setup-bypass.js'), ...args], {
    env: { PATH: folder },
    encoding: 'utf8',
  });
}

const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
const isDebian = /debian|ubuntu/.test(release);

describe.skipIf(!isDebian)(`on Debian and Ubuntu${isDebian ? '' : ' (skipped: this is neither)'}`, () => {
  test('installs what is missing, and nothing else', () => {
    const { stdout, status } = setup(['liblwip-dev', 'dpdk'], '--dry-run');
    expect(status).toBe(0);
    expect(stdout).toMatch(/apt-get install --yes --no-install-recommends liblwip-dev dpdk$/m);
    expect(stdout).toMatch(/would run: .*install\.js --force/);
    expect(stdout).not.toMatch(/^apt-get/m);
  });

  test('asks apt nothing where nothing is missing', () => {
    const { stdout } = setup([], '--dry-run');
    expect(stdout).toMatch(/^Every package is installed\.$/m);
    expect(stdout).not.toContain('apt-get');
  });

  test('an apt that fails ends it with the command, and nothing is compiled', () => {
    const { stdout, stderr, status } = setup(['dpdk']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^setup:bypass: `(sudo )?apt-get update` has failed: see above\.\n$/);
    expect(stdout).not.toContain('install.js');
  });
});
