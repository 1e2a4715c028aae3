import { describe, expect, it } from 'vitest';
import { FixPeer } from '../../support/fix-peer.ts';
import { sealed, wire } from '../../support/fix-wire.ts';

describe('an acceptor before the session', () => {
  it('answers a Logon and echoes HeartBtInt', () => {
    const peer = new FixPeer();
    peer.connects();
    peer.sends('35=A|34=1|98=0|108=7|');
    peer.expects('35=A|34=1|98=0|108=7|');
    expect(peer.session.isLoggedOn()).toBe(true);
    expect(peer.session.heartBtIntMs()).toBe(7_000);
    expect([...peer.sequence]).toEqual([2, 2]);
  });

  it('answers a Logon above the expected number first, then asks for the gap (1S-a)', () => {
    const peer = new FixPeer();
    peer.connects();
    peer.sends('35=A|34=5|98=0|108=30|');
    peer.expects('35=A|34=1|98=0|108=30|');
    peer.expects('35=2|34=2|7=1|16=0|');
    expect(peer.session.stateName()).toBe('awaiting-resend');
    peer.sends('35=4|34=1|43=Y|122=20200130-09:30:00.000|36=6|123=Y|');
    expect(peer.session.stateName()).toBe('logged-on');
    expect(peer.sequence[1]).toBe(6);
  });

  it('refuses a Logon below the expected number with a Logout', () => {
    const peer = new FixPeer();
    peer.sequence.set([4, 9]);
    peer.connects();
    peer.sends('35=A|34=2|98=0|108=30|');
    peer.expects('35=5|34=4|58=MsgSeqNum too low, expecting 9 but received 2|');
    peer.expectsDisconnect();
  });

  it('begins at 1 again with ResetSeqNumFlag', () => {
    const peer = new FixPeer();
    peer.sequence.set([40, 90]);
    peer.connects();
    peer.sends('35=A|34=1|98=0|108=30|141=Y|');
    peer.expects('35=A|34=1|98=0|108=30|141=Y|');
    expect([...peer.sequence]).toEqual([2, 2]);
  });

  it('begins at 1 again at every Logon where the configuration says so, without saying 141', () => {
    const peer = new FixPeer({ resetOnLogon: true });
    peer.sequence.set([40, 90]);
    peer.connects();
    peer.sends('35=A|34=1|98=0|108=30|');
    peer.expects('35=A|34=1|98=0|108=30|');
  });

  it('goes on where the numbers in the shared cells stand', () => {
    const peer = new FixPeer();
    peer.sequence.set([40, 90]);
    peer.connects();
    peer.sends('35=A|34=90|98=0|108=30|');
    peer.expects('35=A|34=40|98=0|108=30|');
    expect([...peer.sequence]).toEqual([41, 91]);
  });

  const silentlyRefused: [string, string][] = [
    ['a SenderCompID it does not know (1c)', '35=A|34=1|49=NOBODY|98=0|108=30|'],
    ['a TargetCompID that is not its own (1c)', '35=A|34=1|56=NOBODY|98=0|108=30|'],
    ['a first message that is no Logon (1e)', '35=0|34=1|'],
    ['a Logon without MsgSeqNum', '35=A|35=A|98=0|108=30|'],
    ['encryption', '35=A|34=1|98=1|108=30|'],
    ['a Logon without HeartBtInt', '35=A|34=1|98=0|'],
    ['a negative HeartBtInt', '35=A|34=1|98=0|108=-1|'],
    ['an absurd HeartBtInt', '35=A|34=1|98=0|108=2000000000|'],
    ['ResetSeqNumFlag with a number other than 1', '35=A|34=3|98=0|108=30|141=Y|'],
  ];
  it.each(silentlyRefused)('closes without a word on %s', (_what, message) => {
    const peer = new FixPeer();
    peer.connects();
    peer.sends(message);
    peer.expectsDisconnect();
    expect([...peer.sequence]).toEqual([1, 1]);
  });

  it('closes without a word on another BeginString (1d)', () => {
    const peer = new FixPeer();
    peer.connects();
    peer.sendsBytes(wire(`35=A|34=1|49=PEER|52=${peer.clock.text()}|56=US|98=0|108=30|`, 'FIX.3.9'));
    peer.expectsDisconnect();
  });

  it('closes without a word on a SendingTime out of range, where it is checked (1d)', () => {
    const peer = new FixPeer({ sendingTimeAccuracyMs: 120_000 });
    peer.connects();
    peer.sends('35=A|34=1|52=20010101-00:00:00.000|98=0|108=30|');
    peer.expectsDisconnect();
  });

  it('closes without a word on a garbled Logon (1d)', () => {
    const peer = new FixPeer();
    peer.connects();
    peer.sendsBytes(sealed('8=FIX.4.4|9=20|35=A|34=1|49=PEER|56=US|98=0|108=30|'));
    peer.expectsDisconnect();
  });

  it('demands Username and Password where they are configured, and logs neither', () => {
    const config = { username: 'trader', password: 's3cret' };
    const peer = new FixPeer(config);
    peer.connects();
    peer.sends('35=A|34=1|98=0|108=30|553=trader|554=wrong-s3cret|');
    peer.expectsDisconnect();
    const welcome = new FixPeer(config);
    welcome.connects();
    welcome.sends('35=A|34=1|98=0|108=30|553=trader|554=s3cret|');
    welcome.expects('35=A|34=1|98=0|108=30|');
    for (const line of [...peer.log, ...welcome.log]) expect(line).not.toContain('s3cret');
  });

  it('closes a connection that stays silent', () => {
    const peer = new FixPeer();
    peer.connects();
    peer.after(4_999);
    peer.expectsNothing();
    peer.after(1);
    peer.expectsDisconnect();
    expect(peer.heard).toEqual(['logout: no Logon within 5000 ms']);
  });

  it('listens again after a connection, and goes on with the numbers', () => {
    const peer = FixPeer.loggedOn();
    peer.disconnects();
    expect(peer.heard).toEqual(['logout: the peer closed the connection']);
    peer.connects();
    peer.sends('35=A|34=2|98=0|108=30|');
    peer.expects('35=A|34=2|98=0|108=30|');
  });
});

