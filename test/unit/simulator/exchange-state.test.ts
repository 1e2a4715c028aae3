import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ExchangeOptions, type RestingOrders, StateKeeper } from '../../../simulator/index.ts';
import { ACCEPTOR as SESSION, simulatedExchange } from '../../support/simulated-exchange.ts';

const BUY = 1;
const SELL = 2;
const DAY_NS = 86_400e9;

let folder: string;
let keeper: StateKeeper | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hotlap-exchange-'));
});
afterEach(() => {
  keeper?.close();
  keeper = undefined;
  rmSync(folder, { recursive: true, force: true });
});

/** The exchange of this folder, started anew. What ran before is never told of its end, as after `kill -9`. */
function started(restingOrders: RestingOrders = 'keep', options: Partial<ExchangeOptions> = {}) {
  keeper?.close();
  keeper = new StateKeeper({ folder, restingOrders, ringFile: `/dev/shm/${basename(folder)}` });
  const market = simulatedExchange({ state: keeper.plan, ...options });
  market.book.add(11, SELL, 2_265_100, 100);
  market.book.add(21, BUY, 2_265_000, 200);
  const order = (id: string, rest = '54=1|38=100|44=226.4|') => market.says(`35=D|55=AAPL|40=2|11=${id}|${rest}`);
  const status = (id: string) => market.says(`35=H|11=${id}|55=AAPL|54=1|`)[0] ?? '';
  return { ...market, order, status };
}

