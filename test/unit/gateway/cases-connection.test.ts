/** The session-level test cases of FIX 4.4 Volume 2 by number: 1S to 13, acceptor. */
import { describe, expect, it } from 'vitest';
import { HANDLED, NO_REF_TAG, REJECT, withHeader } from '../../../gateway/index.ts';
import { CAUSE } from '../../../native/layout.ts';
import { FixPeer } from '../../support/fix-peer.ts';
import { validatorOf } from '../../support/fix-validator.ts';
import { sealed, wire } from '../../support/fix-wire.ts';

const BEFORE = '20200130-09:29:59.000';
const validator = await validatorOf('FIX.4.4');
const ORDER = `11=ID|21=3|38=100|40=1|54=1|55=INTC|60=${BEFORE}|`;

describe('1S receive Logon', () => {
  it('a: answers it, and asks for the gap when its number is too high', () => {
    const peer = new FixPeer();
    peer.connects();
    peer.sends('35=A|34=5|98=0|108=30|');
    peer.expects('35=A|34=1|98=0|108=30|');
    peer.expects('35=2|34=2|7=1|16=0|');
  });

  it('c: closes on an unknown identity without a word', () => {
    const peer = new FixPeer();
    peer.connects();
    peer.sends('35=A|34=1|49=NOBODY|98=0|108=30|');
    peer.expectsDisconnect();
  });

  it('d: closes on a Logon that is not what the dictionary defines without a word', () => {
    const peer = new FixPeer({}, { validator });
    peer.connects();
    peer.sends('35=A|34=1|98=0|108=30|999=x|');
    peer.expectsDisconnect();
    expect(peer.log[0]).toBe('FIX connection refused: Invalid tag number (tag 999)');
  });

  it('d: closes on a Logon over FIXT.1.1 that names no or another DefaultApplVerID', () => {
    for (const tail of ['', '1137=7|']) {
      const peer = new FixPeer({ beginString: 'FIXT.1.1', defaultApplVerId: '9' });
      peer.connects();
      peer.sends(`35=A|34=1|98=0|108=30|${tail}`);
      peer.expectsDisconnect();
      expect(peer.heard).toEqual(['logout: DefaultApplVerID is not 9']);
    }
  });

  it('e: closes when the first message is none', () => {
    const peer = new FixPeer();
    peer.connects();
    peer.sends('35=1|34=1|112=x|');
    peer.expectsDisconnect();
    expect(peer.heard).toEqual(['logout: first message not a logon but 35=1']);
  });
});

describe('1B send Logon', () => {
  it('d: an answer that is not what the dictionary defines ends in a Logout that says so', () => {
    const peer = new FixPeer({ role: 'initiator' }, { validator });
    peer.connects();
    peer.next();
    peer.sends('35=A|34=1|98=0|108=30|999=x|');
    peer.expects('35=5|34=2|58=Invalid tag number (tag 999)|');
    peer.expectsDisconnect();
  });
});

