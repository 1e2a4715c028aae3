import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { native } from '../../../native/index.ts';

const { host } = native();

it('names the calling thread as the kernel does', () => {
  expect(readFileSync(`/proc/self/task/${host.threadId()}/stat`, 'utf8')).toContain(String(host.threadId()));
});

it('restricts the calling thread to a CPU and back', () => {
  const before = host.affinity();
  expect(before.length).toBeGreaterThan(0);
  host.setAffinity([before[0]]);
  expect(host.affinity()).toEqual([before[0]]);
  host.setAffinity(before);
  expect(host.affinity()).toEqual(before);
});

it('says which CPU it could not have', () => {
  expect(() => host.setAffinity([60_000])).toThrow(/CPU 60000.*cpuset/);
  expect(() => host.setAffinity([-1])).toThrow(/CPU -1/);
  expect(() => host.setAffinity([])).toThrow(/none/);
  expect(() => host.setAffinity(['a' as unknown as number])).toThrow(/array of CPU numbers/);
});

it('reads clocks that agree with Node', () => {
  const before = Number(process.hrtime.bigint());
  const now = host.monotonicNs();
  expect(now).toBeGreaterThanOrEqual(before);
  expect(now - before).toBeLessThan(1e9);
  expect(Math.abs(host.realtimeMs() - Date.now())).toBeLessThan(1000);
});

it('pauses, yields and sleeps', () => {
  expect(host.pause(100)).toBe(100);
  expect(host.yield()).toBe(0);
  const before = host.monotonicNs();
  expect(host.sleepUs(2000)).toBe(0);
  expect(host.monotonicNs() - before).toBeGreaterThanOrEqual(2e6);
});
