/** `hotlap run` goes on with its session's numbers where the run before ended, however that was. */
import { createHash } from 'node:crypto';
import { existsSync, realpathSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { freeUdpPort } from '../support/system/free-ports.ts';
import { type Ended, Running, runToEnd, sentence } from '../support/system/running.ts';
import { SessionVenue } from '../support/system/session-venue.ts';
import { openWorkshop, RESTING } from '../support/system/workshop.ts';

const shop = openWorkshop();
shop.strategy('resting', RESTING);
const venue = new SessionVenue();
/** Of one store: other tests have rings of their own at the same time. */
const ringOf = (folder: string): string =>
  `/dev/shm/hotlap-store-${process.getuid?.()}-${createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 16)}`;
afterAll(() => venue.close());

const configuration = async (name: string, more = ''): Promise<string> =>
  shop.write(
    `${name}.yaml`,
    `feeds:
  - { group: 239.192.7.2, port: ${await freeUdpPort()} }
venues:
  - name: venue
    host: 127.0.0.1
    port: ${venue.port}
    senderCompId: HOTLAP
    targetCompId: VENUE
${more}strategies:
  - source: ./resting.ts
`,
  );
const env = { XDG_STATE_HOME: shop.path('state-home') };
const args = (config: string): string[] => ['run', '--config', config, '--warm-up', '0', '--json'];

async function loggedOnAndStopped(config: string): Promise<Ended> {
  const run = new Running(args(config), { env });
  await run.says(/Logged on to venue/);
  run.child.kill('SIGINT');
  return await run.ended;
}

test('numbers survive the end of a run, a kill -9, and a second process is turned away', async () => {
  const config = await configuration('state');
  const first = await loggedOnAndStopped(config);
  expect(first.stderr).not.toMatch(/error/i);
  const folder = join(env.XDG_STATE_HOME, 'hotlap', 'HOTLAP-VENUE');
  // Logon and Logout have left, and come.
  expect(JSON.parse(first.stdout).session).toEqual({
    stateDir: folder,
    recovered: 'nothing',
    nextSenderMsgSeqNum: 3,
    nextTargetMsgSeqNum: 3,
    earlierOrdersInDoubt: 0,
  });
  expect((statSync(folder).mode & 0o777).toString(8)).toBe('700');
  expect(existsSync(ringOf(folder))).toBe(false);

  const killed = new Running([...args(config), '--seconds', '60'], { env });
  await killed.says(/Logged on to venue/);
  const busy = await runToEnd([...args(config), '--seconds', '1'], { env });
  expect(sentence(busy.stderr)).toMatch(new RegExp(`The store in ${folder}/orders is used by process ${killed.pid}: `));
  expect(busy.status).toBe(1);
  killed.child.kill('SIGKILL');
  await killed.ended;
  expect(existsSync(ringOf(folder))).toBe(true);

  const third = await loggedOnAndStopped(config);
  expect(third.stderr).toMatch(/of a process that was killed.*next MsgSeqNum out 4, in 4/);
  expect(JSON.parse(third.stdout).session).toMatchObject({
    recovered: 'killed',
    nextSenderMsgSeqNum: 6,
    nextTargetMsgSeqNum: 6,
  });
  expect(third.status).toBe(0);
  expect(existsSync(ringOf(folder))).toBe(false);
  // The venue has never missed a number, or seen one twice.
  expect(venue.log.filter((line) => line !== 'logon' && line !== 'logout')).toEqual([]);
  expect([venue.store.nextSenderMsgSeqNum(), venue.store.nextTargetMsgSeqNum()]).toEqual([6, 6]);
});

test('a host that went down leaves numbers out, and says so; stateDir names another folder', async () => {
  const config = await configuration('elsewhere', '    stateDir: ./my-state\n    resetOnLogon: true\n');
  const killed = new Running([...args(config), '--seconds', '60'], { env });
  await killed.says(/Logged on to venue/);
  expect(existsSync(shop.path('my-state/lock'))).toBe(true);
  killed.child.kill('SIGKILL');
  await killed.ended;
  rmSync(ringOf(shop.path('my-state')));
  const next = await loggedOnAndStopped(config);
  expect(next.stderr).toMatch(/of a host that went down: the numbers go on behind the reserved block/);
  expect(JSON.parse(next.stdout).session).toMatchObject({
    stateDir: shop.path('my-state'),
    recovered: 'host went down',
  });
});
