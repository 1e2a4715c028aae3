import { describe, expect, it } from 'vitest';
import { HANDLED, withHeader } from '../../../gateway/index.ts';
import { CAUSE } from '../../../native/layout.ts';
import { FixPeer } from '../../support/fix-peer.ts';
import { sealed, wire } from '../../support/fix-wire.ts';

const BEFORE = '20200130-09:29:59.000';

describe('header', () => {
  it('ends with a Logout on a number too low (2c)', () => {
    const peer = FixPeer.loggedOn();
    peer.sends('35=0|34=1|');
    peer.expects('35=5|34=2|58=MsgSeqNum too low, expecting 2 but received 1|');
    peer.expectsDisconnect();
  });

  it('passes over a duplicate that says so, and takes one it has not seen (2e)', () => {
    const peer = FixPeer.loggedOn();
    peer.sends(`35=8|34=1|43=Y|122=${BEFORE}|17=old|`);
    peer.expectsNothing();
    peer.sends(`35=8|34=2|43=Y|122=${BEFORE}|17=new|`);
    expect(peer.heard).toHaveLength(1);
    expect(peer.heard[0]).toContain('17=new');
    expect(peer.sequence[1]).toBe(3);
  });

  it('rejects a duplicate without OrigSendingTime (2g)', () => {
    const peer = FixPeer.loggedOn();
    peer.sends('35=8|34=1|43=Y|');
    peer.expects('35=3|34=2|45=1|58=Required tag missing|371=122|372=8|373=1|');
    expect(peer.sequence[1]).toBe(2);
  });

  it('rejects a duplicate that was sent before it was first sent, and logs out (2f)', () => {
    const peer = FixPeer.loggedOn();
    peer.sends('35=8|34=1|43=Y|122=20300101-00:00:00.000|');
    peer.expects('35=3|34=2|45=1|58=SendingTime accuracy problem|372=8|373=10|');
    peer.expects('35=5|34=3|');
    peer.sends('35=5|34=2|');
    peer.expectsDisconnect();
  });

  it('logs out on another BeginString, and waits for the answer (2i)', () => {
    const peer = FixPeer.loggedOn();
    peer.sendsBytes(wire(`35=0|34=2|49=PEER|52=${peer.clock.text()}|56=US|`, 'FIX.4.2'));
    peer.expects('35=5|34=2|58=Incorrect BeginString|');
    peer.after(1_999);
    peer.expectsNothing();
    peer.after(1);
    peer.expectsDisconnect();
  });

  it('rejects another CompID and logs out (2k)', () => {
    const peer = FixPeer.loggedOn();
    peer.sends('35=0|34=2|49=NOBODY|');
    peer.expects('35=3|34=2|45=2|58=CompID problem|372=0|373=9|');
    peer.expects('35=5|34=3|');
    expect(peer.sequence[1]).toBe(3);
  });

  it('rejects a SendingTime out of range and logs out, only where it is checked (2o)', () => {
    const strict = FixPeer.loggedOn({ sendingTimeAccuracyMs: 120_000 });
    strict.sends('35=0|34=2|52=20200130-09:27:59.000|');
    strict.expects('35=3|34=2|45=2|58=SendingTime accuracy problem|372=0|373=10|');
    strict.expects('35=5|34=3|');
    expect(strict.log.at(-1)).toContain('SendingTime accuracy problem');
    const lenient = FixPeer.loggedOn();
    lenient.sends('35=0|34=2|52=20010101-00:00:00|');
    lenient.expectsNothing();
    expect(lenient.session.isLoggedOn()).toBe(true);
  });

  it('takes a SendingTime within the range', () => {
    const peer = FixPeer.loggedOn({ sendingTimeAccuracyMs: 120_000 });
    peer.sends('35=0|34=2|52=20200130-09:28:01|');
    peer.expectsNothing();
  });

  it('rejects a MsgType that FIX does not know (2q), and answers one that the application does not (2r)', () => {
    const peer = FixPeer.loggedOn();
    peer.sends('35=*|34=2|');
    peer.expects('35=3|34=2|45=2|58=Invalid MsgType|372=*|373=11|');
    expect(peer.heard).toEqual([]);
    peer.answer = HANDLED.unsupported;
    peer.sends('35=AE|34=3|');
    peer.expects('35=j|34=3|45=3|58=Unsupported Message Type|372=AE|380=3|');
    expect(peer.sequence[1]).toBe(4);
  });

  it.each([
    ['49', '35=0|34=2|', '52=20200130-09:30:00.000|56=US|'],
    ['56', '35=0|34=2|', '49=PEER|52=20200130-09:30:00.000|'],
    ['52', '35=0|34=2|', '49=PEER|56=US|'],
  ])('rejects a header without tag %s (14b)', (tag, start, rest) => {
    const peer = FixPeer.loggedOn();
    peer.sendsBytes(wire(start + rest));
    peer.expects(`35=3|34=2|45=2|58=Required tag missing|371=${tag}|372=0|373=1|`);
    expect(peer.sequence[1]).toBe(3);
  });

  it('ends when MsgSeqNum is missing', () => {
    const peer = FixPeer.loggedOn();
    peer.sendsBytes(wire(`35=0|49=PEER|52=${peer.clock.text()}|56=US|`));
    peer.expects('35=5|34=2|58=MsgSeqNum is missing or invalid|');
    peer.expectsDisconnect();
  });

  it('rejects tag -1 (14a) and a tag without a value (14d)', () => {
    const peer = FixPeer.loggedOn();
    peer.sends('35=0|34=2|-1=x|');
    peer.expects('35=3|34=2|45=2|58=Invalid tag number|371=-1|372=0|373=0|');
    peer.sends('35=0|34=3|0=x|');
    peer.expects('35=3|34=3|45=3|58=Invalid tag number|371=0|372=0|373=0|');
    peer.sends('35=0|34=4|56=|');
    peer.expects('35=3|34=4|45=4|58=Tag specified without a value|371=56|372=0|373=4|');
    expect(peer.sequence[1]).toBe(5);
  });
});