describe('an initiator before the session', () => {
  const initiator = { role: 'initiator', username: 'trader', password: 's3cret' } as const;

  it('says Logon with its credentials, and is up when it is answered', () => {
    const peer = new FixPeer({ ...initiator, resetOnLogon: true });
    peer.sequence.set([40, 90]);
    peer.connects();
    peer.expects('35=A|34=1|98=0|108=30|141=Y|553=trader|554=s3cret|');
    expect(peer.session.isLoggedOn()).toBe(false);
    peer.sends('35=A|34=1|98=0|108=30|141=Y|');
    expect(peer.session.isLoggedOn()).toBe(true);
    expect(peer.heard).toEqual(['logon']);
    expect([...peer.sequence]).toEqual([2, 2]);
    for (const line of peer.log) expect(line).not.toContain('s3cret');
  });

  it('keeps its numbers without reset, and asks for what it missed', () => {
    const peer = new FixPeer({ role: 'initiator' });
    peer.sequence.set([40, 90]);
    peer.connects();
    peer.expects('35=A|34=40|98=0|108=30|');
    peer.sends('35=A|34=95|98=0|108=30|');
    peer.expects('35=2|34=41|7=90|16=0|');
  });

  it('follows a venue that resets the numbers in its answer', () => {
    const peer = new FixPeer({ role: 'initiator' });
    peer.sequence.set([40, 90]);
    peer.connects();
    peer.expects('35=A|34=40|98=0|108=30|');
    peer.sends('35=A|34=1|98=0|108=30|141=Y|');
    expect([...peer.sequence]).toEqual([2, 2]);
  });

  it('survives HeartBtInt 0 from the venue', () => {
    const peer = new FixPeer({ role: 'initiator' });
    peer.connects();
    peer.next();
    peer.sends('35=A|34=1|98=0|108=0|');
    expect(peer.session.isLoggedOn()).toBe(true);
    expect(peer.session.heartBtIntMs()).toBe(30_000);
  });

  it('ends with a Logout when the answer is no Logon (1B-e)', () => {
    const peer = new FixPeer({ role: 'initiator' });
    peer.connects();
    peer.next();
    peer.sends('35=0|34=1|');
    peer.expects('35=5|34=2|58=first message not a logon|');
    peer.expectsDisconnect();
  });

  it('ends with a Logout when the answer comes from somebody else (1B-d)', () => {
    const peer = new FixPeer({ role: 'initiator' });
    peer.connects();
    peer.next();
    peer.sends('35=A|34=1|49=NOBODY|98=0|108=30|');
    peer.expects('35=5|34=2|58=unknown SenderCompID|');
    peer.expectsDisconnect();
  });

  it('tells why the venue refused', () => {
    const peer = new FixPeer({ role: 'initiator' });
    peer.connects();
    peer.next();
    peer.sends('35=5|34=1|58=closed on Sundays|');
    peer.expectsDisconnect();
    expect(peer.heard).toEqual(['logout: the venue refused the Logon: closed on Sundays']);
  });

  it('hides the password that a venue echoes', () => {
    const peer = new FixPeer(initiator);
    peer.connects();
    peer.next();
    peer.sends('35=5|34=1|58=bad password s3cret|');
    peer.expectsDisconnect();
    expect(peer.heard).toEqual(['logout: the venue refused the Logon: bad password ***']);
    for (const line of peer.log) expect(line).not.toContain('s3cret');
  });

  it('hides all of a secret that begins with another one', () => {
    const peer = new FixPeer({ ...initiator, newPassword: 's3cret-2027' });
    peer.connects();
    peer.next();
    peer.sends('35=5|34=1|58=neither s3cret nor s3cret-2027|');
    peer.expectsDisconnect();
    expect(peer.heard).toEqual(['logout: the venue refused the Logon: neither *** nor ***']);
  });

  it('gives up when nobody answers', () => {
    const peer = new FixPeer({ role: 'initiator' });
    peer.connects();
    peer.next();
    peer.after(5_000);
    peer.expectsDisconnect();
    expect(peer.heard).toEqual(['logout: no answer to the Logon within 5000 ms']);
  });

  it('gives up when there is no connection', () => {
    const peer = new FixPeer({ role: 'initiator' });
    peer.session.start();
    peer.after(5_000);
    expect(peer.heard).toEqual(['logout: no connection within 5000 ms']);
  });

  it('sends no stale number when it connects again', () => {
    const peer = FixPeer.loggedOn({ role: 'initiator' });
    peer.disconnects();
    peer.connects();
    peer.expects('35=A|34=2|98=0|108=30|');
  });
});

it('refuses a configuration that FIX cannot carry', () => {
  expect(() => new FixPeer({ heartBtIntMs: 1_500 })).toThrow(/whole seconds/);
  expect(() => new FixPeer({ senderCompId: 'A\x01B' })).toThrow(/senderCompId/);
  expect(() => new FixPeer({ password: '' })).toThrow(/password/);
  expect(() => new FixPeer({ logonTimeoutMs: 0 })).toThrow(/logonTimeoutMs/);
});
