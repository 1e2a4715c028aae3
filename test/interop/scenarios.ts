/** What every pair of engines must manage, whoever calls: the same scenarios for each counterparty and FIX version. */
import { describe, expect, it } from 'vitest';
import type { SessionConfig } from '../../gateway/index.ts';
import { Counterparty } from './counterparty.ts';
import { HotlapSide, type Version } from './hotlap-side.ts';
import { type Direction, LossyLine } from './lossy-line.ts';
import { portToListenOn } from './ports.ts';

export type Role = 'initiator' | 'acceptor';

export interface CounterpartyKind {
  /** The command that starts one. @param port to listen on, or to call */
  command(role: Role, port: number, version: Version, heartBtIntSeconds: number): string[];
  /** True where a message above a gap is handled at once and again when it is resent: the engine's own way. */
  readonly repeatsAboveGap?: boolean;
}

interface Pair {
  readonly hotlap: HotlapSide;
  readonly peer: Counterparty;
  readonly line: LossyLine;
}

const TEST_TIMEOUT_MS = 300_000;
const HEART_BT_INT_MS = 30_000;
/** As short as a busy machine bears: silence of 2.4 times as long ends a session. */
const SHORT_HEART_BT_INT_MS = 2_000;
const NEW_ORDER = /\|35=D\|/;
const REPORT = /\|35=8\|/;
const RESEND_REQUEST = /\|35=2\|/;
const POSS_DUP = /\|43=Y\|/;

