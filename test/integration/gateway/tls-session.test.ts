import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Side } from '../../../engine/domain/side.ts';
import { TimeInForce } from '../../../engine/domain/time-in-force.ts';
import { GATEWAY_RESULT } from '../../../engine/ports/order-gateway.ts';
import { CAUSE } from '../../../native/layout.ts';
import { Certificates, PASSPHRASE } from '../../support/tls/certificates.ts';
import { TlsAcceptor } from '../../support/tls/tls-acceptor.ts';
import { TlsClient } from '../../support/tls/tls-client.ts';

let certificates: Certificates;
beforeAll(() => {
  certificates = new Certificates();
});
afterAll(() => certificates.remove());

let acceptor: TlsAcceptor | undefined;
let client: TlsClient | undefined;
afterEach(async () => {
  await client?.stop();
  await acceptor?.stop();
  client = undefined;
  acceptor = undefined;
});

const pair = (name: string): TlsOptions => ({
  key: certificates.read(`${name}.key`),
  cert: certificates.read(`${name}.pem`),
});
const demanding = (): TlsOptions => ({
  ...pair('server'),
  ca: certificates.read('ca.pem'),
  requestCert: true,
  rejectUnauthorized: true,
});

async function meets(
  server: TlsOptions,
  settings: ConstructorParameters<typeof TlsClient>[1] = {},
  options: ConstructorParameters<typeof TlsClient>[3] = {},
): Promise<string> {
  acceptor = await new TlsAcceptor(server).start();
  client = new TlsClient(acceptor.port, settings, certificates.folder, options);
  return client.connects();
}

const order = (ordinal: number): number =>
  (client as TlsClient).gateway.newOrder(ordinal, 0, Side.Buy, 1_500_000, 100, TimeInForce.Day, CAUSE.tick);

describe('a FIX session over TLS', () => {
  it('logs on with a client certificate, trades, logs out, and says what it speaks', async () => {
    const settings = { certificate: 'client.pem', key: 'client-locked.key', passphrase: PASSPHRASE };
    const password = 'secret-554';
    expect(await meets(demanding(), settings, { session: { username: 'me', password } })).toBe('up');
    const { heard, log, gateway, stream } = client as TlsClient;
    expect(order(1)).toBe(GATEWAY_RESULT.sent);
    await client?.until(() => heard.length === 2);
    expect(heard[1]).toBe('report 1 1500000');
    gateway.logout('done');
    await client?.until(() => heard.length === 3);
    expect(heard[2]).toBe('down: done');
    expect(stream.description()).toMatch(
      /^TLSv1\.3 with TLS_\w+, certificate of localhost from Test Exchange CA, valid until /,
    );
    expect(log.join('\n')).toContain(stream.description());
    expect(log.join('\n')).not.toContain(PASSPHRASE);
    expect(log.join('\n')).not.toContain(password);
    expect(log.join('\n')).not.toContain('PRIVATE KEY');
  });

  it('carries a burst larger than the rings, every order once and in order', async () => {
    expect(await meets(pair('server'))).toBe('up');
    const orders = 3_000;
    let refused = 0;
    for (let ordinal = 1; ordinal <= orders; ) {
      const result = order(ordinal);
      if (result === GATEWAY_RESULT.sent) ordinal++;
      else {
        expect(result).toBe(GATEWAY_RESULT.transportFull);
        refused++;
        let turns = 0;
        await client?.until(() => turns++ > 10);
      }
    }
    await client?.until(() => client?.heard.length === orders + 1);
    expect(refused).toBeGreaterThan(0);
    expect(acceptor?.orders).toEqual(Array.from({ length: orders }, (_, i) => `T-${i + 1}`));
    expect(client?.heard.slice(1)).toEqual(Array.from({ length: orders }, (_, i) => `report ${i + 1} 1500000`));
  });

  it('hears of a venue that vanishes, and connects again', async () => {
    expect(await meets(pair('server'))).toBe('up');
    acceptor?.kill();
    await client?.until(() => client?.heard.length === 2);
    expect(client?.heard[1]).toMatch(/^down: (?:the peer closed the connection|TLS to test .*the connection failed)/);
    expect(order(1)).toBe(GATEWAY_RESULT.notLoggedOn);
    expect(await client?.connects()).toBe('up');
    expect(order(2)).toBe(GATEWAY_RESULT.sent);
    await client?.until(() => client?.heard.at(-1) === 'report 2 1500000');
    expect(acceptor?.orders).toEqual(['T-2']);
  });

  it('comes back by itself where it is told to', async () => {
    const reconnect = { intervalMs: 20, maxAttempts: 0 };
    expect(await meets(pair('server'), {}, { session: { reconnect } })).toBe('up');
    for (let round = 1; round <= 3; round++) {
      acceptor?.kill();
      const before = client?.heard.length as number;
      await client?.until(() => client?.heard.slice(before).includes('up') === true);
      expect(order(round)).toBe(GATEWAY_RESULT.sent);
      await client?.until(() => client?.heard.at(-1) === `report ${round} 1500000`);
    }
    expect(acceptor?.orders).toEqual(['T-1', 'T-2', 'T-3']);
  });

  it('accepts the certificate that is pinned', async () => {
    expect(await meets(pair('server'), { fingerprint256: certificates.fingerprint('server.pem') })).toBe('up');
  });
});

