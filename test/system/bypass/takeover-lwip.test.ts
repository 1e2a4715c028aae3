/** A loop whose orders leave past the kernel and that is ended: the main thread calls the venue by the same way, and cancels. */
import { expect, test } from 'vitest';
import { missingWithLwip } from '../../support/missing.ts';
import { runToEnd, sentence } from '../../support/system/running.ts';
import { openWorkshop, RESTING } from '../../support/system/workshop.ts';

const shop = openWorkshop();
const unavailable = missingWithLwip('shm');

test.skipIf(unavailable !== undefined)(
  `a strategy that never returns leaves no order behind, over lwip as over the kernel${unavailable ? ` (skipped: ${unavailable})` : ''}`,
  async () => {
    const file = shop.strategy('stuck', RESTING.replace("ctx.log.info('RESTING')", 'for (;;) {}'));
    const way = ['--rx', 'shm', '--tx', 'lwip', '--bypass', 'require'];
    const { status, stderr, leftBehind } = await runToEnd(['demo', ...way, '--strategy', file, '--warm-up', '0']);
    expect(stderr).toMatch(/Sending orders by lwip\/shm, accelerated: /);
    expect(sentence(stderr)).toBe(
      'hotlap: Strategy stuck did not return within 1000 ms and was ended; its 3 open orders were cancelled.',
    );
    expect(status).toBe(1);
    expect(leftBehind).toEqual([]);
  },
);