describe('garbled messages are ignored and not counted', () => {
  it.each([
    ['a wrong checksum (3b)', '8=FIX.4.4|9=5|35=0|10=000|'],
    ['a checksum of two digits', '8=FIX.4.4|9=5|35=0|10=12|'],
    ['a tag that is no number (3c)', '9x=1'],
    ['fields out of order (2t)', '8=FIX.4.4|35=0|9=5|34=2|10=000|'],
    ['no BeginString', '34=2|35=0|'],
  ])('%s', (_what, bytes) => {
    const peer = FixPeer.loggedOn();
    peer.sendsBytes(bytes.startsWith('9x') ? wire('35=0|34=2|9x=1|') : Buffer.from(bytes.replaceAll('|', '\x01')));
    peer.expectsNothing();
    expect(peer.sequence[1]).toBe(2);
    peer.sends('35=1|34=2|112=still there?|');
    peer.expects('35=0|34=2|112=still there?|');
  });

  it('a BodyLength too great swallows the message behind it, as it does at QuickFIX (2m)', () => {
    const peer = FixPeer.loggedOn();
    const text = `35=0|34=2|49=PEER|52=${peer.clock.text()}|56=US|`.replaceAll('|', '\x01');
    peer.sendsBytes(sealed(`8=FIX.4.4|9=${text.length + 30}|${text}`));
    peer.sends('35=1|34=2|112=swallowed|');
    peer.expectsNothing();
    peer.sends('35=1|34=2|112=heard|');
    peer.expects('35=0|34=2|112=heard|');
  });

  it('or does not, where reading goes on at the next BeginString', () => {
    const peer = FixPeer.loggedOn({ resync: 'beginString' });
    const text = `35=0|34=2|49=PEER|52=${peer.clock.text()}|56=US|`.replaceAll('|', '\x01');
    peer.sendsBytes(sealed(`8=FIX.4.4|9=${text.length + 30}|${text}`));
    peer.sends('35=1|34=2|112=heard|');
    peer.expects('35=0|34=2|112=heard|');
  });

  it('a message longer than the limit', () => {
    const peer = FixPeer.loggedOn({ maxMessageBytes: 512 });
    peer.sends(`35=0|34=2|58=${'x'.repeat(600)}|`);
    peer.expectsNothing();
    peer.sends('35=1|34=2|112=a|');
    peer.expects('35=0|34=2|112=a|');
  });
});

