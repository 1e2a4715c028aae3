/** The packed package, installed in an empty folder by somebody else, on the oldest and the newest supported Node. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasOptionalAddon } from '../../native/optional-addons.ts';
import { packageRoot } from '../../native/paths.ts';
import { execute } from '../support/hotlap.ts';
import { followTutorial, tutorialSteps } from '../support/system/tutorial.ts';

const INSTALL_MS = 600_000;
const OLDEST = '22.18.0';
const NEWEST = '24.21.0';
const folder = mkdtempSync(join(tmpdir(), 'hotlap-package-'));
const runtimePackage = `node-linux-${process.arch}`;
let tarball: string;

/** The user's own npm, not one of this project's: node_modules/.bin stays out of the PATH. */
const systemPath = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((each) => !each.includes('node_modules'))
  .join(delimiter);

function environment(nodeFolder: string): Record<string, string | undefined> {
  const settings = Object.keys(process.env).filter((name) => name.startsWith('npm_'));
  return {
    ...Object.fromEntries(settings.map((name) => [name, undefined])),
    PATH: `${nodeFolder}${delimiter}${systemPath}`,
    npm_config_prefer_offline: 'true',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
  };
}

const ownNode = dirname(realpathSync(process.execPath));
const bin = (name: string): string => join(packageRoot, 'node_modules', '.bin', name);

beforeAll(async () => {
  const packed = await execute(['npm', 'pack', '--silent', '--pack-destination', folder], {
    env: environment(ownNode),
    timeoutMs: INSTALL_MS,
  });
  expect(packed.status, packed.stderr).toBe(0);
  tarball = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) as string);
}, INSTALL_MS);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the tarball', () => {
  test('holds what it needs and nothing else', () => {
    const names = execFileSync('tar', ['tzf', tarball], { encoding: 'utf8' }).trim().split('\n');
    for (const needed of [
      'bin/hotlap.js',
      'dist/cli/main.js',
      'dist/engine/index.d.ts',
      'dist/app/testing/index.d.ts',
      'docs/api/index.html',
      'docs/reference/configuration.schema.json',
      'binding.gyp',
      'native/src/core/ring/layout.h',
      'recordings/demo.pcap.zst',
      'README.md',
      'LICENSE',
      'CHANGELOG.md',
    ]) {
      expect(names).toContain(`package/${needed}`);
    }
    const foreign = names.filter(
      (name) =>
        /(^|\/)(test|node_modules|build|tools|\.ci)\//.test(name.replace('package/', '')) ||
        (/\.ts$/.test(name) && !/\.d\.ts$/.test(name)),
    );
    expect(foreign).toEqual([]);
    const fromRegistry = execFileSync('tar', ['xzOf', tarball, 'package/package.json'], { encoding: 'utf8' });
    expect(Object.keys(JSON.parse(fromRegistry).dependencies)).not.toContain('fix-parser');
  });

  test(
    'is what publint and attw ask for',
    async () => {
      const publint = await execute([bin('publint'), 'run', tarball, '--strict'], { timeoutMs: INSTALL_MS });
      expect(publint.status, publint.stdout).toBe(0);
      const attw = await execute([bin('attw'), tarball, '--profile', 'esm-only'], { timeoutMs: INSTALL_MS });
      expect(attw.status, attw.stdout).toBe(0);
    },
    INSTALL_MS,
  );
});

const STRATEGY = `
import { defineStrategy, param, select } from 'hotlap';
import { map } from 'rxjs';

export default defineStrategy({
  name: 'mine',
  params: { symbol: param.symbol('AAPL') },
  setup(ctx) {
    return ctx.instrument(ctx.params.symbol).book$.pipe(select((book, out) => out.set(book.bidSize(0))), map((size) => size));
  },
});
`;

/** Where the runtime's `bin` lies; downloaded by npm, with its headers, where it is not the one that runs this. */
async function runtime(version: string): Promise<string> {
  if (process.versions.node === version) return ownNode;
  const where = join(folder, `node-${version}`);
  mkdirSync(where, { recursive: true });
  const installed = await execute(['npm', 'install', '--prefix', where, '--no-save', `${runtimePackage}@${version}`], {
    env: environment(ownNode),
    cwd: where,
    timeoutMs: INSTALL_MS,
  });
  expect(installed.status, installed.stderr).toBe(0);
  return join(where, 'node_modules', runtimePackage, 'bin');
}

const TUTORIAL = tutorialSteps('docs/how-to/write-a-strategy.md');
/** With which the tutorial begins, and so does every other test of an installed package. */
const BEGIN = ['npm init -y', 'npm install hotlap'];
const REPLAYED = 'npx hotlap replay node_modules/hotlap/recordings/demo.pcap.zst --strategy';

