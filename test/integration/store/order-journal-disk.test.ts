/** Disks that refuse: new orders are refused by name, cancels pass, the log says why, and the next start has it all. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { journalEntries } from '../../../app/journal-entries.ts';
import { openOrderJournal } from '../../../app/order-journal.ts';
import { JOURNAL_KIND } from '../../../engine/journal/records.ts';
import { JOURNAL_FROM } from '../../../native/index.ts';
import { packageRoot } from '../../../native/paths.ts';

const program = fileURLToPath(new URL('../../support/journal/failing-disk.ts', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'hotlap-journal-disk-'));
const mounts: string[] = [];
afterAll(() => {
  for (const path of mounts) spawnSync('umount', ['-l', path]);
  rmSync(root, { recursive: true, force: true });
});

interface Outcome {
  sent: number;
  refused: string | null;
  cancelled: boolean;
  logged: string[];
}

/** A file system in memory with these options; undefined where this user may not mount one. */
function disk(name: string, options: string): string | undefined {
  const path = join(root, name);
  mkdirSync(path);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path]).status !== 0) return undefined;
  mounts.push(path);
  return path;
}

/** Orders in the journal after a restart, and the kinds of its last records. */
function found(folder: string, ringFile: string) {
  const sizes = { ringFile, ringBytes: 1 << 16, segmentBytes: 1 << 16 };
  const again = openOrderJournal(folder, undefined, sizes);
  const { recovery } = again;
  const kinds: number[] = [];
  for (const { kind } of journalEntries({ folder })) kinds.push(kind);
  again.close();
  return { recovery, orders: kinds.filter((kind) => kind === JOURNAL_KIND.newOrder).length, kinds };
}

function expectOrderly({ sent, refused, cancelled, logged }: Outcome, why: RegExp): void {
  expect(sent).toBeGreaterThan(20);
  expect(refused).toBe('JournalFailed');
  expect(cancelled).toBe(true);
  expect(logged).toHaveLength(1);
  expect(logged[0]).toMatch(why);
  expect(logged[0]).toMatch(/^error: .* No new order is sent, cancels are\.$/);
}

test('a disk that fills up', ({ skip }) => {
  // Two segments of 64 KiB, and no third.
  const path = disk('full', 'size=160k,mode=700');
  if (path === undefined) return skip('only root may mount a small disk');
  const folder = join(path, 'orders');
  const ringFile = join(root, 'full.ring');
  const outcome: Outcome = JSON.parse(
    execFileSync(process.execPath, [program, folder, ringFile], { encoding: 'utf8' }),
  );
  expectOrderly(outcome, /No space left on device; free some space there, then start again/);
  expect(() => found(folder, ringFile)).toThrow(expect.objectContaining({ code: 'ERR_STORE_SPACE' }));
  expect(spawnSync('mount', ['-o', 'remount,size=1m', path]).status).toBe(0);
  const { recovery, orders, kinds } = found(folder, ringFile);
  expect(recovery.from).toBe(JOURNAL_FROM.ring);
  expect(orders).toBe(outcome.sent);
  // What left after the disk had failed was in the ring.
  expect(kinds.at(-1)).toBe(JOURNAL_KIND.cancel);
});

test.for<[string, string, string, RegExp]>([
  ['whose writes end in an I/O error', 'fdatasync', 'EIO', /Input\/output error; see the kernel's log/],
  ['that becomes read-only', 'pwrite64', 'EROFS', /Read-only file system; let it be a place that this user/],
])('a disk %s', ([, call, error, why], { skip }) => {
  const folder = join(root, error, 'orders');
  const ringFile = join(root, `${error}.ring`);
  const inject = [
    '-f',
    '-qq',
    '-e',
    `trace=${call}`,
    '-e',
    `inject=${call}:error=${error}:when=12+`,
    '-o',
    '/dev/null',
  ];
  const traced = spawnSync('strace', [...inject, process.execPath, program, folder, ringFile], { encoding: 'utf8' });
  if (traced.error !== undefined) return skip('strace is not installed (apt-get install strace)');
  if (traced.status !== 0 && /ptrace/.test(traced.stderr)) return skip('this machine does not allow ptrace');
  expect(traced.stderr).toBe('');
  const outcome: Outcome = JSON.parse(traced.stdout);
  expectOrderly(outcome, why);
  const { recovery, orders, kinds } = found(folder, ringFile);
  expect(recovery.from).toBe(JOURNAL_FROM.ring);
  expect(orders).toBe(outcome.sent);
  expect(kinds.at(-1)).toBe(JOURNAL_KIND.cancel);
});

test('a start whose journal cannot be written ends with status 1 and the remedy', ({ skip }) => {
  // The session's own files can be written, the journal's cannot: a file system of its own, read only.
  const stateDir = join(root, 'state');
  mkdirSync(stateDir, { mode: 0o700 });
  if (disk('state/orders', 'ro,mode=700') === undefined) return skip('only root may mount a disk');
  const config = join(root, 'engine.yaml');
  writeFileSync(
    config,
    `strategies:
  - source: imbalance-taker
venues:
  - name: nowhere
    host: 127.0.0.1
    port: 9
    senderCompId: ME
    targetCompId: VENUE
    stateDir: ${stateDir}
`,
  );
  const run = spawnSync(
    process.execPath,
    [join(packageRoot, 'bin/hotlap.js'), 'run', '--config', config, '--feed', 'itch50@127.0.0.1:9'],
    {
      encoding: 'utf8',
    },
  );
  expect(run.stderr).toMatch(
    new RegExp(`hotlap: The store's ${stateDir}/orders/.* Read-only file system; let it be a place that this user`),
  );
  expect(run.status).toBe(1);
});