describe('time', () => {
  it('sends a Heartbeat when nothing was sent for HeartBtInt (4a)', () => {
    const peer = FixPeer.loggedOn();
    peer.after(29_999);
    peer.expectsNothing();
    expect(peer.session.nextDueNs()).toBe(34_230e9);
    peer.after(1);
    peer.expects('35=0|34=2|');
  });

  it('answers a TestRequest with its TestReqID (4b)', () => {
    const peer = FixPeer.loggedOn();
    peer.sends('35=1|34=2|112=HELLO|');
    peer.expects('35=0|34=2|112=HELLO|');
  });

  it('asks after 1.2 intervals of silence and goes after 2.4, without a word in between (6)', () => {
    const peer = FixPeer.loggedOn();
    peer.after(30_000);
    peer.expects('35=0|34=2|');
    peer.after(6_000);
    peer.expects('35=1|34=3|112=TEST|');
    peer.after(35_999);
    peer.expectsNothing();
    peer.after(1);
    peer.expectsDisconnect();
    expect(peer.heard).toEqual(['logout: nothing received for 72000 ms, TestRequest unanswered']);
  });

  it('takes any message for a sign of life', () => {
    const peer = FixPeer.loggedOn();
    peer.after(36_000);
    peer.expects('35=1|34=2|112=TEST|');
    peer.sends('35=8|34=2|');
    peer.after(35_999);
    peer.expects('35=0|34=3|');
    peer.expectsNothing();
  });

  it('gives the peer its time after a stall of our own', () => {
    const peer = FixPeer.loggedOn();
    peer.after(10_000_000);
    peer.expects('35=1|34=2|112=TEST|');
    peer.sends('35=0|34=2|112=TEST|');
    expect(peer.session.isLoggedOn()).toBe(true);
  });

  it('has no timers with HeartBtInt 0', () => {
    const peer = new FixPeer();
    peer.connects();
    peer.sends('35=A|34=1|98=0|108=0|');
    peer.expects('35=A|34=1|98=0|108=0|');
    expect(peer.session.nextDueNs()).toBe(Number.POSITIVE_INFINITY);
    peer.after(1_000_000);
    peer.expectsNothing();
  });
});

describe('ResendRequest from the peer', () => {
  it('is answered by one gap fill over session messages (8)', () => {
    const peer = FixPeer.loggedOn();
    peer.sends('35=1|34=2|112=A|');
    peer.expects('35=0|34=2|112=A|');
    peer.sends('35=2|34=3|7=1|16=0|');
    peer.expects('35=4|34=1|43=Y|122=<time>|36=3|123=Y|');
    expect([...peer.sequence]).toEqual([3, 4]);
    expect(sendOrder(peer)).toMatch(/^35=D\|34=3\|/);
  });

  it('is answered whatever its number, and a gap that it shows is asked for later (20)', () => {
    const peer = FixPeer.loggedOn();
    peer.sends('35=2|34=9|7=1|16=0|');
    peer.expects('35=4|34=1|43=Y|122=<time>|36=2|123=Y|');
    expect(peer.sequence[1]).toBe(2);
    peer.sends('35=8|34=10|');
    peer.expects('35=2|34=2|7=2|16=0|');
    peer.sends('35=2|34=11|7=1|16=0|');
    peer.expects('35=4|34=1|43=Y|122=<time>|36=3|123=Y|');
  });

  it('is rejected where it asks for the impossible', () => {
    const peer = FixPeer.loggedOn();
    peer.sends('35=2|34=2|7=0|16=0|');
    peer.expects('35=3|34=2|45=2|58=Value is incorrect (out of range) for this tag|371=7|372=2|373=5|');
    peer.sends('35=2|34=3|7=2000000000|16=0|');
    peer.expects('35=3|34=3|45=3|58=Value is incorrect (out of range) for this tag|371=7|372=2|373=5|');
    peer.sends('35=2|34=4|7=2|16=1|');
    peer.expects('35=3|34=4|45=4|58=Value is incorrect (out of range) for this tag|371=16|372=2|373=5|');
  });

  it('ends the session when it comes for ever', () => {
    const peer = FixPeer.loggedOn();
    for (let i = 0; i < 17; i++) {
      peer.sends(`35=2|34=${i + 2}|7=1|16=0|`);
      peer.expects('35=4|34=1|43=Y|122=<time>|36=2|123=Y|');
    }
    peer.sends('35=2|34=19|7=1|16=0|');
    peer.expects('35=5|34=2|58=ResendRequest from 1 repeated 16 times|');
    peer.expectsDisconnect();
  });
});

