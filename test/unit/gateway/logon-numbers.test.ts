import { describe, expect, it } from 'vitest';
import { executionReport, MemoryStore, type SessionConfig } from '../../../gateway/index.ts';
import { CAUSE, CELL } from '../../../native/layout.ts';
import { FixPeer } from '../../support/fix-peer.ts';

const BEFORE = '20200130-09:29:59.000';
const both: Partial<SessionConfig> = { nextExpectedMsgSeqNum: true, heartBtIntMs: 0 };
const initiator: Partial<SessionConfig> = { ...both, role: 'initiator' };

/** Numbers as an earlier connection left them, with applications messages `ids` kept from 2 on. */
function leftBehind(ids: readonly string[], nextTarget: number): MemoryStore {
  const store = new MemoryStore(new Int32Array(2));
  const peer = FixPeer.loggedOn({}, { store });
  for (const id of ids) {
    peer.session.compose('D').text(11, id);
    peer.session.sendComposed(CAUSE.none);
  }
  store.setNextTarget(nextTarget);
  return store;
}

function connected(config: Partial<SessionConfig>, store = new MemoryStore(new Int32Array(2))): FixPeer {
  const peer = new FixPeer(config, { store });
  peer.connects();
  return peer;
}

describe('NextExpectedMsgSeqNum(789)', () => {
  it('tells what we expect, in the Logon of either side', () => {
    const calls = connected(initiator, leftBehind(['A'], 9));
    calls.expects('35=A|34=3|98=0|108=0|789=9|');
    const called = connected(both, leftBehind(['A'], 9));
    called.sends('35=A|34=9|98=0|108=0|789=3|');
    called.expects('35=A|34=3|98=0|108=0|789=10|');
    called.expectsNothing();
    expect(called.session.stateName()).toBe('logged-on');
  });

  it('of the acceptor, lower than our next number: what it lacks is sent again without being asked for', () => {
    const peer = connected(initiator, leftBehind(['A', 'B'], 2));
    peer.expects('35=A|34=4|98=0|108=0|789=2|');
    peer.sends('35=A|34=2|98=0|108=0|789=3|');
    peer.expects('35=D|34=3|43=Y|122=<time>|11=B|');
    peer.expects('35=4|34=4|43=Y|122=<time>|36=5|123=Y|');
    peer.expectsNothing();
    expect(peer.session.stateName()).toBe('logged-on');
  });

  it('of the initiator, lower than our next number: the Logon first, then what it lacks', () => {
    const peer = connected(both, leftBehind(['A', 'B'], 2));
    peer.sends('35=A|34=2|98=0|108=0|789=2|');
    peer.expects('35=A|34=4|98=0|108=0|789=3|');
    peer.expects('35=D|34=2|43=Y|122=<time>|11=A|');
    peer.expects('35=D|34=3|43=Y|122=<time>|11=B|');
    peer.expects('35=4|34=4|43=Y|122=<time>|36=5|123=Y|');
    peer.expectsNothing();
  });

  it('too high ends the session with a Logout that says so', () => {
    const calls = connected(initiator, leftBehind(['A'], 2));
    calls.next();
    calls.sends('35=A|34=2|98=0|108=0|789=9|');
    calls.expects('35=5|34=4|58=NextExpectedMsgSeqNum too high, expecting 4 but received 9|');
    calls.expectsDisconnect();
    const called = connected(both, leftBehind(['A'], 2));
    called.sends('35=A|34=2|98=0|108=0|789=9|');
    called.expects('35=5|34=3|58=NextExpectedMsgSeqNum too high, expecting 3 but received 9|');
    called.expectsDisconnect();
  });

  it('of ours makes a ResendRequest unnecessary: the gap before the Logon is filled unasked', () => {
    const peer = connected(initiator, leftBehind([], 5));
    peer.next();
    peer.sends('35=A|34=9|98=0|108=0|789=3|');
    peer.expectsNothing();
    expect(peer.session.stateName()).toBe('awaiting-resend');
    peer.sends(`35=4|34=5|43=Y|122=${BEFORE}|36=9|123=Y|`);
    peer.expectsNothing();
    // The Logon itself was number 9: it waited in the queue.
    expect(peer.session.stateName()).toBe('logged-on');
    peer.sends('35=8|34=10|17=next|');
    expect(peer.heard.at(-1)).toContain('17=next');
  });

  it('of a peer that then sends nothing is followed by a ResendRequest in time', () => {
    const peer = connected(initiator, leftBehind([], 5));
    peer.next();
    peer.sends('35=A|34=9|98=0|108=0|789=3|');
    peer.after(10_000);
    peer.expects('35=2|34=3|7=5|16=0|');
  });

  it('is not heeded where it is not configured', () => {
    const peer = connected({ role: 'initiator', heartBtIntMs: 0 }, leftBehind(['A'], 2));
    peer.expects('35=A|34=3|98=0|108=0|');
    peer.sends('35=A|34=2|98=0|108=0|789=2|');
    peer.expectsNothing();
  });

  it('goes with ResetSeqNumFlag', () => {
    const peer = connected({ ...initiator, resetOnLogon: true }, leftBehind(['A'], 7));
    peer.expects('35=A|34=1|98=0|108=0|141=Y|789=1|');
    peer.sends('35=A|34=1|98=0|108=0|141=Y|789=2|');
    peer.expectsNothing();
    expect(peer.session.stateName()).toBe('logged-on');
  });
});

