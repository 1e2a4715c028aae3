import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { createMemoryPair } from '../../../gateway/index.ts';
import { type DropCopyOptions, type ExchangeOptions, StateKeeper } from '../../../simulator/index.ts';
import { FixClient } from '../../support/fix-client.ts';
import { ACCEPTOR, simulatedExchange } from '../../support/simulated-exchange.ts';

const COPY_SESSION = { ...ACCEPTOR, senderCompId: 'SIM-DC', targetCompId: 'ENGINE-DC', resetOnLogon: false };

let undo: (() => void)[] = [];
afterEach(() => {
  for (const each of undo.reverse()) each();
  undo = [];
});

function served(dropCopy: Partial<DropCopyOptions> = {}, options: Partial<ExchangeOptions> = {}) {
  const { a, b } = createMemoryPair({ bytes: 1 << 18 });
  const market = simulatedExchange({ ...options, dropCopy: { stream: b, session: COPY_SESSION, ...dropCopy } });
  market.book.add(11, 2, 2_265_100, 100);
  const copies = new FixClient(a, 'ENGINE-DC', 'SIM-DC');
  return {
    ...market,
    copies,
    order: (id: string, rest = '54=1|38=150|44=226.51|') => market.says(`35=D|55=AAPL|40=2|11=${id}|${rest}`),
    /** Logs the second session on. @returns what it says then */
    logOn: (more = ''): string[] => {
      copies.stream.poll();
      market.settle();
      copies.sends(`35=A|98=0|108=30|${more}`);
      market.settle();
      return copies.receives();
    },
    copied: (): string[] => {
      market.settle();
      return copies.receives();
    },
  };
}

it('copies every ExecutionReport, with its ExecID, and says that it is a copy', () => {
  const market = served();
  expect(market.logOn()).toEqual(['35=A|98=0|108=30|']);
  const reports = market.order('A1');
  expect(reports).toHaveLength(2);
  expect(market.copied()).toEqual(reports.map((text) => text.replace('35=8|', '35=8|797=Y|')));
  market.says('35=F|11=A2|41=A1|55=AAPL|54=1|');
  expect(market.copied()).toEqual([expect.stringContaining('|11=A2|38=150|14=100|151=0|6=226.51|44=226.51|41=A1|')]);
  const ids = (client: FixClient) => client.heard.flatMap((text) => /\|17=(\d+)\|/.exec(text)?.[1] ?? []);
  expect(ids(market.copies)).toEqual(['1', '2', '3']);
  expect(ids(market.client)).toEqual(['1', '2', '3']);
});

it('copies neither cancel rejects nor answers to questions', () => {
  const market = served();
  market.logOn();
  market.says('35=F|11=A2|41=NONE|55=AAPL|54=1|');
  market.says('35=H|11=A1|55=AAPL|54=1|');
  market.says('35=AF|584=Q|585=7|');
  expect(market.copied()).toEqual([]);
});

it('keeps copies for whoever logs on later, and sends them again when asked', () => {
  const market = served();
  market.order('A1');
  market.order('A2', '54=1|38=1|44=100|');
  const [, ...copies] = market.logOn();
  expect(copies.map((text) => /\|11=(\w+)\|/.exec(text)?.[1])).toEqual(['A1', 'A1', 'A2']);
  market.copies.sends('35=2|7=2|16=0|');
  expect(market.copied().map((text) => text.replace(/122=[^|]*\|/, ''))).toEqual(
    copies.map((text) => text.replace('35=8|', '35=8|43=Y|')),
  );
});

it('takes no orders there', () => {
  const market = served();
  market.logOn();
  market.copies.sends('35=D|55=AAPL|40=2|11=A1|54=1|38=1|44=100|');
  expect(market.copied()[0]).toMatch(/^35=j\|.*372=D\|380=3\|/);
});

it('may be told to tell something else, or nothing', () => {
  const market = served({
    alter: (copies, entry) => {
      copies.filled[entry] += 1;
      return copies.execType[entry] !== 0x30;
    },
  });
  market.logOn();
  market.order('A1');
  expect(market.copied()).toEqual([expect.stringContaining('150=F|39=1|54=1|37=1|55=AAPL|11=A1|38=150|14=101|')]);
});

it('misleads by a scenario: a cent more, or not at all', () => {
  const behaviours = { falseCopy: { share: 1, minMs: 0, maxMs: 0, atMost: null } };
  const market = served({}, { scenario: { seed: 1, behaviours } });
  market.logOn();
  for (let i = 0; i < 20; i++) {
    market.book.add(100 + i, 2, 2_265_100, 10);
    market.order(`A${i}`, '54=1|38=10|44=226.51|59=3|');
  }
  const trades = market.copied().filter((text) => text.includes('|150=F|'));
  expect(trades.length).toBeGreaterThan(3);
  expect(trades.length).toBeLessThan(17);
  for (const text of trades) expect(text).toMatch(/\|6=226\.52\|.*\|32=10\|31=226\.52\|/);
});

it('sends after a restart what had not left, and nothing twice', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hotlap-copies-'));
  let keeper: StateKeeper | undefined;
  undo.push(
    () => rmSync(folder, { recursive: true, force: true }),
    () => keeper?.close(),
  );
  const start = () => {
    keeper?.close();
    keeper = new StateKeeper({ folder, ringFile: `/dev/shm/${basename(folder)}` });
    return served({}, { state: keeper.plan });
  };
  const first = start();
  first.logOn();
  first.order('A1', '54=1|38=1|44=100|');
  expect(first.copied()).toHaveLength(1);
  const second = start();
  second.order('A2', '54=1|38=1|44=100|');
  const third = start();
  third.copies.seq = 2;
  const [logon, ...copies] = third.logOn();
  expect(logon).toMatch(/^35=A\|/);
  expect(copies).toEqual([expect.stringContaining('797=Y|150=0|39=0|54=1|37=2|55=AAPL|11=A2|')]);
});