describe('2 receive a message header', () => {
  it('a: takes the number it expects', () => {
    const peer = FixPeer.loggedOn();
    peer.sends('35=0|34=2|');
    expect(peer.sequence[1]).toBe(3);
  });

  it('b: asks once for what is missing, and delivers in order', () => {
    const peer = FixPeer.loggedOn();
    peer.sends('35=8|34=4|17=4|');
    peer.expects('35=2|34=2|7=2|16=0|');
    peer.sends('35=8|34=3|17=3|');
    peer.expectsNothing();
    peer.sends('35=8|34=2|17=2|');
    peer.sends('35=8|34=3|17=3|');
    expect(peer.heard.map((text) => /17=(\d)/.exec(text)?.[1])).toEqual(['2', '3', '4']);
  });

  it('c: logs out on a number too low', () => {
    const peer = FixPeer.loggedOn();
    peer.sends('35=0|34=1|');
    peer.expects('35=5|34=2|58=MsgSeqNum too low, expecting 2 but received 1|');
    peer.expectsDisconnect();
  });

  it('d: ignores a garbled message, and asks for it when the next one comes', () => {
    const peer = FixPeer.loggedOn();
    peer.sendsBytes(wire('35=8|34=2|4garbled9=x|'));
    peer.expectsNothing();
    peer.sends('35=0|34=3|');
    peer.expects('35=2|34=2|7=2|16=0|');
  });

  it('e: passes over a duplicate it has seen, takes one it has not', () => {
    const peer = FixPeer.loggedOn();
    peer.sends(`35=8|34=1|43=Y|122=${BEFORE}|17=old|`);
    peer.sends(`35=8|34=2|43=Y|122=${BEFORE}|17=new|`);
    expect(peer.heard.map((text) => /17=(\w+)/.exec(text)?.[1])).toEqual(['new']);
  });

  it('f: rejects a duplicate that was sent before it was first sent, whatever the decimals', () => {
    const later = FixPeer.loggedOn();
    later.sends('35=8|34=1|43=Y|52=20200130-09:30:00|122=20200130-09:30:01.000|');
    later.expects('35=3|34=2|45=1|58=SendingTime accuracy problem|372=8|373=10|');
    later.expects('35=5|34=3|');
    const same = FixPeer.loggedOn();
    same.sends('35=8|34=1|43=Y|52=20200130-09:30:00|122=20200130-09:30:00.000|');
    same.expectsNothing();
  });

  it('g: rejects a duplicate without OrigSendingTime, or with one that is none, and does not count it', () => {
    const peer = FixPeer.loggedOn();
    peer.sends('35=8|34=1|43=Y|');
    peer.expects('35=3|34=2|45=1|58=Required tag missing|371=122|372=8|373=1|');
    peer.sends('35=8|34=1|43=Y|122=yesterday|');
    peer.expects('35=3|34=3|45=1|58=Incorrect data format for value|371=122|372=8|373=6|');
    expect(peer.sequence[1]).toBe(2);
  });

  it('i: logs out on another BeginString', () => {
    const peer = FixPeer.loggedOn();
    peer.sendsBytes(wire(`35=0|34=2|49=PEER|52=${peer.clock.text()}|56=US|`, 'FIX.4.1'));
    peer.expects('35=5|34=2|58=Incorrect BeginString|');
    peer.sends('35=5|34=3|');
    peer.expectsDisconnect();
  });

  it('k: rejects other CompIDs, counts the message, logs out', () => {
    const peer = FixPeer.loggedOn({}, { validator });
    peer.sends(`35=D|34=2|56=DLSI|${ORDER}`);
    peer.expects('35=3|34=2|45=2|58=CompID problem|372=D|373=9|');
    peer.expects('35=5|34=3|');
    expect(peer.sequence[1]).toBe(3);
  });

  it('m: ignores a message whose BodyLength is wrong', () => {
    const peer = FixPeer.loggedOn();
    peer.sendsBytes(sealed(`8=FIX.4.4|9=30|35=0|34=2|49=PEER|52=${peer.clock.text()}|56=US|`));
    peer.expectsNothing();
    expect(peer.sequence[1]).toBe(2);
  });

  it('o: rejects a SendingTime too far away, counts the message, logs out', () => {
    const peer = FixPeer.loggedOn({ sendingTimeAccuracyMs: 120_000 });
    peer.sends('35=0|34=2|52=20200130-09:32:01.001|');
    peer.expects('35=3|34=2|45=2|58=SendingTime accuracy problem|372=0|373=10|');
    peer.expects('35=5|34=3|');
    expect(peer.sequence[1]).toBe(3);
  });

  it.each([['without a dictionary', {}] as const, ['with one', { validator }] as const])(
    'q: rejects a MsgType that does not exist, %s',
    (_what, options) => {
      const peer = FixPeer.loggedOn({}, options);
      peer.sends('35=*|34=2|');
      peer.expects('35=3|34=2|45=2|58=Invalid MsgType|372=*|373=11|');
      peer.sends('35=ABCDE|34=3|');
      peer.expects('35=3|34=3|45=3|58=Invalid MsgType|372=ABCDE|373=11|');
      expect(peer.sequence[1]).toBe(4);
      expect(peer.heard).toEqual([]);
    },
  );

  it('r: answers a MsgType that the application does not support', () => {
    const peer = FixPeer.loggedOn();
    peer.answer = HANDLED.unsupported;
    peer.sends('35=AE|34=2|');
    peer.expects('35=j|34=2|45=2|58=Unsupported Message Type|372=AE|380=3|');
    expect(peer.sequence[1]).toBe(3);
  });

  it('t: ignores a message whose first three fields are in another order', () => {
    const peer = FixPeer.loggedOn();
    peer.sendsBytes(sealed(`8=FIX.4.4|34=2|35=0|9=20|49=PEER|52=${peer.clock.text()}|56=US|`));
    peer.expectsNothing();
    expect(peer.sequence[1]).toBe(2);
  });
});

