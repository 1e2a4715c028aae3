/** A disk without space: told through the ring, nothing that was taken is lost, and the next start goes on. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { STORE } from '../../../gateway/index.ts';
import { JOURNAL, JOURNAL_FROM } from '../../../native/index.ts';
import { openBoth } from '../../support/store/killed-store.ts';

const mounts: string[] = [];
const roots: string[] = [];
afterAll(() => {
  for (const path of mounts) spawnSync('umount', ['-l', path]);
  for (const root of roots) rmSync(root, { recursive: true, force: true });
});

/** A file system of so many KiB; undefined where this user may not mount one. */
function smallDisk(kibibytes: number): { path: string; resize(kibibytes: number): void } | undefined {
  const root = mkdtempSync(join(tmpdir(), 'hotlap-disk-'));
  roots.push(root);
  const path = join(root, 'disk');
  mkdirSync(path);
  const options = (size: number): string => `size=${size}k,mode=700`;
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', options(kibibytes), 'tmpfs', path]).status !== 0) return undefined;
  mounts.push(path);
  return {
    path,
    resize: (size) => {
      expect(spawnSync('mount', ['-o', `remount,${options(size)}`, path]).status).toBe(0);
    },
  };
}

test('a disk that fills up stops new messages, keeps those in the ring, and loses none', ({ skip }) => {
  // Two segments of 64 KiB, and no third.
  const disk = smallDisk(160);
  if (disk === undefined) return skip('only root may mount a small disk');
  const root = mkdtempSync(join(tmpdir(), 'hotlap-disk-'));
  roots.push(root);
  const place = { folder: join(disk.path, 'state'), ringFile: join(root, 'ring') };
  const both = openBoth(place);
  let sent = 0;
  let refused: number = STORE.ok;
  while (refused === STORE.ok && sent < 2_000) {
    const seq = both.store.nextSenderMsgSeqNum();
    refused = both.store.keep(seq, new Uint8Array(200).fill(seq), 0, 200);
    if (refused === STORE.ok) {
      both.store.setNextSender(seq + 1);
      sent++;
    }
    if (sent % 20 === 0) both.drain.poll();
  }
  expect(refused).toBe(STORE.failed);
  expect(sent).toBeGreaterThan(300);
  expect(both.drain.failure).toMatchObject({
    code: 'ERR_STORE_SPACE',
    message: expect.stringMatching(/No space left.*free some space/),
  });
  expect(both.drain.cells[JOURNAL.failure]).toBe(1);
  expect(both.drain.poll()).toBe(-1);
  // Numbers are still counted: what is not kept, a Heartbeat or a cancel, may leave under a number reserved before.
  both.store.setNextSender(sent + 2);
  both.close();
  expect(existsSync(place.ringFile)).toBe(true);

  expect(() => openBoth(place)).toThrow(expect.objectContaining({ code: 'ERR_STORE_SPACE' }));
  disk.resize(2_048);
  const again = openBoth(place);
  expect(again.drain.recovery).toMatchObject({ from: JOURNAL_FROM.ring, nextOut: sent + 2 });
  const out = new Uint8Array(256);
  for (let seq = again.store.oldestKept(); seq <= sent; seq++) {
    expect(again.store.read(seq, out, 0)).toBe(200);
    expect(out[100]).toBe(seq & 255);
  }
  expect(again.store.oldestKept()).toBeLessThan(sent - 150);
  again.close();
});

test('shared memory without space is told before anything is sent', ({ skip }) => {
  const disk = smallDisk(128);
  if (disk === undefined) return skip('only root may mount a small disk');
  const root = mkdtempSync(join(tmpdir(), 'hotlap-disk-'));
  roots.push(root);
  writeFileSync(join(disk.path, 'filling'), new Uint8Array(100_000));
  const place = { folder: join(root, 'state'), ringFile: join(disk.path, 'ring') };
  expect(() => openBoth(place)).toThrow(
    expect.objectContaining({ code: 'ERR_STORE_SPACE', message: expect.stringContaining(place.ringFile) }),
  );
  rmSync(join(disk.path, 'filling'));
  openBoth(place).close();
});
