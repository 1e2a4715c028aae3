import { setTimeout as sleep } from 'node:timers/promises';
import { createByteRing, feedRecording } from '../../app/recording/recording-feeder.ts';
import { native, STREAM, STREAM_CELLS, STREAM_STATE } from '../../native/index.ts';
import { MARKET_DEFAULTS, type MarketSettings, type OpenRecording } from '../../simulator/index.ts';
import { FixClient } from './fix-client.ts';

export async function openRecording(path: string): Promise<OpenRecording> {
  const ring = createByteRing(1 << 20);
  const feed = await feedRecording(path, ring);
  return { ring, format: feed.format, run: () => feed.run(), close: () => feed.close() };
}

/** Loopback, a port of its own for each test file's process. */
export function settings(overrides: Partial<MarketSettings> = {}): MarketSettings {
  return {
    ...MARKET_DEFAULTS,
    feed: { group: '127.0.0.1', port: 20_000 + (process.pid % 20_000), interface: '127.0.0.1' },
    fixHost: '127.0.0.1',
    fixPort: 0,
    ...overrides,
  };
}

/** A client over TCP. */
export async function connected(port: number): Promise<FixClient> {
  const stream = new (native().TcpStream)({
    host: '127.0.0.1',
    port,
    rx: new Uint8Array(1 << 16),
    tx: new Uint8Array(1 << 16),
    cells: new Int32Array(STREAM_CELLS),
    maxPendingBytes: 1 << 16,
  });
  const client = new FixClient(stream, 'HOTLAP', 'SIMULATOR');
  while (stream.cells[STREAM.state] !== STREAM_STATE.open) {
    stream.poll();
    await sleep(1);
  }
  return client;
}

/** A client over TCP that has logged on. */
export async function logOn(port: number): Promise<FixClient> {
  const client = await connected(port);
  client.sends('35=A|98=0|108=30|141=Y|');
  await hears(client, '35=A|');
  return client;
}

/** Waits for a message that begins so. @returns everything up to it */
export async function hears(client: FixClient, start: string, timeoutMs = 60_000): Promise<string[]> {
  const heard: string[] = [];
  const deadline = Date.now() + timeoutMs;
  while (!heard.some((message) => message.startsWith(start))) {
    if (Date.now() > deadline) throw new Error(`not heard within ${timeoutMs} ms: ${start}; only ${heard.join(' ')}`);
    await sleep(1);
    heard.push(...client.receives());
  }
  return heard;
}