describe('3 receive a message trailer', () => {
  it('a: takes a CheckSum that is right, b: ignores one that is wrong, c: and one that is garbled', () => {
    const peer = FixPeer.loggedOn();
    const good = wire(`35=1|34=2|49=PEER|52=${peer.clock.text()}|56=US|112=x|`);
    for (const end of ['256', '00x', '1']) {
      peer.sendsBytes(Buffer.concat([good.subarray(0, good.length - 4), Buffer.from(`${end}\x01`)]));
      peer.expectsNothing();
      expect(peer.sequence[1]).toBe(2);
    }
    peer.sendsBytes(good);
    peer.expects('35=0|34=2|112=x|');
  });
});

describe('4 send Heartbeat', () => {
  it('a: when nothing was sent for HeartBtInt, b: when it is asked for', () => {
    const peer = FixPeer.loggedOn();
    peer.after(30_000);
    peer.expects('35=0|34=2|');
    peer.sends('35=1|34=2|112=HELLO|');
    peer.expects('35=0|34=3|112=HELLO|');
  });
});

describe('5 receive Heartbeat', () => {
  it('is counted, as is a Reject (7), and the session goes on', () => {
    const peer = FixPeer.loggedOn({}, { validator });
    peer.sends('35=0|34=2|');
    peer.sends('35=3|34=3|45=1|58=no|');
    peer.expectsNothing();
    expect(peer.sequence[1]).toBe(4);
  });
});

describe('7 receive Reject', () => {
  it.each([['with a dictionary', { validator }] as const, ['without one', {}] as const])(
    'never answers one with another, and the application hears of it, %s',
    (_what, options) => {
      const peer = FixPeer.loggedOn({}, options);
      peer.sends('35=3|34=2|45=1|-1=x|58=|');
      peer.expectsNothing();
      expect(peer.heard).toHaveLength(1);
      expect(peer.sequence[1]).toBe(3);
      expect(peer.log.at(-1)).toContain('FIX Reject 2 is itself wrong');
    },
  );
});

describe('6 send TestRequest', () => {
  it('after silence, and the end of the connection without a word when it is not answered', () => {
    const peer = FixPeer.loggedOn();
    peer.after(36_000);
    peer.expects('35=1|34=2|112=TEST|');
    peer.after(36_000);
    peer.expectsDisconnect();
  });
});

describe('9 synchronise sequence numbers', () => {
  it('gives up the numbers of what the application has lost', () => {
    const peer = FixPeer.loggedOn();
    expect(peer.session.skipTo(2)).toBe(false);
    expect(peer.session.skipTo(40)).toBe(true);
    peer.expects('35=4|34=2|36=40|');
    expect(peer.sequence[0]).toBe(40);
    peer.sends('35=1|34=2|112=x|');
    peer.expects('35=0|34=40|112=x|');
  });

  it('is not possible before the Logon', () => {
    expect(new FixPeer().session.skipTo(40)).toBe(false);
  });
});

