import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { generateRecording, type ParentMessage, type SimulatorMessage } from '../../../simulator/index.ts';
import { hears, logOn } from '../../support/simulated-market.ts';

const MESSAGES = 10_000;
let folder = '';
let recording = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hotlap-simulator-'));
  recording = join(folder, 'day.pcap.zst');
  await generateRecording({
    seed: 6,
    symbols: ['AAPL'],
    messages: MESSAGES,
    messagesPerSecond: 40_000,
    outputPath: recording,
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function startProcess() {
  const program = join(import.meta.dirname, '../../support/simulator-process.ts');
  const child = fork(program, [recording, String(20_000 + (process.pid % 20_000))], {
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    execArgv: [],
  });
  children.push(child);
  const heard: SimulatorMessage[] = [];
  child.on('message', (message) => heard.push(message as SimulatorMessage));
  const next = async <T extends SimulatorMessage['type']>(type: T): Promise<Extract<SimulatorMessage, { type: T }>> => {
    for (;;) {
      const found = heard.find((message) => message.type === type);
      if (found !== undefined) {
        heard.splice(heard.indexOf(found), 1);
        return found as Extract<SimulatorMessage, { type: T }>;
      }
      await once(child, 'message', { signal: AbortSignal.timeout(100_000) });
    }
  };
  return { child, next, say: (message: ParentMessage) => child.send(message) };
}

describe('a simulator process', () => {
  it('is ready, goes, ends, joins and stops as its parent says', async () => {
    const { child, next, say } = startProcess();
    const { tcpPort } = await next('ready');
    const client = await logOn(tcpPort);
    await next('logon');
    say({ type: 'go' });
    expect((await next('ended')).report.feed).toMatchObject({ messages: MESSAGES, gaps: 0 });
    client.sends('35=D|11=A1|55=AAPL|54=1|38=1|40=2|44=1000|59=3|');
    await hears(client, '35=8|150=F');
    say({ type: 'join', id: 9, pairs: [1, MESSAGES, 2, MESSAGES] });
    const { id, latencies } = await next('joined');
    expect([id, latencies.length, latencies[0] > 0, latencies[1]]).toEqual([9, 2, true, Number.NaN]);
    say({ type: 'stop' });
    await hears(client, '35=5|');
    client.sends('35=5|');
    expect((await next('stopped')).report.exchange).toMatchObject({ orders: 1, fills: 1 });
    const [status] = await once(child, 'exit');
    expect(status).toBe(0);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('stops in order on %s', async (signal) => {
    const { child, next } = startProcess();
    const client = await logOn((await next('ready')).tcpPort);
    child.kill(signal);
    await hears(client, '35=5|58=The simulator stops');
    client.sends('35=5|');
    await next('stopped');
    expect((await once(child, 'exit'))[0]).toBe(0);
  });

  it('stops when its parent vanishes, though nobody answers its Logout', async () => {
    const { child, next } = startProcess();
    await logOn((await next('ready')).tcpPort);
    child.disconnect();
    expect((await once(child, 'exit'))[0]).toBe(0);
  });
});
