/** What has gone wrong in other engines' initiators (issue trackers of IronFix, Artio, jspurefix, quickfixgo, QuickFIX/J). */
import { describe, expect, it } from 'vitest';
import { GATEWAY_RESULT } from '../../../engine/ports/order-gateway.ts';
import { MemoryStore, type SessionConfig, STORE } from '../../../gateway/index.ts';
import { CAUSE } from '../../../native/layout.ts';
import { FixPeer, type FixPeerOptions } from '../../support/fix-peer.ts';

const BEFORE = '20200130-09:29:59.000';
const initiator = (config: Partial<SessionConfig> = {}, options: FixPeerOptions = {}): FixPeer =>
  FixPeer.loggedOn({ role: 'initiator', ...config }, options);

function order(peer: FixPeer, id: string): number {
  peer.session.compose('D').text(11, id);
  return peer.session.sendComposed(CAUSE.none);
}

describe('a ResendRequest that is never satisfied', () => {
  it('is repeated every 10 s, three times in all, then the session logs out', () => {
    const peer = initiator({ heartBtIntMs: 0 });
    peer.sends('35=8|34=4|17=four|');
    peer.expects('35=2|34=2|7=2|16=0|');
    peer.after(9_999);
    peer.expectsNothing();
    peer.after(1);
    peer.expects('35=2|34=3|7=2|16=0|');
    peer.after(10_000);
    peer.expects('35=2|34=4|7=2|16=0|');
    peer.after(10_000);
    peer.expects('35=5|34=5|58=ResendRequest from 2 was not satisfied|');
    peer.expectsDisconnect();
  });
});

describe('HeartBtInt(108)=0 from the peer', () => {
  it('does not destroy the session: our own interval stands', () => {
    const peer = new FixPeer({ role: 'initiator' });
    peer.connects();
    expect(peer.next()).toBe('35=A|34=1|98=0|108=30|');
    peer.sends('35=A|34=1|98=0|108=0|');
    expect(peer.session.stateName()).toBe('logged-on');
    expect(peer.log.join()).toContain('HeartBtInt 0 s to our 30 s');
    peer.after(30_000);
    peer.expects('35=0|34=2|');
  });
});

describe('a pending TestRequest', () => {
  it('is cleared by any message, not only by the Heartbeat that it asks for', () => {
    const peer = initiator();
    peer.after(36_000);
    peer.expects('35=1|34=2|112=TEST|');
    peer.sends('35=8|34=2|17=x|');
    peer.after(35_999);
    peer.expects('35=0|34=3|');
    expect(peer.session.isLoggedOn()).toBe(true);
  });
});

describe('ResetSeqNumFlag followed by a ResendRequest (artio#185)', () => {
  it('is answered with what the new session has sent, nothing of the old one', () => {
    const store = new MemoryStore(new Int32Array(2));
    store.keep(1, Buffer.from('8=FIX.4.4|of the old session'), 0, 20);
    store.setNextSender(40);
    const peer = initiator({ resetOnLogon: true }, { store });
    expect(order(peer, 'NEW')).toBe(GATEWAY_RESULT.sent);
    expect(peer.next()).toMatch(/^35=D\|34=2\|/);
    peer.sends('35=2|34=2|7=1|16=0|');
    peer.expects('35=4|34=1|43=Y|122=<time>|36=2|123=Y|');
    peer.expects('35=D|34=2|43=Y|122=<time>|11=NEW|');
    peer.expectsNothing();
  });
});

describe('after a resend (artio#545)', () => {
  it('nothing hangs: orders, reports and timers go on', () => {
    const peer = initiator();
    order(peer, 'ONE');
    peer.next();
    peer.sends('35=2|34=2|7=1|16=0|');
    peer.expects('35=4|34=1|43=Y|122=<time>|36=2|123=Y|');
    peer.expects('35=D|34=2|43=Y|122=<time>|11=ONE|');
    expect(order(peer, 'TWO')).toBe(GATEWAY_RESULT.sent);
    peer.expects('35=D|34=3|11=TWO|');
    peer.sends('35=8|34=3|17=report|');
    expect(peer.heard).toHaveLength(1);
    peer.after(30_000);
    peer.expects('35=0|34=4|');
    peer.after(6_000);
    peer.expects('35=1|34=5|112=TEST|');
    peer.sends('35=0|34=4|112=TEST|');
    expect(peer.session.stateName()).toBe('logged-on');
  });
});