describe('10 receive SequenceReset-GapFill, 11 SequenceReset-Reset', () => {
  it('10: fills in its turn, is asked for ahead of it, never lowers', () => {
    const peer = FixPeer.loggedOn({}, { validator });
    peer.sends('35=4|34=2|36=10|123=Y|');
    expect(peer.sequence[1]).toBe(10);
    peer.sends('35=4|34=10|36=9|123=Y|');
    peer.expects('35=3|34=2|45=10|58=Value is incorrect (out of range) for this tag|371=36|372=4|373=5|');
    peer.sends('35=4|34=12|36=20|123=Y|');
    peer.expects('35=2|34=3|7=10|16=0|');
  });

  it('11: resets upwards whatever its number, is rejected without being counted downwards', () => {
    const peer = FixPeer.loggedOn({}, { validator });
    peer.sends('35=4|34=77|36=18|123=N|');
    expect(peer.sequence[1]).toBe(18);
    peer.sends('35=4|34=0|36=17|');
    peer.expects('35=3|34=2|45=0|58=Value is incorrect (out of range) for this tag|372=4|373=5|');
    expect(peer.sequence[1]).toBe(18);
  });

  it('11: gives up a gap, not the fill that has arrived behind it', () => {
    const peer = FixPeer.loggedOn();
    peer.sends('35=8|34=5|17=fill|');
    peer.expects('35=2|34=2|7=2|16=0|');
    peer.sends('35=4|34=6|36=9|');
    expect(peer.heard.map((text) => /17=(\w+)/.exec(text)?.[1])).toEqual(['fill']);
    expect(peer.sequence[1]).toBe(9);
  });

  it('and a Logon with ResetSeqNumFlag neither: its TestRequests are not answered any more', () => {
    const peer = FixPeer.loggedOn();
    peer.sends('35=8|34=5|17=fill|');
    peer.expects('35=2|34=2|7=2|16=0|');
    peer.sends('35=1|34=6|112=old|');
    peer.sends('35=A|34=1|98=0|108=30|141=Y|');
    peer.expects('35=A|34=1|98=0|108=30|141=Y|');
    peer.expectsNothing();
    expect(peer.heard.map((text) => /17=(\w+)/.exec(text)?.[1])).toEqual(['fill']);
    expect([...peer.sequence]).toEqual([2, 2]);
    expect(peer.session.stateName()).toBe('logged-on');
  });
});

describe('12 and 13 Logout', () => {
  it('12: ours waits for the answer, and no longer than it may', () => {
    const peer = FixPeer.loggedOn();
    peer.session.logout('the day is over');
    peer.expects('35=5|34=2|58=the day is over|');
    peer.after(1_999);
    peer.expectsNothing();
    peer.after(1);
    peer.expectsDisconnect();
  });

  it('13a: the answer to ours is counted, and ends the connection', () => {
    const peer = FixPeer.loggedOn();
    peer.session.logout('the day is over');
    peer.next();
    peer.sends('35=5|34=2|');
    peer.expectsDisconnect();
    expect([...peer.sequence]).toEqual([3, 3]);
  });

  it('13b: one that was not asked for is answered', () => {
    const peer = FixPeer.loggedOn();
    peer.sends('35=5|34=2|');
    peer.expects('35=5|34=2|');
    peer.expectsDisconnect();
  });

  it('12: nothing is asked for any more behind our Logout', () => {
    const peer = FixPeer.loggedOn();
    peer.session.logout('the day is over');
    peer.next();
    peer.sends('35=8|34=7|17=late|');
    peer.expectsNothing();
    peer.sends('35=5|34=8|');
    peer.expectsDisconnect();
  });

  it('a second reason to log out is not a second Logout', () => {
    const peer = FixPeer.loggedOn();
    peer.sends('35=0|34=2|49=NOBODY|');
    peer.expects('35=3|34=2|45=2|58=CompID problem|372=0|373=9|');
    peer.expects('35=5|34=3|');
    peer.sends('35=0|34=3|49=NOBODY|');
    peer.expects('35=3|34=4|45=3|58=CompID problem|372=0|373=9|');
    peer.expectsNothing();
  });

  it('a reset of the numbers is not answered any more behind our Logout', () => {
    const peer = FixPeer.loggedOn();
    peer.session.logout('the day is over');
    peer.next();
    peer.sends('35=A|34=1|98=0|108=30|141=Y|');
    peer.expectsDisconnect();
    expect(peer.heard).toEqual(['logout: MsgSeqNum too low, expecting 2 but received 1']);
  });
});

