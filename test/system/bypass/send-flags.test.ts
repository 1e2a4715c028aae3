/** What `--tx`, `--bypass` and the simulator's `--fix` refuse before anything begins: one sentence each, with its remedy. */
import { expect, test } from 'vitest';
import { hotlap } from '../../support/hotlap.ts';

test.each([
  [['demo', '--tx', 'onload'], /--tx.*lwip, kernel/, 2],
  [['demo', '--tx', 'lwip,lwip'], /--tx names a transport twice/, 2],
  [['simulator', '--fix', 'lwip'], /--fix lwip goes over what the feed leaves by: give --tx shm/, 2],
  [['simulator', '--tx', 'shm', '--fix', 'lwip@10.0.0.1'], /--fix is kernel, lwip or lwip@ADDRESS\/BITS/, 2],
  [['simulator', '--tx', 'shm', '--fix', 'lwip', '--listen', '127.0.0.1:1'], /give --listen 10\.77\.0\.1:1/, 2],
  [['simulator', '--tx', 'dpdk'], /No port of DPDK is named: give `dpdk\.device`/, 1],
] as const)('%j', async (args, sentence, status) => {
  const ran = await hotlap([...args]);
  expect(ran.stderr).toMatch(sentence);
  expect(ran.stderr).toMatch(/^hotlap: [^\n]*\n$/);
  expect(ran.status).toBe(status);
});