describe('an exchange with a state, started anew', () => {
  it('has its open orders again, and they trade', () => {
    const before = started();
    before.order('A1', '54=1|38=150|44=226.51|');
    before.order('A2', '54=2|38=80|44=226.6|59=1|');
    const after = started();
    expect(after.exchange.stats().openOrders).toBe(2);
    expect(after.says('35=AF|584=Q|585=7|')).toEqual([
      '35=8|150=I|39=1|54=1|37=1|55=AAPL|11=A1|38=150|14=100|151=50|6=226.51|44=226.51|584=Q|911=2|912=N|',
      '35=8|150=I|39=0|54=2|37=2|55=AAPL|11=A2|38=80|14=0|151=80|6=0|44=226.6|584=Q|911=2|912=Y|',
    ]);
    after.book.add(31, SELL, 2_266_000, 10);
    after.book.add(32, SELL, 2_266_100, 30);
    after.book.execute(32, 30);
    after.settle();
    expect(after.client.receives()[0]).toContain('150=F|39=1|54=2|37=2|55=AAPL|11=A2|38=80|14=30|151=50|');
    expect(after.says('35=F|11=A3|41=A1|55=AAPL|54=1|')[0]).toContain(
      '150=4|39=4|54=1|37=1|55=AAPL|11=A3|38=150|14=100|',
    );
    expect(after.order('A4')[0]).toContain('|37=3|');
  });

  it('tells the end of those that are over, by any name they had', () => {
    const before = started();
    before.order('F1', '54=1|38=100|44=226.51|');
    before.order('R1', '54=1|38=0|44=226.51|');
    before.order('C1');
    before.says('35=G|55=AAPL|54=1|40=2|11=C2|41=C1|38=180|44=226.3|');
    before.says('35=F|11=C3|41=C2|55=AAPL|54=1|38=180|');
    before.order('G1');
    before.says('35=G|55=AAPL|54=1|40=2|11=G2|41=G1|38=180|44=226.3|');
    const ids = ['F1', 'R1', 'C1', 'C2', 'G1', 'G2', 'X9'];
    const told = ids.map(before.status);
    expect(ids.map(started().status)).toEqual(told);
    expect(told.map((text) => /39=(.)/.exec(text)?.[1]).join('')).toBe('2844008');
  });

  it('knows every ClOrdID that was used: a new one is refused, one that is sent again is passed over', () => {
    const before = started();
    before.order('A1');
    before.says('35=F|11=A2|41=A1|55=AAPL|54=1|');
    before.says('35=F|11=A3|41=A1|55=AAPL|54=1|');
    const after = started();
    for (const id of ['A1', 'A2', 'A3']) expect(after.order(id)[0]).toContain('|103=6|');
    expect(after.says('35=F|43=Y|122=20260105-14:29:00.000|11=A2|41=A1|55=AAPL|54=1|')).toEqual([]);
    expect(after.says('35=D|97=Y|55=AAPL|40=2|11=A1|54=1|38=1|44=1|')).toEqual([]);
  });

  it('sends what it had not sent, with the ExecIDs that it had given', () => {
    const before = started('keep', { delays: { orderNs: () => 0, reportNs: () => 1e9 } });
    expect(before.order('A1', '54=1|38=100|44=226.51|')).toEqual([]);
    const after = started();
    const ids = (text: string) => /\|150=(.)\|.*\|17=(\d+)\|/.exec(text)?.slice(1).join('');
    expect(after.client.heard.map(ids)).toEqual([undefined, '01', 'F2']);
    after.client.sends('35=D|55=AAPL|40=2|11=A2|54=1|38=1|44=226|');
    after.settle();
    expect(after.client.receives(true)[0]).toContain('|17=3|');
    expect(started().logon).toHaveLength(1);
  });

  it('cancels them unasked, where it is told to', () => {
    started().order('A1');
    const after = started('cancel');
    expect(after.logon.slice(1)).toEqual(['35=8|150=4|39=4|54=1|37=1|55=AAPL|11=A1|38=100|14=0|151=0|6=0|44=226.4|']);
    expect(started().status('A1')).toContain('150=I|39=4|');
  });

  it('lets a Day order of yesterday expire, and keeps Good Till Cancel', () => {
    const before = started();
    before.order('DAY', '54=1|38=100|44=226.4|59=0|');
    before.order('GTC', '54=1|38=100|44=226.4|59=1|');
    const clock = { cells: new Float64Array(64), day0Ms: Date.UTC(2026, 0, 5) };
    clock.cells[0] = 52_200e9 + DAY_NS;
    const after = started('keep', { clock });
    expect(after.logon.slice(1)).toEqual(['35=8|150=C|39=C|54=1|37=1|55=AAPL|11=DAY|38=100|14=0|151=0|6=0|44=226.4|']);
    expect(after.exchange.stats().openOrders).toBe(1);
    expect(after.status('DAY')).toContain('150=I|39=C|');
  });

  it('goes on with its numbers where the client does', () => {
    const before = started('keep', { session: { ...SESSION, resetOnLogon: false } });
    before.order('A1');
    const numbers = new Int32Array(keeper!.plan.session.cells);
    expect([numbers[0], numbers[1]]).toEqual([3, 3]);
  });
});

describe('the log of a state', () => {
  const log = (): string => join(folder, 'orders.log');

  it('that ends within a record begins behind the last whole one', () => {
    const before = started();
    before.order('A1');
    const whole = readFileSync(log()).length;
    before.order('A2');
    for (let bytes = readFileSync(log()).length - 1; bytes >= whole; bytes -= 37) {
      keeper?.close();
      keeper = undefined;
      truncateSync(log(), bytes);
      const after = started();
      expect(after.exchange.stats().openOrders).toBe(1);
      expect(after.status('A2')).toContain('|39=8|');
    }
  });

  it('that is damaged in its middle is refused, with the place', () => {
    const before = started();
    before.order('A1');
    before.order('A2');
    const bytes = readFileSync(log());
    bytes[4_096 + 100] ^= 1;
    writeFileSync(log(), bytes);
    expect(() => started()).toThrow(/orders\.log is damaged at byte 4096: /);
    writeFileSync(log(), 'something else');
    expect(() => started()).toThrow(/is no state of a simulated exchange/);
  });
});
