/** `hotlap demo --rx af_xdp`: the whole circle over a wire of its own, nothing lost under load, nothing left behind. */
import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { runs, runToEnd } from '../../support/system/running.ts';
import { openWorkshop, STUCK } from '../../support/system/workshop.ts';

const isRoot = process.getuid?.() === 0;
const shop = openWorkshop();
const start = runs();

const AF_XDP = ['demo', '--rx', 'af_xdp', '--json'];
const TRADING = /The order session is up/;
const RECEIVED = { backend: 'af_xdp', accelerated: true, zeroCopy: false, passedOver: [] };
const LOSSLESS = { gaps: 0, lostMessages: 0, duplicates: 0, malformed: 0, drops: 0, badChecksums: 0, fragments: 0 };

const network = (pid: number): string => readlinkSync(`/proc/${pid}/ns/net`);

/** Processes that are in one of the namespaces, or hold a descriptor of it. */
function holders(namespaces: readonly string[]): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const held = readdirSync(`/proc/${pid}/fd`).map((fd) => linkOf(`/proc/${pid}/fd/${fd}`));
        return [linkOf(`/proc/${pid}/ns/net`), ...held].some((link) => namespaces.includes(link));
      } catch {
        return false;
      }
    });
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

describe.skipIf(!isRoot)(`hotlap demo --rx af_xdp${isRoot ? '' : ' (skipped: its network needs root)'}`, () => {
  test.each([
    { rate: 1_000_000, packet: 20, messages: 10_000_000, tx: 'lwip', sent: 'lwip/af_xdp' },
    { rate: 100_000, packet: 1, messages: 1_000_000, tx: 'kernel', sent: 'kernel' },
  ])(
    'ten seconds of $rate messages a second, $packet a packet, orders by $tx: nothing is lost, and the sender is not held up',
    { timeout: 180_000 },
    async (load) => {
      const recording = shop.path(`${load.rate}.itch`);
      const flow = ['--messages', `${load.messages}`, '--rate', `${load.rate}`, '--symbols', '100', '--seed', '5'];
      expect((await runToEnd(['generate', recording, ...flow])).status).toBe(0);
      const pace = ['--rate', `${load.rate}`, '--messages-per-packet', `${load.packet}`];
      const args = [...AF_XDP, '--recording', recording, ...pace, '--strategy', 'latency-probe', '--tx', load.tx];
      const { status, stdout, stderr, leftBehind } = await runToEnd(args, { timeoutMs: 150_000 });
      expect(status, stderr).toBe(0);
      const { recording: received, transport, orders } = JSON.parse(stdout);
      expect(transport.rx).toMatchObject(RECEIVED);
      expect(transport.tx).toMatchObject({ backend: load.sent, accelerated: load.tx === 'lwip', passedOver: [] });
      expect(received).toMatchObject({ messages: load.messages, ...LOSSLESS });
      // A sender waits where the wire is full: an engine that cannot follow lengthens the play. A busy host may, too, but not twofold.
      const nominalSeconds = load.messages / load.rate;
      expect(received.playedSeconds).toBeGreaterThan(nominalSeconds * 0.9);
      expect(received.playedSeconds).toBeLessThan(nominalSeconds * 2);
      expect(orders.sent).toBeGreaterThan(0);
      expect(orders).toMatchObject({ acknowledged: orders.sent, rejected: 0, inDoubt: 0, open: 0 });
      expect(leftBehind).toEqual([]);
    },
  );

  test('killed with SIGKILL, it leaves no network and nothing that a second one could trip over', async () => {
    const first = start([...AF_XDP, '--warm-up', '0']);
    await first.says(TRADING);
    const namespaces = [first.pid, ...first.children()].map(network).filter((each) => each !== network(process.pid));
    expect(new Set(namespaces).size).toBe(2);
    expect(holders(namespaces).length).toBeGreaterThan(1);
    first.child.kill('SIGKILL');
    await first.ended;
    for (let waits = 0; holders(namespaces).length > 0 && waits < 250; waits++) await sleep(20);
    expect(holders(namespaces)).toEqual([]);

    const { status, stdout, stderr, leftBehind } = await runToEnd([...AF_XDP, '--warm-up', '0', '--speed', '20']);
    expect(status, stderr).toBe(0);
    expect(JSON.parse(stdout).transport.rx).toMatchObject(RECEIVED);
    expect(leftBehind).toEqual([]);
    // What the killed one could not remove: shared memory and its journal.
    const shared = readdirSync('/dev/shm').filter((name) => name.includes(`-${first.pid}-`));
    expect(shared).toEqual([]);
  });

  test('two at a time have a wire each', async () => {
    const args = [...AF_XDP, '--warm-up', '0', '--speed', '20'];
    const both = await Promise.all([runToEnd(args), runToEnd(args)]);
    for (const { status, stdout, stderr, leftBehind } of both) {
      expect(status, stderr).toBe(0);
      const { recording, transport } = JSON.parse(stdout);
      expect(transport.rx).toMatchObject(RECEIVED);
      // Four busy threads on two cores may lose packets of their own, and doubt one behind a long gap; each of the other's
      // would be of a foreign session.
      expect(recording.duplicates).toBe(0);
      expect(recording.malformed).toBeLessThan(10);
      expect(leftBehind).toEqual([]);
    }
  });

  test('a loop that does not return: its orders are cancelled from outside, over the same wire', async () => {
    const stuck = shop.strategy('stuck', STUCK);
    const { status, stderr, leftBehind } = await runToEnd([
      ...AF_XDP,
      ...['--strategy', stuck, '--stall-ms', '300', '--warm-up', '0', '--drop-copy'],
    ]);
    expect(stderr).toMatch(/its 2 open orders were cancelled/);
    expect(status).toBe(1);
    expect(leftBehind).toEqual([]);
  });
});
