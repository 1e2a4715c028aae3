/** The floor on real sockets: what it must have in common with the engine for a comparison to mean anything. */
import { type ChildProcess, spawn } from 'node:child_process';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { packageRoot } from '../../../native/paths.ts';
import { ItchEncoder } from '../../../simulator/generator/itch-encoder.ts';
import { listen, type Peer, until } from '../../support/tcp.ts';

const floorPath = join(packageRoot, 'build', 'Release', 'floor');
const SOH = '\x01';
let peer: Peer | undefined;
let child: ChildProcess | undefined;

afterEach(async () => {
  child?.kill('SIGKILL');
  await peer?.close();
});

/** A MoldUDP64 packet of messages; none: the end of the session. */
function moldPacket(sequence: number, messages: Uint8Array[]): Buffer {
  const header = Buffer.alloc(20);
  header.write('FLOORTEST1', 0, 'ascii');
  header.writeBigUInt64BE(BigInt(sequence), 10);
  header.writeUInt16BE(messages.length === 0 ? 0xffff : messages.length, 18);
  const blocks = messages.flatMap((message) => {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(message.length);
    return [length, message];
  });
  return Buffer.concat([header, ...blocks]);
}

/** Messages whose touch is known by construction: bids climb from 100, asks fall from 200, in turn. */
function climbingBook(adds: number): { messages: Uint8Array[]; touch: { bid: string; ask: string }[] } {
  const encoder = new ItchEncoder(['AAPL']);
  encoder.time[0] = 34_200e9;
  const take = (write: () => number): Uint8Array => {
    encoder.bytes = new Uint8Array(64);
    encoder.offset = 0;
    return encoder.bytes.slice(0, write());
  };
  const messages = [take(() => encoder.stockDirectory(1))];
  const touch: { bid: string; ask: string }[] = [];
  let bid = 1_000_000;
  let ask = 2_000_000;
  for (let i = 0; i < adds; i++) {
    const buy = i % 2 === 0;
    if (buy) bid += 100;
    else ask -= 100;
    messages.push(take(() => encoder.addOrder(1, 1000 + i, buy ? 0x42 : 0x53, 100, buy ? bid : ask)));
    touch.push({ bid: (bid / 1e4).toFixed(4), ask: (ask / 1e4).toFixed(4) });
  }
  return { messages, touch };
}

function fixMessage(fields: string): string {
  const body = fields.replaceAll('|', SOH);
  const head = `8=FIX.4.4${SOH}9=${body.length}${SOH}${body}`;
  return `${head}10=${String(sumOf(head) % 256).padStart(3, '0')}${SOH}`;
}

const sumOf = (text: string): number => [...text].reduce((sum, char) => sum + char.charCodeAt(0), 0);

/** Splits what the floor sent; a wrong BodyLength or CheckSum fails the test. */
function fixMessages(text: string): Map<number, string>[] {
  const messages: Map<number, string>[] = [];
  for (let at = 0; at < text.length; ) {
    const [begin, length] = text.slice(at, at + 24).split(SOH);
    expect(begin).toBe('8=FIX.4.4');
    const bodyEnd = at + `${begin}${SOH}${length}${SOH}`.length + Number(length?.slice(2));
    const trailer = text.slice(bodyEnd, bodyEnd + 7);
    expect(trailer).toBe(`10=${String(sumOf(text.slice(at, bodyEnd)) % 256).padStart(3, '0')}${SOH}`);
    const fields = text.slice(at, bodyEnd).split(SOH).slice(0, -1);
    messages.push(new Map(fields.map((field) => [Number(field.split('=')[0]), field.slice(field.indexOf('=') + 1)])));
    at = bodyEnd + 7;
  }
  return messages;
}

