/** What the hot thread asks of the kernel in a live run, as strace counts it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { packageRoot } from '../../../native/paths.ts';
import { hotThread, noTraceReason } from '../../support/system/hot-thread.ts';

const folder = mkdtempSync(join(tmpdir(), 'hotlap-strace-'));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** Calls by name out of strace's summary. */
function callCounts(summary: string): Map<string, number> {
  const rows = summary.split('\n').map((line) => line.trim().split(/\s+/));
  return new Map(
    rows.filter(([share]) => /^\d+\.\d+$/.test(share ?? '')).map((row) => [row.at(-1) as string, Number(row[3])]),
  );
}

test('polling costs a receive on each socket, an order one send, and nothing else is asked of the kernel', {
  retry: 1,
}, async ({ skip }) => {
  const reason = noTraceReason();
  if (reason !== undefined) skip(reason);
  const demo = spawn(process.execPath, [join(packageRoot, 'bin', 'hotlap.js'), 'demo', '--seconds', '8', '--json'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  children.push(demo);
  let stdout = '';
  demo.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  const closed = once(demo, 'close');
  const tid = await hotThread(demo.pid as number);
  const summaryFile = join(folder, 'summary');
  const strace = spawn('strace', ['-c', '-p', String(tid), '-o', summaryFile], { stdio: 'ignore' });
  children.push(strace);
  const traced = once(strace, 'close');
  const [status] = await closed;
  await traced;
  expect(status).toBe(0);
  const { orders } = JSON.parse(stdout) as { orders: { sent: number } };
  const calls = callCounts(readFileSync(summaryFile, 'utf8'));
  const of = (name: string): number => calls.get(name) ?? 0;

  // One send an order, and the session's own: Logon (before strace, where it attaches late), Logout, a heartbeat, cancels.
  expect(orders.sent).toBeGreaterThan(0);
  expect(Math.abs(of('sendto') - orders.sent)).toBeLessThan(20);
  // Each turn that found nothing asked both sockets once; what found something asked the feed again first.
  expect(of('recvmmsg')).toBeGreaterThan(200);
  expect(of('recvfrom')).toBeLessThanOrEqual(of('recvmmsg') * 1.02);
  // TCP_QUICKACK is not permanent: once for each receive that brought bytes, so at most once a report.
  expect(of('setsockopt')).toBeLessThan(4 * orders.sent + 50);
  const known = ['recvmmsg', 'recvfrom', 'sendto', 'setsockopt'];
  const others = [...calls].filter(([name]) => !known.includes(name) && name !== 'total');
  const otherCalls = others.reduce((sum, [, count]) => sum + count, 0);
  // Compiling, logging on and ending ask for memory and files; the loop between them does not.
  expect(otherCalls / of('recvmmsg'), others.map(([name, count]) => `${name} ${count}`).join(', ')).toBeLessThan(0.1);
});
