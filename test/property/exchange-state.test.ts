/** Whatever an exchange has done and however it has misbehaved: what it finds in its state is what it was. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createMemoryPair } from '../../gateway/index.ts';
import { type BehaviourName, type Scenario, StateKeeper } from '../../simulator/index.ts';
import { Random } from '../fuzz/fix/random.ts';
import { FixClient } from '../support/fix-client.ts';
import { ACCEPTOR, simulatedExchange } from '../support/simulated-exchange.ts';

const SEED = Number(process.env.FUZZ_SEED ?? 7);
const EXCHANGES = 5;
const LIVES = 3;
const REQUESTS_A_LIFE = 60;
const BEHAVIOURS: readonly BehaviourName[] = [
  ...(['reject', 'pending', 'partialFill', 'cancel', 'restate', 'bust', 'correct', 'delay', 'duplicate'] as const),
];

const folder = mkdtempSync(join(tmpdir(), 'hotlap-property-state-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function randomScenario(random: Random): Scenario {
  const chosen = BEHAVIOURS.filter(() => random.oneIn(2));
  const settings = { share: 0.3, minMs: 0, maxMs: 20, atMost: null };
  return { seed: random.word(), behaviours: Object.fromEntries(chosen.map((name) => [name, settings])) };
}

const field = (report: string, tag: number): string => new RegExp(`\\|${tag}=([^|]*)`).exec(report)?.[1] ?? '';

/** What a report says, but for what each leaving gives it anew. */
const said = (report: string): string => report.replace(/\|(?:8|9|34|43|49|52|56|60|122|797|10)=[^|]*/g, '');

it(`${EXCHANGES} exchanges of seed ${SEED}, each started ${LIVES} times, forget nothing and say nothing else`, () => {
  const random = new Random(SEED);
  for (let each = 0; each < EXCHANGES; each++) {
    const reports = new Map<string, string>();
    const copies = new Map<string, string>();
    const hear = (messages: readonly string[], into: Map<string, string>): void => {
      for (const message of messages) {
        const execId = field(message, 17);
        if (field(message, 35) !== '8' || execId === '0') continue;
        // It may come twice, and says the same then.
        expect(into.get(execId) ?? said(message)).toBe(said(message));
        into.set(execId, said(message));
      }
    };
    let nextId = 1;
    let copySeq = 1;
    let before: unknown[] = [];
    for (let life = 0; life < LIVES; life++) {
      const place = join(folder, String(each));
      const keeper = new StateKeeper({ folder: place, ringFile: `/dev/shm/${basename(folder)}-${each}` });
      const { a, b } = createMemoryPair({ bytes: 1 << 18 });
      const session = { ...ACCEPTOR, senderCompId: 'SIM-DC', targetCompId: 'ENGINE-DC', resetOnLogon: false };
      const market = simulatedExchange({
        state: keeper.plan,
        scenario: randomScenario(random),
        dropCopy: { stream: b, session },
      });
      market.book.add(1, 2, 2_265_100, 1_000);
      market.book.add(2, 1, 2_264_900, 1_000);
      expect(market.exchange.ledger()).toEqual(before);
      const copied = new FixClient(a, 'ENGINE-DC', 'SIM-DC');
      copied.seq = copySeq;
      market.settle();
      copied.stream.poll();
      market.settle();
      if (random.oneIn(2)) copied.sends('35=A|98=0|108=30|');
      for (let i = 0; i < REQUESTS_A_LIFE; i++) {
        const id = nextId++;
        const other = 1 + random.below(id);
        const price = ['226.5', '226.51', '226.4'][random.below(3)];
        const body = `55=AAPL|54=1|38=${1 + random.below(300)}|40=2|44=${price}|59=${random.oneIn(4) ? 3 : 0}|`;
        const type = 'DDFG'.charAt(random.below(4));
        market.says(`35=${type}|11=R${id}|${type === 'D' ? '' : `41=R${other}|`}${body}`);
        if (random.oneIn(4)) market.book.trade(2_264_000, 37);
        if (random.oneIn(3)) market.pass(random.below(30) * 1e6);
      }
      market.settle();
      market.client.receives();
      copied.receives();
      hear(market.client.heard, reports);
      hear(copied.heard, copies);
      copySeq = copied.seq;
      before = market.exchange.ledger();
      keeper.close();
    }
    // Every report that was heard, a copy of it waits or was heard: none was another one.
    for (const [execId, copy] of copies) expect(reports.get(execId) ?? copy).toBe(copy);
    expect(reports.size).toBeGreaterThan(LIVES * 10);
  }
}, 60_000);