describe('a reconnect (jspurefix#140)', () => {
  it('goes on with the next number, never with a stale one', () => {
    const peer = initiator({ reconnect: { intervalMs: 1_000, maxAttempts: 3 } });
    order(peer, 'ONE');
    order(peer, 'TWO');
    peer.disconnects();
    peer.connects();
    peer.expectsNothing();
    peer.after(1_000);
    // The two orders were lost with the connection: they are not sent again by themselves.
    peer.expects('35=A|34=4|98=0|108=30|');
    peer.sends('35=A|34=2|98=0|108=30|');
    expect(order(peer, 'THREE')).toBe(GATEWAY_RESULT.sent);
    peer.expects('35=D|34=5|11=THREE|');
  });
});

describe('messages that are sent again (quickfixgo#768)', () => {
  it('are never interleaved with live ones within a chunk', () => {
    const inside: number[] = [];
    const mayResend = (): boolean => {
      inside.push(order(peer, 'INSIDE'));
      return true;
    };
    const peer = initiator({}, { application: { mayResend } });
    for (const id of ['A', 'B', 'C']) order(peer, id);
    for (let i = 0; i < 3; i++) peer.next();
    peer.sends('35=2|34=2|7=2|16=0|');
    for (const id of ['A', 'B', 'C']) expect(peer.next()).toContain(`43=Y|122=<time>|11=${id}|`);
    expect(inside).toEqual([GATEWAY_RESULT.resending, GATEWAY_RESULT.resending, GATEWAY_RESULT.resending]);
    peer.expectsNothing();
  });
});

describe('the queue behind a gap (quickfixj#477)', () => {
  it('is bounded; what found no room is asked for again at once, and nothing is lost or out of order', () => {
    const peer = initiator();
    const report = (seq: number, dup = ''): void => peer.sends(`35=8|34=${seq}|${dup}17=E${seq}|`);
    for (let seq = 3; seq <= 400; seq++) report(seq);
    peer.expects('35=2|34=2|7=2|16=0|');
    peer.expectsNothing();
    report(2, `43=Y|122=${BEFORE}|`);
    const next = peer.next();
    const from = Number(/7=(\d+)/.exec(next)?.[1]);
    expect(next).toBe(`35=2|34=3|7=${from}|16=0|`);
    expect(from).toBeGreaterThan(200);
    expect(from).toBeLessThan(400);
    for (let seq = from; seq <= 400; seq++) report(seq, `43=Y|122=${BEFORE}|`);
    expect(peer.session.stateName()).toBe('logged-on');
    expect(peer.heard.map((text) => /17=(\w+)/.exec(text)?.[1])).toEqual(
      Array.from({ length: 399 }, (_, n) => `E${n + 2}`),
    );
    peer.expectsNothing();
  });
});

describe('an outbound rate limit (quickfixgo#506)', () => {
  it('holds in every stretch of time, with a result that says so; session messages are not counted', () => {
    const peer = initiator({ throttle: { messages: 3, perMs: 1_000, reserve: 0 } });
    expect([1, 2, 3, 4].map((n) => order(peer, `A${n}`))).toEqual([0, 0, 0, GATEWAY_RESULT.throttled]);
    for (let i = 0; i < 3; i++) peer.next();
    peer.sends('35=1|34=2|112=X|');
    peer.expects('35=0|34=5|112=X|');
    peer.after(999);
    expect(order(peer, 'B')).toBe(GATEWAY_RESULT.throttled);
    peer.after(1);
    expect(order(peer, 'B')).toBe(GATEWAY_RESULT.sent);
    expect(peer.next()).toMatch(/^35=D\|34=6\|/);
  });
});

