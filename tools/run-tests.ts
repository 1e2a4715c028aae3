/**
 * Runs the tests and ends with one plain line, `N passed, N failed` (`, N skipped` where there are any).
 * With `CI` set a skipped test fails the run: what is not run there is run nowhere. The captures
 * of real exchanges alone, which are never part of the repository, may be absent.
 * Arguments are vitest's filters: `node tools/run-tests.ts test/unit`.
 */
import { startVitest, type TestModule, type Vitest } from 'vitest/node';

const counts = { passed: 0, failed: 0, skipped: 0 };
const missed: string[] = [];
/** What test/support/captures.ts says in the name of a test that has none. */
const NEEDS_CAPTURES = /the captures are not at/;
const isCi = !['', '0', 'false'].includes(process.env.CI ?? '');

const countingReporter = {
  onTestRunEnd(modules: ReadonlyArray<TestModule>, unhandled: ReadonlyArray<unknown>): void {
    for (const module of modules) {
      let failed = 0;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed' || state === 'failed') counts[state]++;
        // A test that never ran to its end is not a passed one.
        else if (state === 'skipped') {
          counts.skipped++;
          if (!NEEDS_CAPTURES.test(test.fullName)) missed.push(`${module.relativeModuleId} > ${test.fullName}`);
        } else counts.failed++;
        if (state === 'failed') failed++;
      }
      // A file that does not load, or a hook that throws, fails without a test to its name.
      if (module.state() === 'failed' && failed === 0) counts.failed++;
    }
    counts.failed += unhandled.length;
  },
};

const vitest: Vitest = await startVitest('test', process.argv.slice(2), {
  run: true,
  watch: false,
  reporters: ['default', countingReporter],
});
await vitest.close();

const { passed, failed, skipped } = counts;
// Nothing ran: a filter that matches no file, or a broken set-up, must not look like success.
const ranAll = missed.length === 0 || !isCi;
const ok = failed === 0 && passed > 0 && ranAll && (process.exitCode ?? 0) === 0;
if (!ranAll) process.stdout.write(`Skipped, which nothing may be in CI:\n${missed.join('\n')}\n`);
process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
process.exit(ok ? 0 : 1);