describe('a gap in what comes', () => {
  it('is asked for once; what came early waits and follows in order (2b)', () => {
    const peer = FixPeer.loggedOn();
    peer.sends('35=8|34=4|17=four|');
    peer.expects('35=2|34=2|7=2|16=0|');
    peer.sends('35=8|34=5|17=five|');
    peer.expectsNothing();
    peer.sends('35=8|34=2|17=two|');
    peer.sends(`35=8|34=3|43=Y|122=${BEFORE}|17=three|`);
    expect(peer.heard.map((text) => /17=(\w+)/.exec(text)?.[1])).toEqual(['two', 'three', 'four', 'five']);
    expect(peer.sequence[1]).toBe(6);
    expect(peer.session.stateName()).toBe('logged-on');
    peer.after(10_000);
    peer.expectsNothing();
  });

  it('takes a report that waited, though a gap fill passes over it', () => {
    const peer = FixPeer.loggedOn();
    peer.sends('35=8|34=4|17=four|');
    peer.expects('35=2|34=2|7=2|16=0|');
    peer.sends(`35=4|34=2|43=Y|122=${BEFORE}|36=6|123=Y|`);
    expect(peer.heard.map((text) => /17=(\w+)/.exec(text)?.[1])).toEqual(['four']);
    expect(peer.sequence[1]).toBe(6);
    expect(peer.session.stateName()).toBe('logged-on');
  });

  it('that is never filled is asked for three times, then the session ends', () => {
    const peer = FixPeer.loggedOn();
    peer.sends('35=8|34=4|');
    peer.expects('35=2|34=2|7=2|16=0|');
    peer.after(10_000);
    peer.expects('35=2|34=3|7=2|16=0|');
    peer.after(10_000);
    peer.expects('35=2|34=4|7=2|16=0|');
    peer.after(10_000);
    peer.expects('35=5|34=5|58=ResendRequest from 2 was not satisfied|');
    peer.expectsDisconnect();
  });

  it('keeps orders possible', () => {
    const peer = FixPeer.loggedOn();
    peer.sends('35=8|34=4|');
    peer.next();
    expect(peer.session.isLoggedOn()).toBe(true);
    expect(sendOrder(peer)).toMatch(/^35=D\|34=3\|/);
  });

  it('shows with the message behind a Reject, not with the Reject itself', () => {
    const peer = FixPeer.loggedOn();
    peer.sends('35=3|34=4|45=1|');
    peer.expectsNothing();
    expect(peer.heard).toHaveLength(1);
    expect(peer.sequence[1]).toBe(2);
  });

  it('does not outgrow its queue', () => {
    const peer = FixPeer.loggedOn();
    for (let seq = 4; seq < 400; seq++) peer.sends(`35=8|34=${seq}|17=${seq}|`);
    peer.expects('35=2|34=2|7=2|16=0|');
    peer.sends('35=8|34=2|17=2|');
    peer.sends('35=8|34=3|17=3|');
    expect(peer.heard).toHaveLength(258);
    expect(peer.sequence[1]).toBe(260);
    for (let seq = 260; seq < 400; seq++) peer.sends(`35=8|34=${seq}|43=Y|122=${BEFORE}|17=${seq}|`);
    expect(peer.heard).toHaveLength(398);
    expect(peer.session.stateName()).toBe('logged-on');
  });
});

describe('SequenceReset', () => {
  it('fills a gap in its turn (10-b), is asked for ahead of it (10-a), passed over behind it (10-c)', () => {
    const peer = FixPeer.loggedOn();
    peer.sends('35=4|34=2|36=10|123=Y|');
    expect(peer.sequence[1]).toBe(10);
    peer.sends(`35=4|34=3|43=Y|122=${BEFORE}|36=8|123=Y|`);
    expect(peer.sequence[1]).toBe(10);
    peer.sends('35=4|34=15|36=20|123=Y|');
    peer.expects('35=2|34=2|7=10|16=0|');
    expect(peer.sequence[1]).toBe(10);
  });

  it('that is too low and no duplicate ends the session (10-d)', () => {
    const peer = FixPeer.loggedOn();
    peer.sends('35=4|34=1|36=10|123=Y|');
    peer.expects('35=5|34=2|58=MsgSeqNum too low, expecting 2 but received 1|');
    peer.expectsDisconnect();
  });

  it('that would lower the number is rejected (10-e)', () => {
    const peer = FixPeer.loggedOn();
    peer.sends('35=4|34=2|36=2|123=Y|');
    peer.expects('35=3|34=2|45=2|58=Value is incorrect (out of range) for this tag|371=36|372=4|373=5|');
    expect(peer.sequence[1]).toBe(2);
  });

  it('resets upwards whatever its own number (11-a), to the same with a warning (11-b), never downwards (11-c)', () => {
    const peer = FixPeer.loggedOn();
    peer.sends('35=4|34=0|36=18|');
    expect(peer.sequence[1]).toBe(18);
    peer.sends('35=4|34=77|36=18|');
    expect(peer.sequence[1]).toBe(18);
    expect(peer.log.at(-1)).toContain('the number that was expected');
    peer.sends('35=4|34=0|36=17|');
    peer.expects('35=3|34=2|45=0|58=Value is incorrect (out of range) for this tag|372=4|373=5|');
    expect(peer.sequence[1]).toBe(18);
  });
});