describe.each([
  [OLDEST, 'commonjs'],
  [NEWEST, 'module'],
])('in an empty folder on Node %s, of type %s', (version, type) => {
  const project = join(folder, `project-${version}`);
  let env: Record<string, string | undefined>;
  const hotlap = (...args: string[]) =>
    execute(['npx', '--no-install', 'hotlap', ...args], { env, cwd: project, timeoutMs: INSTALL_MS });

  beforeAll(async () => {
    const nodeFolder = await runtime(version);
    // Nothing but that Node and the system: node-gyp, too, runs on it.
    env = { ...environment(nodeFolder), ...(version === OLDEST && { HOTLAP_WITHOUT: 'lwip,dpdk' }) };
    mkdirSync(project, { recursive: true });
    // Hoisted as npm does it, and nested: laid out as here, so that a compiler's cache knows the addon by its paths.
    env.npm_config_install_strategy = version === NEWEST ? 'nested' : 'hoisted';
    const begun = await followTutorial(TUTORIAL.slice(0, BEGIN.length), {
      env,
      cwd: project,
      timeoutMs: INSTALL_MS,
      instead: (command) =>
        `${command.replace(' hotlap', ` ${tarball}`)}${command === BEGIN[0] ? ` && npm pkg set type=${type}` : ''}`,
    });
    expect([...begun.keys()]).toEqual(BEGIN);
    expect(begun.get('npm install hotlap')).not.toMatch(/warning: /);
    writeFileSync(join(project, 'mine.ts'), STRATEGY);
  }, INSTALL_MS);

  test(
    'the tutorial runs as it is written',
    async () => {
      const printed = await followTutorial(TUTORIAL.slice(BEGIN.length), { env, cwd: project, timeoutMs: INSTALL_MS });
      const hashOf = (file: string): string | undefined =>
        /sha256 \w{64}/.exec(printed.get(`${REPLAYED} ./strategies/${file}`) ?? '')?.[0];
      expect(hashOf('first.ts')).toBeDefined();
      expect(hashOf('by-hand.ts')).toBe(hashOf('first.ts'));
    },
    INSTALL_MS,
  );

  test('the addon is compiled for it, and the command line answers', async () => {
    const release = join(project, 'node_modules/hotlap/build/Release');
    expect(existsSync(join(release, 'hotlap.node'))).toBe(true);
    // With what this machine has, and without.
    for (const name of ['lwip', 'dpdk'] as const)
      expect(existsSync(join(release, `hotlap_${name}.node`))).toBe(version === NEWEST && hasOptionalAddon(name));
    const { status, stdout, stderr } = await hotlap('--version');
    expect({ status, stdout: stdout.trim() }).toEqual({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
    expect(stderr).not.toMatch(/Experimental/);
  });

  test('inspect reads the bundled recording', async () => {
    const { status, stdout } = await hotlap('inspect', 'node_modules/hotlap/recordings/demo.pcap.zst', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      format: 'pcap',
      compression: 'zstd',
      gaps: 0,
      truncated: false,
      unknownOrders: 0,
    });
  });

  // One compiler, whatever Node runs the package: once is enough.
  if (version === NEWEST)
    test(
      "a user's TypeScript strategy is type-checked against the package",
      async () => {
        const tsc = await execute(
          [
            process.execPath,
            join(packageRoot, 'node_modules/typescript/bin/tsc'),
            // Unlike the scaffold's tsconfig.json it looks into the package's declarations as well.
            '--ignoreConfig',
            '--noEmit',
            '--strict',
            '--module',
            'nodenext',
            '--target',
            'es2023',
            'mine.ts',
          ],
          { cwd: project, timeoutMs: INSTALL_MS },
        );
        expect(tsc.status, tsc.stdout).toBe(0);
      },
      INSTALL_MS,
    );

  test(
    "a user's TypeScript strategy runs from the folder",
    async () => {
      const { status, stdout, stderr } = await hotlap(
        'replay',
        'node_modules/hotlap/recordings/demo.pcap.zst',
        '--strategy',
        './mine.ts',
        '--json',
      );
      expect(status, stderr).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ recording: { gaps: 0 }, strategies: [{ name: 'mine' }] });
      expect(stderr).not.toMatch(/Experimental/);
    },
    INSTALL_MS,
  );

  test(
    'the demo trades',
    async () => {
      const { status, stdout, stderr } = await hotlap('demo', '--speed', '20', '--json');
      expect(status, stderr).toBe(0);
      const { orders } = JSON.parse(stdout);
      expect(orders.sent).toBeGreaterThan(0);
      expect(orders.acknowledged + orders.rejected).toBe(orders.sent);
    },
    INSTALL_MS,
  );
});
