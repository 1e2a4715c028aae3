/** However a demo ends, it ends in order: open orders cancelled, logged out, nothing left behind. */
import { describe, expect, test } from 'vitest';
import { Running, runToEnd, sentence } from '../support/system/running.ts';
import { openWorkshop, RESTING } from '../support/system/workshop.ts';

const shop = openWorkshop();
const resting = shop.strategy('resting', RESTING);
const RESTS = /resting: RESTING/;
const noStack = /^\s+at /m;

describe('a demo', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('%s stops it in order, status 0', async (signal) => {
    const run = new Running(['demo', '--strategy', resting, '--warm-up', '0', '--json']);
    await run.says(RESTS);
    run.child.kill(signal);
    const { status, stdout, stderr, leftBehind } = await run.ended;
    expect(JSON.parse(stdout)).toMatchObject({
      orders: { sent: 3, acknowledged: 3, cancelled: 3, inDoubt: 0 },
      ended: { ok: true, reason: 'interrupted' },
    });
    expect(stderr).not.toMatch(/error|lost/i);
    expect(status).toBe(0);
    expect(leftBehind).toEqual([]);
  });

  test('a signal before the first message is no fault of the recording', async () => {
    const run = new Running(['demo', '--strategy', resting, '--json']);
    setTimeout(() => run.child.kill('SIGINT'), 1_200);
    const { status, stdout, leftBehind } = await run.ended;
    // Before the handler stands, the signal itself ends the process.
    if (status !== null) expect(JSON.parse(stdout)).toMatchObject({ ended: { ok: true } });
    expect(leftBehind).toEqual([]);
  });

  test('--seconds stops it in order', async () => {
    const { status, stdout, leftBehind } = await runToEnd([
      ...['demo', '--strategy', resting, '--seconds', '4', '--json'],
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ ended: { ok: true, reason: '4 seconds have passed' } });
    expect(status).toBe(0);
    expect(leftBehind).toEqual([]);
  });

  test('a simulator that is killed is one sentence and status 1; orders without an answer are in doubt', async () => {
    const run = new Running(['demo', '--strategy', resting, '--warm-up', '0', '--json']);
    await run.says(RESTS);
    for (const child of run.children()) process.kill(child, 'SIGKILL');
    const { status, stdout, stderr, leftBehind } = await run.ended;
    expect(sentence(stderr)).toBe(
      'hotlap: The simulator process vanished in the middle of the run: nothing more can be traded. Run again.',
    );
    expect(stderr).not.toMatch(noStack);
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ended: { ok: false }, orders: { sent: 3, acknowledged: 3 } });
    expect(leftBehind).toEqual([]);
  });

  test('two at a time do not hear each other', async () => {
    const args = ['demo', '--speed', '20', '--warm-up', '0', '--json'];
    const both = await Promise.all([runToEnd(args), runToEnd(args)]);
    for (const { status, stdout } of both) {
      // Four busy threads on two cores may lose packets of their own; the other's would be of a foreign session.
      expect(JSON.parse(stdout).recording).toMatchObject({ duplicates: 0, malformed: 0 });
      expect(status).toBe(0);
    }
  });
});

describe('a folder that cannot be written', () => {
  test.each(['demo', 'replay'])('is told before %s begins', async (command) => {
    const file = shop.write(`a-file-${command}`, '');
    const args = command === 'replay' ? ['replay', 'recordings/demo.pcap.zst'] : ['demo'];
    const { status, stdout, stderr, leftBehind } = await runToEnd([...args, '--out', `${file}/below`]);
    expect(stderr).toBe(`hotlap: The folder ${file}/below cannot be written (ENOTDIR): choose another with --out.\n`);
    expect(stdout).toBe('');
    expect(status).toBe(1);
    expect(leftBehind).toEqual([]);
  });
});