export function interop(kind: CounterpartyKind, version: Version, role: Role): void {
  const outbound: Direction = role === 'initiator' ? 'toAcceptor' : 'toInitiator';
  const inbound: Direction = role === 'initiator' ? 'toInitiator' : 'toAcceptor';
  /** How often a message may be heard whose first sending arrived. */
  const most = kind.repeatsAboveGap === true ? 2 : 1;

  /** One of our sessions and a counterparty that have logged on. @param use what they do; then both are ended */
  async function between(config: Partial<SessionConfig>, use: (pair: Pair) => Promise<void>): Promise<void> {
    const heartBtIntMs = config.heartBtIntMs ?? HEART_BT_INT_MS;
    const ending: (() => unknown)[] = [];
    const open = async (port: number): Promise<LossyLine> => {
      const line = await LossyLine.open(port);
      ending.push(() => line.close());
      return line;
    };
    const peerAt = async (port: number): Promise<Counterparty> => {
      const theirs = role === 'initiator' ? 'acceptor' : 'initiator';
      const peer = await Counterparty.start(kind.command(theirs, port, version, heartBtIntMs / 1_000));
      ending.unshift(() => peer.stop());
      return peer;
    };
    const hotlapAt = async (port: number): Promise<HotlapSide> => {
      const hotlap = await HotlapSide.start({ role, port, version, config: { ...config, heartBtIntMs } });
      ending.unshift(() => hotlap.stop());
      return hotlap;
    };
    const initiate = async (): Promise<Pair> => {
      const port = await portToListenOn();
      const peer = await peerAt(port);
      const line = await open(port);
      return { peer, line, hotlap: await hotlapAt(line.port) };
    };
    const accept = async (): Promise<Pair> => {
      const hotlap = await hotlapAt(0);
      const line = await open(hotlap.port);
      return { hotlap, line, peer: await peerAt(line.port) };
    };
    try {
      const pair = await (role === 'initiator' ? initiate() : accept());
      await pair.hotlap.hears('logon');
      await pair.peer.hears('logon');
      await use(pair);
    } finally {
      for (const end of ending) await end();
    }
  }

  const order = ({ hotlap, peer }: Pair, clOrdId: string): void => {
    if (role === 'initiator') hotlap.order(clOrdId);
    else peer.say(`order ${clOrdId} AAPL 1 100 320.145`);
  };

  /** Both applications have heard of each: the one that ordered of a fill, the other of the order. */
  const traded = async ({ hotlap, peer }: Pair, clOrdIds: readonly string[]): Promise<void> => {
    const [buyer, seller] = role === 'initiator' ? [hotlap, peer] : [peer, hotlap];
    for (const id of clOrdIds) {
      await seller.hears(`order ${id}`);
      await buyer.hears(`report ${id} 2`);
    }
  };

  /** Nobody refused anything, and our application heard each message exactly once. */
  const undisturbed = ({ hotlap, peer }: Pair): void => {
    expect(peer.heard.filter((line) => line.startsWith('rejected'))).toEqual([]);
    expect(hotlap.heard.filter((line) => line.startsWith('refused'))).toEqual([]);
    const business = hotlap.heard.filter((line) => /^(order|report) /.test(line));
    expect(business).toEqual([...new Set(business)]);
    for (const line of peer.heard.filter((each) => /^(order|report) /.test(each)))
      expect(peer.count(line)).toBeLessThanOrEqual(most);
  };

  describe.concurrent(`hotlap as ${role}, ${version.name}`, { timeout: TEST_TIMEOUT_MS }, () => {
    it('logs on, trades, and logs out in order when we say so', () =>
      between({}, async (pair) => {
        const { hotlap, peer, line } = pair;
        const ids = Array.from({ length: 20 }, (_, i) => `A${i}`);
        for (const id of ids) order(pair, id);
        await traded(pair, ids);
        undisturbed(pair);
        hotlap.session.logout('done');
        await peer.hears('logout');
        await hotlap.hears('logout: done');
        expect(line.seen(outbound, /\|35=5\|.*58=done\|/)).toHaveLength(1);
        expect(line.seen(inbound, /\|35=5\|/)).toHaveLength(1);
        expect(line.seen(inbound, RESEND_REQUEST)).toEqual([]);
      }));

    it('answers a Logout of the counterparty', () =>
      between({}, async (pair) => {
        const { hotlap, peer, line } = pair;
        peer.say('logout');
        await peer.hears('logout');
        await hotlap.until(() => hotlap.heard.some((heard) => heard.startsWith('logout: ')));
        expect(line.seen(outbound, /\|35=5\|/)).toHaveLength(1);
      }));

    it('keeps an idle session alive with heartbeats of both sides', () =>
      between({ heartBtIntMs: SHORT_HEART_BT_INT_MS }, async (pair) => {
        const { hotlap, peer, line } = pair;
        await hotlap.until(
          () => line.seen(outbound, /\|35=0\|/).length >= 3 && line.seen(inbound, /\|35=0\|/).length >= 2,
        );
        order(pair, 'H1');
        await traded(pair, ['H1']);
        expect(hotlap.count('logon')).toBe(1);
        expect(peer.count('logout')).toBe(0);
      }));

    it('answers a TestRequest, and asks one of a silent counterparty', () =>
      between({ heartBtIntMs: SHORT_HEART_BT_INT_MS }, async (pair) => {
        const { hotlap, peer, line } = pair;
        peer.say('test-request ARE-YOU-THERE');
        await peer.hears('heartbeat ARE-YOU-THERE');
        const release = line.hold(inbound);
        await hotlap.until(() => line.seen(outbound, /\|35=1\|.*112=TEST\|/).length === 1);
        release();
        await hotlap.until(() => line.seen(inbound, /\|35=0\|.*112=TEST\|/).length === 1);
        order(pair, 'T1');
        await traded(pair, ['T1']);
        expect(hotlap.count('logon')).toBe(1);
      }));

    it('asks for what was lost on the way to us, and hears each message once', () =>
      between({}, async (pair) => {
        const { line } = pair;
        const lost = /\|11=L[23]\|/;
        line.loses = (message, direction) => direction === inbound && lost.test(message) && !POSS_DUP.test(message);
        const ids = ['L1', 'L2', 'L3', 'L4', 'L5'];
        for (const id of ids) order(pair, id);
        await traded(pair, ids);
        expect(line.carried.filter((each) => each.lost)).toHaveLength(2);
        expect(line.seen(outbound, RESEND_REQUEST)).toHaveLength(1);
        expect(line.seen(inbound, POSS_DUP).length).toBeGreaterThanOrEqual(2);
        undisturbed(pair);
      }));

    it('sends again what the counterparty has lost', () =>
      between({}, async (pair) => {
        const { line } = pair;
        const lost = /\|11=R[23]\|/;
        line.loses = (message, direction) => direction === outbound && lost.test(message) && !POSS_DUP.test(message);
        const ids = ['R1', 'R2', 'R3', 'R4', 'R5'];
        for (const id of ids) order(pair, id);
        await traded(pair, ids);
        expect(line.carried.filter((each) => each.lost)).toHaveLength(2);
        expect(line.seen(inbound, RESEND_REQUEST).length).toBeGreaterThanOrEqual(1);
        const again = line.seen(outbound, POSS_DUP).filter((text) => lost.test(text));
        expect(again.length).toBeGreaterThanOrEqual(2);
        for (const text of again) expect(text).toMatch(/\|122=\d{8}-\d\d:\d\d:\d\d/);
        undisturbed(pair);
      }));

    it('goes on with its numbers after the line broke, and gets what was lost with it', () =>
      between({}, async (pair) => {
        const { hotlap, peer, line } = pair;
        order(pair, 'C1');
        await traded(pair, ['C1']);
        const answer = role === 'initiator' ? REPORT : NEW_ORDER;
        line.loses = (message, direction) => direction === inbound && answer.test(message) && !POSS_DUP.test(message);
        order(pair, 'C2');
        await hotlap.until(() => line.carried.some((each) => each.lost));
        line.loses = () => false;
        line.cut();
        await hotlap.hears('logon', 2);
        await peer.hears('logon', 2);
        await traded(pair, ['C2']);
        order(pair, 'C3');
        await traded(pair, ['C3']);
        const [first, ...later] = line.seen(outbound, /\|35=A\|/);
        expect(first).toMatch(/\|34=1\|/);
        expect(later.length).toBeGreaterThanOrEqual(1);
        for (const logon of later) expect(logon).not.toMatch(/\|34=1\||\|141=Y\|/);
        undisturbed(pair);
      }));
  });
}
