/** What `hotlap` says where a transport cannot be had: one sentence with its remedy, the right status, and no fallback in silence. */
import { chmodSync, chownSync, mkdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_FEED } from '../../app/config/index.ts';
import { makeVethPair, type VethPair } from '../../app/network/veth-pair.ts';
import { receiveSource } from '../../app/transport/receive-source.ts';
import { native } from '../../native/index.ts';
import type { RunResult } from '../../report/run-result.ts';
import { hotlap, type Ran } from '../support/hotlap.ts';
import { runs, sentence } from '../support/system/running.ts';
import { openWorkshop, RESTING } from '../support/system/workshop.ts';

const isRoot = process.getuid?.() === 0;
const shop = openWorkshop();
const start = runs();

const GROUP = '239.192.7.3';
const PORT = 26_001;
/** Of a user without rights, as every Linux has it. */
const NOBODY = 65_534;
const AS_NOBODY = ['setpriv', '--reuid', `${NOBODY}`, '--regid', `${NOBODY}`, '--clear-groups'];

/** Namespaces of this test; what the addresses say holds for nobody else. */
let pair: VethPair;
let config: string;

beforeAll(() => {
  if (!isRoot) return;
  pair = makeVethPair();
  // Whoever has no rights still reads what lies here.
  chmodSync(shop.folder, 0o755);
  shop.strategy('resting', RESTING);
  config = configuration('state');
});
afterAll(() => pair?.close());

/** @param state folder of the session */
const configuration = (state: string): string =>
  shop.write(
    `${state}.yaml`,
    `feeds:
  - { group: ${GROUP}, port: ${PORT}, interface: ${pair.engine.interface}, rx: [af_xdp, kernel], bypass: require }
venues:
  - name: simulator
    host: 127.0.0.1
    port: 9001
    senderCompId: HOTLAP
    targetCompId: SIMULATOR
    resetOnLogon: true
    stateDir: ./${state}
strategies:
  - source: ./resting.ts
`,
  );

const inEngine = <Result>(work: () => Result): Result => pair.engine.namespace.inside(work);
const run = (args: readonly string[], before: readonly string[] = []): Promise<Ran> =>
  inEngine(() => hotlap(['run', '--config', config, '--warm-up', '0', '--json', ...args], { before }));

interface ErrorDocument {
  error: { code: string; message: string; candidates: { backend: string; code: string; reason: string }[] };
}

/** Status 1, one sentence, the same one in the document, no stack. @returns what it says of af_xdp */
function refused({ status, stdout, stderr }: Ran): { code: string; reason: string } {
  const { error } = JSON.parse(stdout) as ErrorDocument;
  expect(sentence(stderr)).toBe(`hotlap: ${error.message}`);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(error.code).toBe('ERR_TRANSPORT_UNAVAILABLE');
  expect(status).toBe(1);
  const [afXdp, kernel] = error.candidates as [ErrorDocument['error']['candidates'][0], { code: string }];
  // It was there, and was not taken.
  expect(kernel).toMatchObject({ backend: 'kernel', code: 'ERR_TRANSPORT_POLICY' });
  expect(error.message).toContain(afXdp.reason);
  return afXdp;
}

