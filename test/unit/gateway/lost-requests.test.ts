/** Requests that nobody will answer or ask for again: whoever sent them hears of it. */
import { describe, expect, it } from 'vitest';
import { GATEWAY_RESULT } from '../../../engine/ports/order-gateway.ts';
import { MemoryStore, STORE } from '../../../gateway/index.ts';
import { CAUSE } from '../../../native/layout.ts';
import { FixPeer } from '../../support/fix-peer.ts';
import { GatewayPeer } from '../../support/gateway-peer.ts';

const LOST = 'The numbers of the session began anew, and nobody will ask for it again.';
const NOT_SENT_AGAIN = 'The venue asked for it again after a gap; it is not sent a second time.';
const reconnect = { intervalMs: 100, maxAttempts: 0 };

class Forgetful extends MemoryStore {
  keeps = true;
  override keep(seq: number, bytes: Uint8Array, start: number, end: number): number {
    return this.keeps ? super.keep(seq, bytes, start, end) : STORE.full;
  }
}

describe('requests whose numbers are gone', () => {
  it('are in doubt when the venue resets in mid-session, and who hears of it may send at once', () => {
    const peer = GatewayPeer.loggedOn();
    peer.buy(1);
    peer.cancel(2, 1);
    peer.received();
    const results: number[] = [];
    peer.onDoubt = () => results.push(peer.cancel(10 + results.length, 1));
    peer.seq = 1;
    peer.sends('35=A|98=0|108=30|141=Y|');
    expect(peer.doubts).toEqual([`1: ${LOST}`, `2: ${LOST}`]);
    expect(results).toEqual([GATEWAY_RESULT.sent, GATEWAY_RESULT.sent]);
    expect(peer.received()).toEqual(['35=A 34=1', '35=F 34=2 11=T7-10', '35=F 34=3 11=T7-11']);
    // What was sent from within counts among the new numbers.
    peer.sends('35=3|45=2|58=no|');
    expect(peer.reports).toEqual([10]);
  });

  it('are in doubt after a reset at Logout though the first attempt to log on again fails', () => {
    const peer = GatewayPeer.loggedOn({ resetOnLogout: true, reconnect });
    peer.buy(1);
    peer.cancel(2, 1);
    peer.sends('35=5|');
    peer.received();
    peer.disconnects();
    peer.clock.advance(101);
    peer.polls(1);
    expect(peer.accepts()).toEqual(['35=A 34=1']);
    peer.disconnects();
    peer.clock.advance(301);
    peer.polls(1);
    expect(peer.accepts()).toEqual(['35=A 34=2']);
    expect(peer.doubts).toEqual([]);
    peer.seq = 1;
    peer.sends('35=A|98=0|108=30|');
    expect(peer.gateway.isReady()).toBe(true);
    expect(peer.doubts).toEqual([`1: ${LOST}`, `2: ${LOST}`]);
    // Number 2 is a Logon now: its Reject is no order's.
    peer.sends('35=3|45=2|58=stale|');
    expect(peer.reports).toEqual([]);
  });

  it('are in doubt when the schedule begins another session, once', () => {
    const schedule = { timeZone: 'UTC', startTime: '10:00:00', endTime: '10:00:00' };
    const peer = GatewayPeer.loggedOn({ schedule, reconnect, heartBtIntMs: 0 });
    peer.buy(1);
    peer.after(1_800_000);
    peer.sends('35=5|');
    peer.disconnects();
    peer.clock.advance(1_000);
    peer.polls(1);
    peer.received();
    expect(peer.accepts()).toEqual(['35=A 34=1']);
    peer.seq = 1;
    peer.sends('35=A|98=0|108=30|');
    expect(peer.doubts).toEqual([`1: ${LOST}`]);
  });

  it('are not in doubt where the numbers go on after a first Logon that stays the only message', () => {
    const peer = GatewayPeer.loggedOn();
    expect(peer.doubts).toEqual([]);
    peer.buy(1);
    peer.disconnects();
    peer.gateway.start();
    peer.accepts();
    peer.sends('35=A|98=0|108=30|');
    expect(peer.doubts).toEqual([]);
  });
});

describe('a request that is gap-filled', () => {
  it('is told where it was never kept: a cancel that left although the store was full', () => {
    const store = new Forgetful(new Int32Array(2));
    const peer = GatewayPeer.loggedOn({}, store);
    peer.buy(1);
    store.keeps = false;
    expect(peer.cancel(2, 1)).toBe(GATEWAY_RESULT.sent);
    store.keeps = true;
    peer.buy(3);
    peer.received();
    peer.sends('35=2|7=3|16=3|');
    expect(peer.received()).toEqual(['35=4 34=3 43=Y 36=4']);
    expect(peer.doubts).toEqual([`2: ${NOT_SENT_AGAIN}`]);
  });

  it('is told where it has become too long to be sent again', () => {
    const forgotten: string[] = [];
    const application = { onForgotten: (begin: number, end: number) => void forgotten.push(`${begin}-${end}`) };
    const peer = FixPeer.loggedOn({ maxMessageBytes: 256 }, { application });
    // OrigSendingTime and PossDupFlag make it longer than it was.
    peer.session.compose('B').text(148, 'x'.repeat(165));
    expect(peer.session.sendComposed(CAUSE.none)).toBe(GATEWAY_RESULT.sent);
    expect(peer.next()).toMatch(/^35=B\|34=2\|/);
    peer.sends('35=2|34=2|7=2|16=0|');
    expect(peer.next()).toContain('35=4|34=2|43=Y|');
    expect(forgotten).toEqual(['2-2']);
  });

  it('is not told of session messages among them', () => {
    const peer = GatewayPeer.loggedOn();
    peer.sends('35=1|112=x|');
    peer.cancel(2, 1);
    peer.received();
    peer.sends('35=2|7=1|16=0|');
    expect(peer.received()).toEqual(['35=4 34=1 43=Y 36=3', '35=F 34=3 43=Y 11=T7-2']);
    expect(peer.doubts).toEqual([]);
  });
});