describe('Logout', () => {
  it('of the peer is answered, and an acceptor closes (13b)', () => {
    const peer = FixPeer.loggedOn();
    peer.sends('35=5|34=2|58=good night|');
    peer.expects('35=5|34=2|');
    peer.expectsDisconnect();
    expect(peer.heard).toEqual(['logout: the peer logged out: good night']);
    expect([...peer.sequence]).toEqual([3, 3]);
  });

  it('of the peer is answered, and an initiator leaves the closing to it, for a while', () => {
    const peer = FixPeer.loggedOn({ role: 'initiator' });
    peer.sends('35=5|34=2|');
    peer.expects('35=5|34=2|');
    peer.after(1_999);
    peer.expectsNothing();
    peer.after(1);
    peer.expectsDisconnect();
  });

  it('is taken whatever its number', () => {
    const peer = FixPeer.loggedOn();
    peer.sends('35=5|34=1|');
    peer.expects('35=5|34=2|');
    peer.expectsDisconnect();
  });

  it('of ours waits for the answer (13a); a fill on its way is still taken, an order is not', () => {
    const peer = FixPeer.loggedOn();
    peer.session.logout('day is over');
    peer.expects('35=5|34=2|58=day is over|');
    expect(peer.session.isLoggedOn()).toBe(false);
    peer.sends('35=8|34=2|17=late fill|');
    expect(peer.heard).toHaveLength(1);
    peer.sends('35=5|34=3|');
    peer.expectsDisconnect();
    expect(peer.heard.at(-1)).toBe('logout: day is over');
  });

  it('of ours that nobody answers ends after the timeout (12)', () => {
    const peer = FixPeer.loggedOn();
    peer.session.logout('day is over');
    peer.next();
    peer.after(2_000);
    peer.expectsDisconnect();
    expect(peer.session.stateName()).toBe('disconnected');
  });
});

it('a Logon with ResetSeqNumFlag in mid-session resets both numbers and is answered in kind', () => {
  const peer = FixPeer.loggedOn();
  sendOrder(peer);
  peer.sends('35=A|34=1|98=0|108=30|141=Y|');
  peer.expects('35=A|34=1|98=0|108=30|141=Y|');
  expect([...peer.sequence]).toEqual([2, 2]);
});

it('a Reject counts and the session goes on (7)', () => {
  const peer = FixPeer.loggedOn();
  peer.sends('35=3|34=2|45=1|58=no|');
  peer.expectsNothing();
  expect(peer.heard).toHaveLength(1);
  expect(peer.sequence[1]).toBe(3);
});

it('fields may come in any order behind the first three (15)', () => {
  const peer = FixPeer.loggedOn();
  peer.sendsBytes(wire(`35=1|56=US|52=${peer.clock.text()}|49=PEER|112=x|34=2|`));
  peer.expects('35=0|34=2|112=x|');
});

it('handles 64 messages in a poll and the rest in the next', () => {
  const peer = FixPeer.loggedOn();
  const one = (seq: number): string => `35=8|34=${seq}|49=PEER|52=${peer.clock.text()}|56=US|`;
  const many = Buffer.concat(Array.from({ length: 100 }, (_, i) => wire(one(i + 2))));
  peer.sendsBytes(many);
  expect(peer.heard).toHaveLength(64);
  peer.expectsNothing();
  expect(peer.heard).toHaveLength(100);
});

const placed = new WeakMap<FixPeer, ReturnType<FixPeer['session']['place']>>();

/** Sends an application message from our side. @returns it */
function sendOrder(peer: FixPeer): string {
  const template = placed.get(peer) ?? peer.session.place(withHeader(peer.session.config, 'D').constant(11, 'X'));
  placed.set(peer, template);
  expect(peer.session.send(template, CAUSE.tick)).toBe(0);
  return peer.next();
}
