/** A network of our own: two namespaces and the wire between them, as demo, tests and measurements use it. */
import { execFileSync, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { enterNamespace } from '../../../app/network/namespace.ts';
import { makeVethPair, type VethEnd, type VethPair } from '../../../app/network/veth-pair.ts';
import { native } from '../../../native/index.ts';
import { noCaptureReason } from '../../support/system/packet-capture.ts';

const GROUP = '239.255.77.9';
const PORT = 46_100;
const isRoot = process.getuid?.() === 0;

const ownNamespace = (): string => readlinkSync('/proc/thread-self/ns/net');
const namespaceOf = (end: VethEnd): string => end.namespace.inside(ownNamespace);

let pair: VethPair | undefined;
afterEach(() => {
  pair?.close();
  pair = undefined;
});

/** A socket of the end's namespace; it stays there. */
async function socketAt({ namespace, address }: VethEnd, port: number) {
  const socket = createSocket('udp4');
  const leave = enterNamespace(namespace.path);
  try {
    socket.bind(port, port === 0 ? address : undefined);
    await once(socket, 'listening');
  } finally {
    leave();
  }
  return socket;
}

/** Sends one datagram from the venue, and what of it arrives at the engine. */
async function across({ engine, venue }: VethPair): Promise<string> {
  const receiver = await socketAt(engine, PORT);
  const sender = await socketAt(venue, 0);
  try {
    receiver.addMembership(GROUP, engine.address);
    sender.setMulticastInterface(venue.address);
    sender.send('a packet', PORT, GROUP);
    const [message] = await once(receiver, 'message', { signal: AbortSignal.timeout(5_000) });
    return String(message);
  } finally {
    receiver.close();
    sender.close();
  }
}

/** What tshark says of the UDP checksum of the next datagram at the engine: 1 good, 0 bad. */
async function checksumStatus(ends: VethPair): Promise<string> {
  const file = join(tmpdir(), `hotlap-test-${process.pid}.pcapng`);
  const args = ['-i', ends.engine.interface, '-f', `udp port ${PORT}`, '-a', 'packets:1', '-q', '-w', file];
  const dumpcap = ends.engine.namespace.inside(() => spawn('dumpcap', args, { stdio: ['ignore', 'ignore', 'pipe'] }));
  try {
    const closed = once(dumpcap, 'close');
    await once(dumpcap.stderr, 'data');
    while (dumpcap.exitCode === null) {
      await across(ends);
      await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 100))]);
    }
    const read = ['-o', 'udp.check_checksum:TRUE', '-r', file, '-T', 'fields', '-e', 'udp.checksum.status'];
    return execFileSync('tshark', read, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } finally {
    dumpcap.kill('SIGKILL');
    rmSync(file, { force: true });
  }
}

describe.skipIf(!isRoot)(`a veth pair${isRoot ? '' : ' (skipped: namespaces need root)'}`, () => {
  test('carries multicast from the venue to the engine, and the thread is where it was', async () => {
    const before = ownNamespace();
    pair = makeVethPair();
    expect(ownNamespace()).toBe(before);
    expect(new Set([before, namespaceOf(pair.engine), namespaceOf(pair.venue)]).size).toBe(3);
    expect(await across(pair)).toBe('a packet');
    expect(ownNamespace()).toBe(before);
  });

  test('two pairs at once have the same addresses and do not hear each other', async () => {
    pair = makeVethPair();
    const other = makeVethPair();
    try {
      expect(other.engine.address).toBe(pair.engine.address);
      const stranger = await socketAt(other.engine, PORT);
      let heard = 0;
      stranger.on('message', () => heard++);
      stranger.addMembership(GROUP, other.engine.address);
      expect(await across(pair)).toBe('a packet');
      expect(heard).toBe(0);
      stranger.close();
    } finally {
      other.close();
    }
  });

  test('of so many queues in each direction', () => {
    pair = makeVethPair({ queues: 3 });
    const details = pair.engine.namespace.inside(() => execFileSync('ip', ['-d', 'link'], { encoding: 'utf8' }));
    expect(details).toMatch(/hotlap-engine.*numtxqueues 3 numrxqueues 3 /s);
  });

  test('is gone once it is closed, and may be closed again', () => {
    const one = makeVethPair();
    const inodes = [namespaceOf(one.engine), namespaceOf(one.venue)];
    one.close();
    one.close();
    const held = readdirSync('/proc/self/fd').map((name) => {
      try {
        return readlinkSync(`/proc/self/fd/${name}`);
      } catch {
        return '';
      }
    });
    expect(held.filter((target) => inodes.includes(target))).toEqual([]);
    // A descriptor's number is given out again: the path would lead elsewhere.
    expect(() => one.engine.namespace.path).toThrow(/closed/);
  });

  const uncaptured = noCaptureReason();
  test.skipIf(uncaptured !== undefined)(
    `fills in the checksums of what it sends${uncaptured === undefined ? '' : ` (skipped: ${uncaptured})`}`,
    async () => {
      pair = makeVethPair();
      expect(await checksumStatus(pair)).toBe('1');
      const { namespace, interface: name } = pair.venue;
      namespace.inside(() => native().host.setTransmitChecksumOffload(name, true));
      expect(await checksumStatus(pair)).toBe('0');
    },
  );
});

describe('a network of our own is refused with a sentence', () => {
  test('where there is no such interface or namespace', () => {
    expect(() => native().host.setTransmitChecksumOffload('none-such', false)).toThrow(/none-such .* `ip link` lists/);
    expect(() => enterNamespace('/proc/1/no-namespace')).toThrow(/\/proc\/1\/no-namespace could not be opened/);
    expect(() => enterNamespace('/dev/null')).toThrow(/name a network namespace's file/);
  });

  const make = `import { makeVethPair } from './app/network/veth-pair.ts';
    try { makeVethPair(); } catch (error) { console.log(error.code, error.message); }`;
  const run = (command: string, before: readonly string[], env: NodeJS.ProcessEnv = process.env): string =>
    execFileSync(command, [...before, '--input-type=module', '-e', make], { encoding: 'utf8', env });

  test.skipIf(!isRoot)(`without root${isRoot ? '' : ' (skipped: only root can become somebody else)'}`, () => {
    const nobody = ['--reuid', '65534', '--regid', '65534', '--clear-groups', process.execPath];
    expect(run('setpriv', nobody)).toMatch(/^ERR_NETWORK_PERMISSION A network namespace .* run as root/);
  });

  test.skipIf(!isRoot)(`without \`ip\`${isRoot ? '' : ' (skipped: namespaces need root)'}`, () => {
    const said = run(process.execPath, [], { ...process.env, PATH: '/nowhere' });
    expect(said).toMatch(/^ERR_NETWORK_TOOL .* install iproute2/);
  });
});