describe('what the application says from within a call stands', () => {
  it('logout within onMessage', () => {
    const peer: FixPeer = FixPeer.loggedOn(
      {},
      {
        application: {
          onMessage: () => {
            peer.session.logout('seen enough');
            return HANDLED.ok;
          },
        },
      },
    );
    peer.sends('35=8|34=2|17=a|');
    peer.expects('35=5|34=2|58=seen enough|');
    expect(peer.session.stateName()).toBe('logout-sent');
    peer.sends('35=5|34=3|');
    peer.expectsDisconnect();
    expect(peer.heard).toEqual(['logout: seen enough']);
  });

  it('stop within onMessage, though the answer to the message has nowhere to go', () => {
    const peer: FixPeer = FixPeer.loggedOn(
      {},
      {
        application: {
          onMessage: () => {
            peer.session.stop('out of order');
            return HANDLED.unsupported;
          },
        },
      },
    );
    peer.sends('35=8|34=2|17=a|');
    peer.expectsDisconnect();
    expect(peer.session.stateName()).toBe('disconnected');
    expect(peer.heard).toEqual(['logout: out of order']);
    peer.connects();
    peer.sends('35=A|34=3|98=0|108=30|');
    peer.expects('35=A|34=2|98=0|108=30|');
  });

  it('logout within onLogon is a Logout behind the Logon', () => {
    const peer = new FixPeer({}, { application: { onLogon: () => peer.session.logout('closed on Sundays') } });
    peer.connects();
    peer.sends('35=A|34=1|98=0|108=30|');
    peer.expects('35=A|34=1|98=0|108=30|');
    peer.expects('35=5|34=2|58=closed on Sundays|');
    peer.sends('35=5|34=2|');
    peer.expectsDisconnect();
  });

  it('a Reject within onMessage names the tag', () => {
    const peer: FixPeer = FixPeer.loggedOn(
      {},
      {
        application: {
          onMessage: (message) => {
            peer.session.reject(message, 55, REJECT.valueIncorrect);
            peer.session.reject(message, NO_REF_TAG, REJECT.incorrectDataFormat);
            return HANDLED.ok;
          },
        },
      },
    );
    peer.sends(`35=D|34=2|${ORDER}`);
    peer.expects('35=3|34=2|45=2|58=Value is incorrect (out of range) for this tag|371=55|372=D|373=5|');
    peer.expects('35=3|34=3|45=2|58=Incorrect data format for value|372=D|373=6|');
  });
});

describe('16 queue outgoing messages', () => {
  it('what could not be sent before goes out with a new number from within onLogon', () => {
    const peer: FixPeer = new FixPeer(
      { role: 'initiator' },
      { application: { onLogon: () => peer.session.send(order, CAUSE.none) } },
    );
    const order = peer.session.place(withHeader(peer.session.config, 'D').constant(11, 'WAITED'));
    expect(peer.session.send(order, CAUSE.none)).toBeLessThan(0);
    peer.connects();
    peer.expects('35=A|34=1|98=0|108=30|');
    peer.clock.advance(5_000);
    peer.sends('35=A|34=1|98=0|108=30|');
    peer.expects('35=D|34=2|11=WAITED|');
  });

  it('what was lost with the connection is asked for by the peer, and comes as a duplicate with its first time', () => {
    const peer = FixPeer.loggedOn();
    const order = peer.session.place(withHeader(peer.session.config, 'D').constant(11, 'LOST'));
    expect(peer.session.send(order, CAUSE.none)).toBe(0);
    peer.next();
    peer.disconnects();
    peer.clock.advance(60_000);
    peer.connects();
    peer.sends('35=A|34=2|98=0|108=30|');
    peer.expects('35=A|34=3|98=0|108=30|');
    peer.sends('35=2|34=3|7=2|16=0|');
    peer.expects('35=D|34=2|43=Y|122=20200130-09:30:00.000|11=LOST|');
    peer.expects('35=4|34=3|43=Y|122=<time>|36=4|123=Y|');
  });
});
