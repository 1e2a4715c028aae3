/** `hotlap run` over TLS: the simulator as venue, behind a TLS server that knows whom it admits. */
import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createServer, type Server } from 'node:tls';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { freeTcpPort, freeUdpPort } from '../support/system/free-ports.ts';
import { type Running, runs } from '../support/system/running.ts';
import { openWorkshop, RESTING } from '../support/system/workshop.ts';
import { Certificates, PASSPHRASE } from '../support/tls/certificates.ts';

const shop = openWorkshop();
shop.strategy('resting', RESTING);
shop.strategy('hanging', RESTING.replace("ctx.log.info('RESTING');", "{ ctx.log.info('RESTING'); for (;;); }"));

let certificates: Certificates;
beforeAll(() => {
  certificates = new Certificates();
});
afterAll(() => certificates.remove());

const start = runs();
let server: Server | undefined;
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server?.close();
});

/** TLS on the outside, the simulator's plain port on the inside. @returns its port */
async function terminate(plainPort: number): Promise<number> {
  const options = {
    key: certificates.read('server.key'),
    cert: certificates.read('server.pem'),
    ca: certificates.read('ca.pem'),
    requestCert: true,
    rejectUnauthorized: true,
  };
  server = createServer(options, (outside) => {
    const inside = connect(plainPort, '127.0.0.1');
    sockets.push(outside, inside);
    outside.on('error', () => inside.destroy());
    inside.on('error', () => outside.destroy());
    outside.pipe(inside).pipe(outside);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function simulatorBehindTls(strategy: string): Promise<{ config: string; simulator: Running }> {
  const plainPort = await freeTcpPort();
  const tlsPort = await terminate(plainPort);
  const feed = `feeds:\n  - group: 239.192.7.2\n    port: ${await freeUdpPort()}\n`;
  const venue = (port: number, more: string): string =>
    `${feed}venues:\n  - name: simulator\n    host: 127.0.0.1\n    port: ${port}\n    senderCompId: HOTLAP\n    targetCompId: SIMULATOR\n    resetOnLogon: true\n${more}`;
  const simulator = start(['simulator', '--config', shop.write('simulator.yaml', venue(plainPort, '')), '--json']);
  await simulator.says(/FIX on/);
  const files = ['ca.pem', 'client.pem', 'client-locked.key'].map((name) => JSON.stringify(certificates.path(name)));
  const tls = `    tls:\n      ca: [${files[0]}]\n      certificate: ${files[1]}\n      key: ${files[2]}\n      passphrase: \${ENV:TEST_PASSPHRASE}\n    validation: {}\n    orders: { account: ACC-1, fields: { NewOrderSingle: { 9001: Y } } }\n`;
  const config = shop.write(
    `${strategy}.yaml`,
    venue(tlsPort, `${tls}strategies:\n  - source: ./${strategy}.ts\nloop: { stallMs: 1000 }\n`),
  );
  return { config, simulator };
}

const RUN = ['--warm-up', '0', '--enable-trading', '--json'];
const env = { TEST_PASSPHRASE: PASSPHRASE };

async function receivedBy(simulator: Running): Promise<unknown> {
  simulator.child.kill('SIGTERM');
  return JSON.parse((await simulator.ended).stdout).orders;
}

test('orders leave over TLS, are cancelled at the end, and the report says what carried them', async () => {
  const { config, simulator } = await simulatorBehindTls('resting');
  const run = start(['run', '--config', config, ...RUN], { env });
  await run.says(/resting: RESTING/);
  run.child.kill('SIGTERM');
  const { status, stdout, stderr, leftBehind } = await run.ended;
  const result = JSON.parse(stdout);
  expect(result).toMatchObject({
    orders: { sent: 3, acknowledged: 3, cancelled: 3, inDoubt: 0 },
    transport: { tx: { backend: 'tls/kernel', accelerated: false } },
    ended: { ok: true },
  });
  expect(result.transport.tx.reason).toMatch(/TLS runs on the main thread.*TLSv1\.3 with .*certificate of localhost/);
  expect(stderr).toMatch(/TLS to simulator \(127\.0\.0\.1:\d+\): TLSv1\.3 with/);
  expect(stdout + stderr).not.toContain(PASSPHRASE);
  expect(status).toBe(0);
  expect(leftBehind).toEqual([]);
  expect(await receivedBy(simulator)).toMatchObject({ received: 3, cancelled: 3, openAtEnd: 0 });
});

test('a loop that hangs leaves no order: the main thread takes the rings over', async () => {
  const { config, simulator } = await simulatorBehindTls('hanging');
  const run = start(['run', '--config', config, ...RUN], { env });
  const { status, stderr } = await run.ended;
  expect(stderr).toMatch(/did not return within 1000 ms and was ended; its 3 open orders were cancelled/);
  expect(status).toBe(1);
  expect(await receivedBy(simulator)).toMatchObject({ received: 3, cancelled: 3, openAtEnd: 0 });
});

test('a passphrase that is wrong is a usage error that does not repeat it', async () => {
  const { config } = await simulatorBehindTls('resting');
  const run = start(['run', '--config', config, ...RUN], { env: { TEST_PASSPHRASE: 'quite-another-one' } });
  const { status, stdout, stderr } = await run.ended;
  expect(stderr).toMatch(/`tls\.passphrase` does not open `tls\.key`/);
  expect(stdout + stderr).not.toContain('quite-another-one');
  expect(status).toBe(2);
});
