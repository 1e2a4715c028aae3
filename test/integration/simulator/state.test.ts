/** A simulator process with a state, killed with `kill -9` in the middle of orders: what it has said stays true. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { generateRecording, type SimulatorMessage } from '../../../simulator/index.ts';
import type { FixClient } from '../../support/fix-client.ts';
import { connected, hears } from '../../support/simulated-market.ts';

const KILLS = 3;
const ORDERS_A_LIFE = 300;

const folder = mkdtempSync(join(tmpdir(), 'hotlap-simulator-state-'));
const recording = join(folder, 'day.pcap.zst');
const state = join(folder, basename(folder));
let child: ChildProcess | undefined;
beforeAll(async () => {
  await generateRecording({
    seed: 6,
    symbols: ['AAPL'],
    messages: 10_000,
    messagesPerSecond: 40_000,
    outputPath: recording,
  });
});
afterAll(() => {
  child?.kill('SIGKILL');
  for (const ring of ['session', 'drop-copy']) rmSync(`/dev/shm/${basename(folder)}-${ring}`, { force: true });
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<number> {
  const program = join(import.meta.dirname, '../../support/simulator-process.ts');
  child = fork(program, [recording, String(20_000 + (process.pid % 20_000)), state], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [],
  });
  const heard = new Promise<number>((resolve, reject) => {
    child?.on('message', (message: SimulatorMessage) => {
      if (message.type === 'failed') reject(new Error(message.sentence));
      if (message.type !== 'ready') return;
      child?.send({ type: 'go' });
      resolve(message.tcpPort);
    });
  });
  return heard;
}

async function kill(): Promise<void> {
  const gone = once(child as ChildProcess, 'exit');
  child?.kill('SIGKILL');
  await gone;
}

const tag = (message: string, number: number): string =>
  new RegExp(`(?:^|\\|)${number}=([^|]*)`).exec(message)?.[1] ?? '';

/** What a whole client would know of its session: here by hand. */
class Trader {
  nextIn = 1;
  readonly #waiting = new Map<number, string>();
  /** OrdStatus(39) and CumQty(14) last reported of an order. */
  readonly orders = new Map<string, { status: string; cum: number; orderId: string }>();
  readonly execIds = new Map<string, string>();
  #client!: FixClient;
  #seq = 1;
  #read = 0;
  #nextId = 1;

  async logOn(port: number): Promise<void> {
    this.#client = await connected(port);
    this.#client.seq = this.#seq;
    this.#read = 0;
    this.#client.sends('35=A|98=0|108=30|');
    await hears(this.#client, '35=A|');
    this.listen();
    // What the killed one had said, and nobody heard.
    if (this.#waiting.size > 0) this.#client.sends(`35=2|7=${this.nextIn}|16=0|`);
    for (let quietMs = 0; quietMs < 100; quietMs += 10) {
      await sleep(10);
      if (this.listen() > 0) quietMs = 0;
    }
  }

  order(): void {
    const id = `T${this.#nextId++}`;
    // One in three trades at once, the others rest.
    const price = this.#nextId % 3 === 0 ? '100000' : '1';
    this.#client.sends(`35=D|55=AAPL|40=2|11=${id}|54=1|38=10|44=${price}|59=0|`);
    if (this.#nextId % 5 === 0) this.#client.sends(`35=F|11=C${this.#nextId}|41=T${this.#nextId - 4}|55=AAPL|54=1|`);
    // A number is used once it has left, whatever is heard of it.
    this.#seq = this.#client.seq;
  }

  listen(): number {
    this.#client.receives();
    const { heard } = this.#client;
    const before = this.#read;
    for (; this.#read < heard.length; this.#read++) this.#take(heard[this.#read]);
    this.#seq = this.#client.seq;
    return this.#read - before;
  }

  /** Every order that the exchange has open. */
  async open(): Promise<Map<string, string>> {
    this.#client.sends('35=AF|584=Q|585=7|');
    const from = this.#client.heard.length;
    await hears(this.#client, '35=8|150=I', 5_000);
    while (!this.#client.heard.some((message, i) => i >= from && tag(message, 912) === 'Y')) {
      await sleep(1);
      this.#client.receives();
    }
    const named = this.#client.heard.slice(from).filter((message) => tag(message, 584) === 'Q');
    this.listen();
    return new Map(named.filter((message) => tag(message, 911) !== '0').map((each) => [tag(each, 11), tag(each, 14)]));
  }

  /** Messages count in their order, whatever came first. */
  #take(message: string): void {
    const seq = Number(tag(message, 34));
    if (tag(message, 35) === '2') this.#fillGap(Number(tag(message, 7)));
    if (seq >= this.nextIn) this.#waiting.set(seq, message);
    for (let next = this.#waiting.get(this.nextIn); next !== undefined; next = this.#waiting.get(this.nextIn)) {
      this.#waiting.delete(this.nextIn);
      this.nextIn = tag(next, 35) === '4' ? Number(tag(next, 36)) : this.nextIn + 1;
      if (tag(next, 35) === '8' && tag(next, 150) !== 'I') this.#report(next);
    }
  }

  #report(message: string): void {
    const execId = tag(message, 17);
    const what = [150, 11, 37, 14, 32].map((each) => tag(message, each)).join(' ');
    expect(this.execIds.get(execId) ?? what).toBe(what);
    this.execIds.set(execId, what);
    const id = tag(message, 41) || tag(message, 11);
    const orderId = tag(message, 37);
    expect(this.orders.get(id)?.orderId ?? orderId).toBe(orderId);
    this.orders.set(id, { status: tag(message, 39), cum: Number(tag(message, 14)), orderId });
  }

  /** Orders are never sent a second time. */
  #fillGap(from: number): void {
    const next = this.#client.seq;
    this.#client.seq = from;
    this.#client.sends(`35=4|43=Y|122=20260105-14:30:00.000|123=Y|36=${next}|`);
    this.#client.seq = next;
  }
}

it(`after ${KILLS} kills the exchange has every order as it had reported it, and no ExecID meant two things`, async () => {
  const trader = new Trader();
  for (let life = 0; life <= KILLS; life++) {
    await trader.logOn(await start());
    const open = await trader.open();
    for (const [id, { status, cum }] of trader.orders) {
      const isOpen = status === '0' || status === '1';
      expect([id, isOpen, isOpen ? String(cum) : undefined]).toEqual([id, open.has(id), open.get(id)]);
    }
    const last = life === KILLS ? 0 : 1 + Math.floor(Math.random() * ORDERS_A_LIFE);
    for (let i = 0; i < last; i++) {
      trader.order();
      if (i % 20 === 0) await sleep(1);
      if (i % 7 === 0) trader.listen();
    }
    await kill();
  }
  expect(trader.orders.size).toBeGreaterThan(KILLS);
  expect(trader.execIds.size).toBeGreaterThanOrEqual(trader.orders.size);
}, 120_000);