describe('cancel on disconnect (artio#482)', () => {
  it('is asked for in the Logon, in the field that the venue has for it', () => {
    const peer = new FixPeer({ role: 'initiator', cancelOnDisconnect: { tag: 9_407, value: 'Y' } });
    peer.connects();
    peer.expects('35=A|34=1|98=0|108=30|9407=Y|');
  });
});

describe('the result of every send (jspurefix#86)', () => {
  class Store extends MemoryStore {
    kept: number = STORE.ok;
    override keep(seq: number, bytes: Uint8Array, start: number, end: number): number {
      return this.kept === STORE.ok ? super.keep(seq, bytes, start, end) : this.kept;
    }
  }

  it('is known to the caller: a store that refuses sends nothing and uses no number', () => {
    const store = new Store(new Int32Array(2));
    const peer = initiator({}, { store });
    for (const [kept, result] of [
      [STORE.full, GATEWAY_RESULT.storeFull],
      [STORE.failed, GATEWAY_RESULT.storeFailed],
    ]) {
      store.kept = kept;
      expect(order(peer, 'X')).toBe(result);
      peer.expectsNothing();
      expect(store.nextSenderMsgSeqNum()).toBe(2);
    }
    store.kept = STORE.ok;
    expect(order(peer, 'X')).toBe(GATEWAY_RESULT.sent);
    expect(peer.session.isLoggedOn()).toBe(true);
  });

  it('is known when the numbers that are reserved durably end: session messages still find some', () => {
    class Reserved extends MemoryStore {
      override lastReservedMsgSeqNum(): number {
        return 200;
      }
    }
    const store = new Reserved(new Int32Array(2));
    const peer = initiator({}, { store });
    let sent = 0;
    while (order(peer, `O${sent}`) === GATEWAY_RESULT.sent) sent++;
    expect(order(peer, 'X')).toBe(GATEWAY_RESULT.storeFull);
    expect(sent).toBe(71);
    for (let n = 0; n < sent; n++) peer.next();
    peer.sends('35=1|34=2|112=X|');
    peer.expects('35=0|34=73|112=X|');
  });

  it('is known before the Logon, after the Logout, and when the transport is full', () => {
    const peer = new FixPeer({ role: 'initiator', maxMessageBytes: 1_024 }, { bytes: 4_096 });
    expect(order(peer, 'EARLY')).toBe(GATEWAY_RESULT.notLoggedOn);
    peer.connects();
    peer.next();
    peer.sends('35=A|34=1|98=0|108=30|');
    let result: number = GATEWAY_RESULT.sent;
    for (let n = 0; result === GATEWAY_RESULT.sent; n++) result = order(peer, `${n}-${'x'.repeat(500)}`);
    expect(result).toBe(GATEWAY_RESULT.transportFull);
    expect(order(peer, 'x'.repeat(2_000))).toBe(GATEWAY_RESULT.invalid);
    peer.session.logout('done');
    expect(order(peer, 'LATE')).toBe(GATEWAY_RESULT.notLoggedOn);
  });
});

describe('passwords and tokens', () => {
  it('never reach a log nor a reason, though the venue repeats them: 554, 925, 96 and their like', () => {
    const peer = new FixPeer({
      role: 'initiator',
      username: 'trader',
      password: 'old-secret',
      newPassword: 'new-secret',
      logonFields: [
        [95, '9'],
        [96, 'raw-token'],
        [1_402, 'encrypted'],
        [9_001, 'visible'],
      ],
    });
    peer.connects();
    const fields = '553=trader|554=old-secret|925=new-secret|95=9|96=raw-token|1402=encrypted|9001=visible|';
    peer.expects(`35=A|34=1|98=0|108=30|${fields}`);
    peer.sends(`35=5|34=1|58=refused: ${fields.replaceAll('|', ' ')}|`);
    peer.expectsDisconnect();
    const said = [...peer.log, ...peer.heard].join('\n');
    expect(said).not.toMatch(/old-secret|new-secret|raw-token|encrypted/);
    expect(said).toContain('visible');
    expect(said).toContain('refused: 553=trader 554=*** 925=***');
  });
});
