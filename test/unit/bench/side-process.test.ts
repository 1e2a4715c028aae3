/** A side of a round trip that dies or says nothing ends the benchmark in time, with what it said on stderr. */
import { expect, it } from 'vitest';
import { initiate, SideProcess } from '../../../bench/fix/side-process.ts';

const PLENTY_MS = 20_000;
const program = (text: string): string[] => [process.execPath, '-e', text];
const never = new AbortController().signal;
const ENDLESS = 'setInterval(() => undefined, 1_000);';

async function failure(work: Promise<unknown>): Promise<{ code: string; message: string }> {
  return work.then(
    () => expect.unreachable('it did not fail'),
    (error) => error,
  );
}

it('dies before its first line: coded, with its stderr', async () => {
  const side = new SideProcess('hotlap', program('console.error("no such addon"); process.exit(3);'));
  const error = await failure(side.firstLine(PLENTY_MS));
  expect(error).toMatchObject({ code: 'ERR_BENCH_LEG' });
  expect(error.message).toBe('The acceptor of hotlap ended with status 3: no such addon');
  await side.end();
});

it('does not start at all', async () => {
  const side = new SideProcess('hotlap', ['/nowhere/at/all']);
  expect(await failure(side.firstLine(PLENTY_MS))).toMatchObject({ code: 'ERR_BENCH_LEG' });
  await side.end();
});

it.each([
  ['and goes on', ENDLESS, /said nothing in 2000 ms/],
  ['and ends in order', '', /ended without a word/],
])('says nothing %s', async (_, text, why) => {
  const side = new SideProcess('hotlap', program(text));
  const error = await failure(side.firstLine(2_000));
  expect(error).toMatchObject({ code: 'ERR_BENCH_LEG', message: expect.stringMatching(why) });
  await side.end();
});

it('dies while the other side waits for it: the other one is stopped', async () => {
  const side = new SideProcess('QuickFIX C++', program('setTimeout(() => process.kill(process.pid, "SIGKILL"), 300);'));
  let told = false;
  const error = await failure(
    side.whileItRuns((signal) => {
      signal.addEventListener('abort', () => {
        told = true;
      });
      return initiate('QuickFIX C++', program(ENDLESS), PLENTY_MS, signal);
    }),
  );
  expect(error).toMatchObject({ code: 'ERR_BENCH_LEG', message: expect.stringContaining('ended with SIGKILL') });
  expect(told).toBe(true);
  await side.end();
});

it('ends in order before the other side has printed: no failure', async () => {
  const side = new SideProcess('hotlap', program('console.log("ready");'));
  expect(await side.firstLine(PLENTY_MS)).toBe('ready');
  const slow = program('setTimeout(() => console.log("[7]"), 500);');
  expect(await side.whileItRuns((signal) => initiate('hotlap', slow, PLENTY_MS, signal))).toEqual([7]);
  await side.end();
});

it.each([
  ['does not end', ENDLESS, /nothing after 1000 ms/],
  ['fails', 'console.error("refused"); process.exit(1);', /refused/],
])('a calling side that %s is an error', async (_, text, why) => {
  const error = await failure(initiate('hotlap', program(text), 1_000, never));
  expect(error).toMatchObject({ code: 'ERR_BENCH_LEG', message: expect.stringMatching(why) });
});