async function freeUdpPort(): Promise<number> {
  const socket = dgram.createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

test('sends at the touch at each n-th event, sides in turn, and tells which message caused what', async () => {
  peer = await listen();
  const feedPort = await freeUdpPort();
  const { messages, touch } = climbingBook(400);
  const running = spawn(floorPath, [
    ...['--group', '127.0.0.1', '--port', String(feedPort), '--fix-port', String(peer.port)],
    ...['--symbol', 'AAPL', '--every', '10', '--prefix', 'T-', '--quantity', '50'],
  ]);
  child = running;
  let stdout = '';
  running.stdout.on('data', (bytes) => {
    stdout += bytes;
  });
  const sent = (): string => Buffer.concat((peer as Peer).received).toString('latin1');
  const answer = (fields: string): boolean => (peer as Peer).sockets[0]?.write(fixMessage(fields)) ?? false;

  await until(() => sent().includes('10='));
  const header = (type: string, sequence: number): string =>
    `35=${type}|49=EXCHANGE|56=HOTLAP|34=${sequence}|52=20260105-14:30:00.000|`;
  answer(`${header('A', 1)}98=0|108=30|141=Y|`);
  answer(`${header('1', 2)}112=PING|`);
  await until(() => sent().includes(`112=PING${SOH}`));

  const socket = dgram.createSocket('udp4');
  let sequence = 1;
  for (let i = 0; i < messages.length; i += 20) {
    const packet = messages.slice(i, i + 20);
    socket.send(moldPacket(sequence, packet), feedPort, '127.0.0.1');
    sequence += packet.length;
    await sleep(1);
  }
  await until(() => sent().includes('T-000000040'));
  answer(`${header('8', 3)}37=1|17=1|11=T-000000001|150=0|39=0|55=AAPL|54=1|151=50|14=0|6=0|`);
  socket.send(moldPacket(sequence, []), feedPort, '127.0.0.1');
  await until(() => sent().includes(`35=5${SOH}`));
  answer(`${header('5', 4)}`);
  const [status] = await once(running, 'close');
  socket.close();

  expect(status).toBe(0);
  const orders = fixMessages(sent()).filter((message) => message.get(35) === 'D');
  expect(orders).toHaveLength(40);
  orders.forEach((order, i) => {
    const event = touch[i * 10 + 9] as { bid: string; ask: string };
    const buy = i % 2 === 0;
    expect(order.get(11)).toBe(`T-${String(i + 1).padStart(9, '0')}`);
    expect([order.get(54), Number(order.get(44)).toFixed(4)]).toEqual(buy ? ['1', event.ask] : ['2', event.bid]);
    expect([order.get(38), order.get(40), order.get(59), order.get(55)]).toEqual(['50', '2', '3', 'AAPL']);
    expect(order.get(52)).toMatch(/^\d{8}-\d\d:\d\d:\d\d\.\d{3}$/);
  });
  const result = JSON.parse(stdout);
  expect(result).toMatchObject({
    messages: messages.length,
    gaps: 0,
    drops: 0,
    orders: { sent: 40, acknowledged: 1, rejected: 0 },
    tickToOrder: { count: 40 },
  });
  // The first message is the stock directory, so event n has sequence number n + 1.
  expect(result.causes).toEqual(orders.map((_, i) => i * 10 + 11));
  // Logon, Heartbeat and Logout besides the orders.
  expect(result.systemCalls.fixSend).toBe(43);
});

test('in memory it does the same work each time', async () => {
  const play = async (): Promise<Record<string, number>> => {
    const running = spawn(floorPath, ['--memory', '--messages', '20000', '--every', '10']);
    child = running;
    let stdout = '';
    running.stdout.on('data', (bytes) => {
      stdout += bytes;
    });
    await once(running, 'close');
    const { nsPerMessage, ...rest } = JSON.parse(stdout);
    return rest;
  };
  const first = await play();
  expect(first).toMatchObject({ messages: 20_000, unknownOrders: 0 });
  expect(first.orders).toBe(Math.floor(first.events / 10));
  expect(await play()).toEqual(first);
});

test.each([
  [['--port', '0'], /--port/],
  [['--nonsense', '1'], /--nonsense/],
  [['--port', '9', '--fix-port', '9', '--group', 'nowhere'], /nowhere/],
])('says in one sentence what is wrong with %j', async (flags, sentence) => {
  const running = spawn(floorPath, flags);
  child = running;
  let stderr = '';
  running.stderr.on('data', (bytes) => {
    stderr += bytes;
  });
  const [status] = await once(running, 'close');
  expect(status).toBeGreaterThan(0);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toMatch(sentence);
});