describe.skipIf(!isRoot)(`a transport that cannot be had${isRoot ? '' : ' (skipped: namespaces need root)'}`, () => {
  describe('under `require` there is no start', () => {
    test('for a user without rights', async () => {
      mkdirSync(shop.path('nobody'), { mode: 0o700 });
      chownSync(shop.path('nobody'), NOBODY, NOBODY);
      const { code, reason } = refused(await run(['--config', configuration('nobody')], AS_NOBODY));
      expect(code).toBe('EPERM');
      expect(reason).toMatch(/run as root, or give the program its rights: CAP_NET_ADMIN/);
    });

    test('on an interface that is not there', async () => {
      const { code, reason } = refused(await run(['--interface', 'eth7']));
      expect(code).toBe('ENODEV');
      expect(reason).toMatch(/eth7.*`ip -br addr`/);
    });

    // Loopback is the one interface without XDP that every kernel has: dummies are a module.
    test('on an interface whose driver has no XDP', async () => {
      const { code, reason } = refused(await run(['--interface', 'lo']));
      expect(code).toBe('EOPNOTSUPP');
      expect(reason).toMatch(/no XDP.*`afXdp\.mode: generic`.*`kernel`/);
    });

    test('on an interface that somebody else has', async () => {
      const feed = { ...DEFAULT_FEED, group: GROUP, port: PORT, interface: pair.engine.interface };
      const other = inEngine(
        () =>
          new (native().PacketReceiver)({
            source: receiveSource('af_xdp', feed),
            bytes: new Uint8Array(65_536),
            packets: new Float64Array(3),
          }),
      );
      try {
        const { code, reason } = refused(await run([]));
        expect(code).toBe('EBUSY');
        expect(reason).toContain(`process ${process.pid} `);
        expect(reason).toMatch(/stop that, or use another interface$/);
      } finally {
        other.close();
      }
    });

    test('with too little memory that may be locked', async () => {
      const { code, reason } = refused(
        await run([], ['setpriv', '--bounding-set', '-ipc_lock', 'prlimit', '--memlock=65536']),
      );
      expect(code).toBe('ENOBUFS');
      expect(reason).toMatch(/`ulimit -l`.*CAP_IPC_LOCK.*`afXdp\.ringFrames`/);
    });
  });

  test('under `prefer` it falls back, and log, summary and document say so', async () => {
    const simulator = inEngine(() => start(['simulator', '--config', config, '--interface', 'lo']));
    await simulator.says(/FIX on/);
    const args = ['--interface', 'lo', '--bypass', 'prefer', '--seconds', '3', '--out', shop.path('out')];
    const { status, stdout, stderr } = await run(args);
    expect(status).toBe(0);
    const { rx } = (JSON.parse(stdout) as RunResult).transport;
    expect(rx).toMatchObject({
      backend: 'kernel',
      accelerated: false,
      passedOver: [{ backend: 'af_xdp', code: 'EOPNOTSUPP', reason: expect.stringContaining('no XDP') }],
    });
    const told = stderr.split('\n').find((line) => line.includes('Receiving the feed by'));
    // pino's number of a warning.
    expect(JSON.parse(told as string)).toMatchObject({
      level: 40,
      msg: expect.stringMatching(/^Receiving the feed by kernel, not accelerated: .* FELL BACK from af_xdp: .*no XDP/),
    });
    expect(readFileSync(shop.path('out/summary.txt'), 'utf8')).toMatch(
      /^Receive +kernel, not accelerated[\s\S]*\n +FELL BACK from af_xdp: The driver of lo/m,
    );
  });

  test('a demo without rights falls back by its list, too', async () => {
    const args = ['demo', '--rx', 'af_xdp,kernel', '--seconds', '1', '--warm-up', '0', '--json'];
    const { status, stdout } = await hotlap(args, { before: AS_NOBODY });
    const { rx } = (JSON.parse(stdout) as RunResult).transport;
    expect(rx).toMatchObject({
      backend: 'kernel',
      accelerated: false,
      passedOver: [{ backend: 'af_xdp', code: 'ERR_NETWORK_PERMISSION', reason: expect.stringMatching(/sudo/) }],
    });
    expect(status).toBe(0);
  });

  test('and does not start where bypass is required', async () => {
    const args = ['demo', '--rx', 'af_xdp,kernel', '--bypass', 'require', '--json'];
    expect(refused(await hotlap(args, { before: AS_NOBODY })).reason).toMatch(/sudo/);
  });
});

test('a policy that leaves nothing to try is told before anything begins', async () => {
  const { status, stderr, stdout } = await hotlap(['demo', '--bypass', 'require']);
  expect(stderr).toMatch(
    /^hotlap: The feed cannot be received by kernel: bypass is `require`.*name af_xdp, shm or dpdk in.*\n$/,
  );
  expect(stdout).toBe('');
  expect(status).toBe(1);
});