describe('LastMsgSeqNumProcessed(369)', () => {
  it('stands in every header: session messages, templates, composed and resent ones, gap fills', () => {
    const config: Partial<SessionConfig> = { lastMsgSeqNumProcessed: true };
    const peer = new FixPeer(config);
    peer.connects();
    const slots = executionReport(peer.session.config);
    const template = peer.session.place(slots.builder);
    peer.sends('35=A|34=1|98=0|108=30|');
    peer.expects('35=A|34=1|369=1|98=0|108=30|');
    peer.sends('35=1|34=2|112=X|');
    peer.expects('35=0|34=2|369=2|112=X|');
    peer.session.compose('D').text(11, 'A');
    peer.session.sendComposed(CAUSE.none);
    peer.expects('35=D|34=3|369=2|11=A|');
    peer.session.send(template, CAUSE.none);
    expect(peer.next()).toMatch(/^35=8\|34=4\|369=2\|/);
    peer.sends('35=2|34=3|7=2|16=3|');
    peer.expects('35=4|34=2|43=Y|122=<time>|369=3|36=3|123=Y|');
    peer.expects('35=D|34=3|43=Y|122=<time>|369=3|11=A|');
  });
});

describe('ResendRequests of ours in chunks', () => {
  it('ask for the next part when one is complete, and for no more than is missing', () => {
    const peer = FixPeer.loggedOn({ resendRequestChunk: 3 });
    peer.sends('35=8|34=10|17=E10|');
    peer.expects('35=2|34=2|7=2|16=4|');
    for (const seq of [2, 3]) peer.sends(`35=8|34=${seq}|43=Y|122=${BEFORE}|17=E${seq}|`);
    peer.expectsNothing();
    peer.sends(`35=8|34=4|43=Y|122=${BEFORE}|17=E4|`);
    peer.expects('35=2|34=3|7=5|16=7|');
    peer.sends(`35=4|34=5|43=Y|122=${BEFORE}|36=8|123=Y|`);
    peer.expects('35=2|34=4|7=8|16=9|');
    peer.sends(`35=4|34=8|43=Y|122=${BEFORE}|36=10|123=Y|`);
    peer.expectsNothing();
    expect(peer.session.stateName()).toBe('logged-on');
    expect(peer.heard.map((text) => /17=(\w+)/.exec(text)?.[1])).toEqual(['E2', 'E3', 'E4', 'E10']);
    expect(peer.sequence[1]).toBe(11);
  });

  it('of one message each', () => {
    const peer = FixPeer.loggedOn({ resendRequestChunk: 1 });
    peer.sends('35=0|34=4|');
    peer.expects('35=2|34=2|7=2|16=2|');
    peer.sends(`35=4|34=2|43=Y|122=${BEFORE}|36=3|123=Y|`);
    peer.expects('35=2|34=3|7=3|16=3|');
    peer.sends(`35=4|34=3|43=Y|122=${BEFORE}|36=4|123=Y|`);
    peer.expectsNothing();
    expect(peer.sequence[1]).toBe(5);
  });

  it('are repeated as they were when nothing comes', () => {
    const peer = FixPeer.loggedOn({ resendRequestChunk: 2, heartBtIntMs: 0 });
    peer.sends('35=0|34=9|');
    peer.expects('35=2|34=2|7=2|16=3|');
    peer.after(10_000);
    peer.expects('35=2|34=3|7=2|16=3|');
  });
});

describe('timestamps', () => {
  it.each([
    ['s', '20200130-09:30:00'],
    ['ms', '20200130-09:30:00.123'],
    ['us', '20200130-09:30:00.123456'],
    ['ns', '20200130-09:30:00.123456000'],
  ] as const)(
    'have the configured precision %s, in session messages, templates and resent ones',
    (precision, expected) => {
      const peer = new FixPeer({ timestampPrecision: precision });
      peer.clock.cells[CELL.nowNs] += 123_456_000;
      peer.connects();
      const slots = executionReport(peer.session.config);
      const template = peer.session.place(slots.builder);
      peer.sends('35=A|34=1|98=0|108=30|');
      peer.session.time.update();
      template.setTimestamp(slots.transactTime, peer.session.time);
      peer.session.send(template, CAUSE.none);
      peer.sends('35=2|34=2|7=1|16=0|');
      const wire = Buffer.concat(peer.received()).toString('latin1').replaceAll('\x01', '|');
      expect(wire.match(/\|52=[^|]*/g)).toEqual(Array.from({ length: 4 }, () => `|52=${expected}`));
      expect(wire.match(/\|60=[^|]*/g)).toEqual([`|60=${expected}`, `|60=${expected}`]);
      expect(wire.match(/\|122=[^|]*/g)).toEqual([`|122=${expected}`, `|122=${expected}`]);
    },
  );
});

describe('numbers begin anew', () => {
  const numbers = (peer: FixPeer): number[] => [...peer.sequence];

  it('after a Logout, where configured: the peer began it, or we did', () => {
    const theirs = FixPeer.loggedOn({ resetOnLogout: true });
    theirs.sends('35=5|34=2|');
    theirs.expects('35=5|34=2|');
    theirs.expectsDisconnect();
    expect(numbers(theirs)).toEqual([1, 1]);
    const ours = FixPeer.loggedOn({ resetOnLogout: true });
    ours.session.logout('done');
    ours.expects('35=5|34=2|58=done|');
    ours.sends('35=5|34=2|');
    ours.expectsDisconnect();
    expect(numbers(ours)).toEqual([1, 1]);
  });

  it('not after a connection that broke, unless that is configured', () => {
    const broken = FixPeer.loggedOn({ resetOnLogout: true });
    broken.disconnects();
    expect(numbers(broken)).toEqual([2, 2]);
    const anyway = FixPeer.loggedOn({ resetOnDisconnect: true });
    anyway.disconnects();
    expect(numbers(anyway)).toEqual([1, 1]);
    const plain = FixPeer.loggedOn();
    plain.sends('35=5|34=2|');
    plain.next();
    plain.expectsDisconnect();
    expect(numbers(plain)).toEqual([3, 3]);
  });
});