describe('a TLS connection is refused, with what to do,', () => {
  it.each([
    [
      'signed by a stranger',
      'server',
      { ca: ['other-ca.pem'] },
      /signed by a CA that is not trusted here: .*`tls\.ca`/,
    ],
    ['signed by no CA that Node ships', 'server', { ca: undefined }, /signed by a CA that is not trusted here/],
    ['expired', 'expired', {}, /has expired/],
    ['for another host', 'elsewhere', {}, /is not for 127\.0\.0\.1: .*`tls\.serverName`/],
    ['for another name', 'server', { serverName: 'exchange.test' }, /is not for exchange\.test/],
    ['not the pinned one', 'server', { fingerprint256: 'ab'.repeat(32) }, /is not the one of `tls\.fingerprint256`/],
  ])('where the certificate is %s', async (_what, server, settings, reason) => {
    expect(await meets(pair(server), settings as object)).toMatch(reason);
    expect(client?.heard).toHaveLength(1);
    expect(acceptor?.orders).toEqual([]);
  });

  it('by a venue that demands a certificate of ours', async () => {
    expect(await meets(demanding())).toMatch(
      /demands a client certificate: name it in `tls\.certificate` and `tls\.key`/,
    );
  });

  it('by a venue that does not know ours', async () => {
    const stranger = { certificate: 'stranger.pem', key: 'stranger.key' };
    expect(await meets(demanding(), stranger)).toMatch(
      /without a word after the handshake: it may refuse our certificate/,
    );
  });

  it('where there is no version in common', async () => {
    expect(await meets({ ...pair('server'), maxVersion: 'TLSv1.2' }, { minVersion: 'TLSv1.3' })).toMatch(
      /no TLS version or cipher that we accept/,
    );
  });

  it('for a name that the certificate carries, whatever the address', async () => {
    expect(await meets(pair('elsewhere'), { serverName: 'fix.elsewhere.test' })).toBe('up');
  });
});

describe('a peer that is no TLS venue', () => {
  let server: Server;
  const sockets: Socket[] = [];
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    server.close();
  });

  async function meetsPlain(onConnection: (socket: Socket) => void, connectTimeoutMs = 5_000): Promise<string> {
    server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      onConnection(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    client = new TlsClient(port, {}, certificates.folder, { connectTimeoutMs });
    return client.connects();
  }

  it('speaks plain FIX: said so', async () => {
    const answer = await meetsPlain((socket) =>
      socket.on('data', () => socket.write('8=FIX.4.4\x019=5\x0135=5\x0110=000\x01')),
    );
    expect(answer).toMatch(/does not speak TLS: check the port, or leave `tls` out/);
  });

  it('never answers: given up in time', async () => {
    expect(await meetsPlain(() => undefined, 300)).toMatch(/no TLS connection within 300 ms/);
  });

  it('hangs up: said so', async () => {
    expect(await meetsPlain((socket) => socket.end())).toMatch(/broke the handshake off/);
  });

  it('is not there: said so', async () => {
    server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    client = new TlsClient(port, {}, certificates.folder);
    expect(await client.connects()).toMatch(/nobody listens there: check `host` and `port`/);
  });
});
