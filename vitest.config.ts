import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** They need the machine for themselves: hot threads under load, compiled code that is watched, benchmarks. */
const ALONE = ['test/system/{guard,bench,bypass}/**/*.test.ts', 'test/system/demo*.test.ts'];

/** They take longest, and some of them mostly wait: begun first, they are not what is waited for in the end. */
const LONG = [
  'test/acceptance/server-definitions.test.ts',
  'test/acceptance/lwip-definitions.test.ts',
  'test/system/package.test.ts',
  'test/system/order-kill.test.ts',
  'test/interop/quickfix.test.ts',
  'test/system/replay-determinism.test.ts',
  'test/interop/jspurefix.test.ts',
  'test/unit/native/sanitize.test.ts',
  'test/integration/store/kill.test.ts',
  'test/system/fix-kill.test.ts',
  'test/system/recordings.test.ts',
  'test/system/venue.test.ts',
].map((file) => join(import.meta.dirname, file));

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const index = LONG.indexOf(moduleId);
      return index < 0 ? LONG.length : index;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    globalSetup: ['test/support/run/compile-cache.ts'],
    pool: 'forks',
    // Not what a machine needs that does nothing else, but what one bears on which twenty processes run.
    testTimeout: 180_000,
    hookTimeout: 300_000,
    sequence: { sequencer: LongFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'beside',
          include: ['test/**/*.test.ts'],
          exclude: ['**/node_modules/**', ...ALONE],
          // Two cores, and a third test while one waits.
          maxWorkers: 3,
        },
      },
      { extends: true, test: { name: 'alone', include: ALONE, maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
  },
});
