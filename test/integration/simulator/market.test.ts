import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Market } from '../../../simulator/feed-server/market.ts';
import { generateRecording, runSimulator, Simulator } from '../../../simulator/index.ts';
import { readBinaryFile, StrictBooks } from '../../support/itch-reader.ts';
import { hears, logOn, openRecording, settings } from '../../support/simulated-market.ts';

const MESSAGES = 20_000;
let folder = '';
let recording = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hotlap-market-'));
  recording = join(folder, 'day.itch');
  const symbols = ['AAPL', 'MSFT'];
  await generateRecording({ seed: 5, symbols, messages: MESSAGES, messagesPerSecond: 20_000, outputPath: recording });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const toClose: { stop(): unknown }[] = [];
afterEach(async () => {
  for (const one of toClose.splice(0)) await Promise.resolve(one.stop()).catch(() => undefined);
});

const buy = (ordinal: number, shares = 100): string =>
  `35=D|11=T-${ordinal}|55=AAPL|54=1|38=${shares}|40=2|44=1000|59=3|`;

describe('a simulated market', () => {
  it('matches an order against the book as it had been sent when the order arrived, however late it looks', async () => {
    const pace = { mode: 'rate', messagesPerSecond: 20_000 } as const;
    const open = await openRecording(recording);
    const quiet = { onLog: () => {}, onLogon: () => {}, onLogout: () => {} };
    const market = new Market(settings({ pace }), open.ring, open.format, quiet);
    toClose.push({ stop: () => market.close() });
    void open.run();
    const { tcpPort: port } = market.start();
    let serving = true;
    const served = (async () => {
      while (serving) {
        market.turn();
        await sleep(1);
      }
    })();
    const client = await logOn(port);
    market.go();
    await sleep(100);
    serving = false;
    await served;
    client.sends(buy(7, 250));
    await sleep(200);
    // The order is answered in one turn, before the book moves on.
    expect(market.turn()).toBeGreaterThan(0);
    const applied = market.report().feed.messages;
    await sleep(5);
    market.turn();
    expect(market.report().feed.messages).toBeGreaterThan(applied + 1_000);

    const books = new StrictBooks();
    for (const message of readBinaryFile(readFileSync(recording)).slice(0, applied)) books.apply(message);
    const asks = [...books.orders.values()].filter((order) => order.locate === 1 && !order.buy);
    const best = asks.sort((a, b) => a.price - b.price)[0].price / 10_000;
    const reports = await hears(client, '35=8|150=F');
    expect(reports[0]).toMatch(/^35=8\|150=0\|/);
    expect(reports.find((report) => report.includes('150=F'))).toContain(`|31=${best}|`);
    const [known, unknown] = market.join([7, applied, 8, applied]);
    expect(known).toBeLessThan(1e9);
    expect(unknown).toBeNaN();
  });

  it('plays, answers, joins, ends and stops in its Worker', async () => {
    let ended = 0;
    const said: string[] = [];
    const simulator = await Simulator.start(
      await openRecording(recording),
      settings({ pace: { mode: 'recorded', factor: 4 } }),
      {
        onEnded: (report) => {
          ended = report.feed.messages;
        },
        onLogon: () => said.push('logon'),
        onLogout: () => said.push('logout'),
      },
    );
    toClose.push(simulator);
    const client = await logOn(simulator.tcpPort);
    simulator.go();
    await sleep(100);
    client.sends(buy(1));
    await hears(client, '35=8|150=F');
    const latencies = await simulator.join(Float64Array.of(1, 100, 2, 100, 1, 1e9));
    expect(latencies[0]).toBeGreaterThan(0);
    expect([latencies[1], latencies[2]]).toEqual([Number.NaN, Number.NaN]);
    while (ended === 0) await sleep(5);
    expect(ended).toBe(MESSAGES);
    const stopped = simulator.stop();
    await hears(client, '35=5|58=The simulator stops');
    client.sends('35=5|');
    const report = await stopped;
    expect(report).toMatchObject({
      arrivals: 1,
      exchange: { orders: 1, rejected: 0, lostReports: 0, openOrders: 0 },
      feed: { messages: MESSAGES, gaps: 0, unknownOrders: 0 },
      playback: { messages: MESSAGES, sendErrors: 0 },
    });
    expect(said).toEqual(['logon', 'logout']);
    await expect(simulator.join(Float64Array.of(1, 1))).rejects.toThrow(/answers no more/);
  });

  it('says in one sentence that its port is taken', async () => {
    const first = await Simulator.start(await openRecording(recording), settings());
    toClose.push(first);
    const second = Simulator.start(await openRecording(recording), settings({ fixPort: first.tcpPort }));
    await expect(second).rejects.toThrow(/Another program listens on 127\.0\.0\.1/);
    await expect(second).rejects.toMatchObject({ code: 'ERR_SIMULATOR_PORT' });
  });

  it('says in one sentence that it has no such interface', async () => {
    const feed = { group: '239.192.7.9', port: 26_477, interface: '203.0.113.9' };
    const refused = Simulator.start(await openRecording(recording), settings({ feed }));
    await expect(refused).rejects.toMatchObject({ code: 'ERR_SIMULATOR_ADDRESS' });
  });

  it('plays round after round, each begun by a Logon and ended by the client', async () => {
    const ports: number[] = [];
    const stop = new AbortController();
    const result = runSimulator({
      openRecording: () => openRecording(recording),
      settings: settings({ pace: { mode: 'recorded', factor: 20 } }),
      begin: 'logon',
      loop: true,
      ipc: false,
      onListening: ({ tcpPort }) => ports.push(tcpPort),
      onEnded: () => ends++,
      signal: stop.signal,
    });
    let ends = 0;
    for (let round = 0; round < 2; round++) {
      while (ports.length <= round) await sleep(5);
      const client = await logOn(ports[round]);
      while (ends <= round) await sleep(5);
      client.sends('35=5|');
      await hears(client, '35=5|');
      client.stream.close();
    }
    while (ports.length < 3) await sleep(5);
    stop.abort();
    expect(await result).toMatchObject({ rounds: 3, report: { exchange: { orders: 0 } } });
  });
});
