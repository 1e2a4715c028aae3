/** The session-level test cases of FIX 4.4 Volume 2 by number: 14 to 20. */
import { describe, expect, it } from 'vitest';
import { BUSINESS_REJECT, HANDLED } from '../../../gateway/index.ts';
import { FixPeer } from '../../support/fix-peer.ts';
import { validatorOf } from '../../support/fix-validator.ts';
import { wire } from '../../support/fix-wire.ts';

const NOW = '20200130-09:30:00.000';
const ORDER = `11=ID|21=3|38=100|40=1|54=1|55=INTC|60=${NOW}|`;
const validator = await validatorOf('FIX.4.4');
const strict = (): FixPeer => FixPeer.loggedOn({}, { validator });

describe('14 receive a message whose content is not as the dictionary has it', () => {
  const rejected: [string, string, string][] = [
    ['a: a tag that is not defined', '35=0|34=2|999=x|', '58=Invalid tag number|371=999|372=0|373=0|'],
    ['a: tag 0', '35=0|34=2|0=x|', '58=Invalid tag number|371=0|372=0|373=0|'],
    ['a: tag -1', '35=0|34=2|-1=x|', '58=Invalid tag number|371=-1|372=0|373=0|'],
    ['a: a tag of the users that is not theirs', '35=0|34=2|5000=x|', '58=Invalid tag number|371=5000|372=0|373=0|'],
    [
      'b: a required tag is missing',
      `35=D|34=2|21=3|38=100|40=1|54=1|55=INTC|60=${NOW}|`,
      '58=Required tag missing|371=11|372=D|373=1|',
    ],
    [
      'c: a tag that is not defined for the type',
      '35=0|34=2|55=INTC|',
      '58=Tag not defined for this message type|371=55|372=0|373=2|',
    ],
    ['d: a tag without a value', '35=0|34=2|112=|', '58=Tag specified without a value|371=112|372=0|373=4|'],
    [
      'e: a value that is not among those defined',
      `35=D|34=2|${ORDER.replace('21=3', '21=4')}`,
      '58=Value is incorrect (out of range) for this tag|371=21|372=D|373=5|',
    ],
    [
      'f: a value of another format',
      `35=D|34=2|${ORDER.replace('38=100', '38=+200.00')}`,
      '58=Incorrect data format for value|371=38|372=D|373=6|',
    ],
    ['h: a tag that comes again', `35=D|34=2|40=1|${ORDER}`, '58=Tag appears more than once|371=40|372=D|373=13|'],
    [
      'i: a group of another number of entries',
      `35=D|34=2|386=3|336=PRE-OPEN|336=AFTER-HOURS|${ORDER}`,
      '58=Incorrect NumInGroup count for repeating group|371=386|372=D|373=16|',
    ],
    [
      'j: the fields of a group in another order',
      `35=D|34=2|453=1|448=ME|452=1|447=D|${ORDER}`,
      '58=Repeating group fields out of order|371=447|372=D|373=15|',
    ],
  ];
  it.each(rejected)('%s', (_what, message, answer) => {
    const peer = strict();
    peer.sends(message);
    peer.expects(`35=3|34=2|45=2|${answer}`);
    expect(peer.sequence[1]).toBe(3);
    expect(peer.heard).toEqual([]);
    expect(peer.session.isLoggedOn()).toBe(true);
  });

  it('g: a header field behind the body', () => {
    const peer = strict();
    peer.sendsBytes(wire(`35=D|49=PEER|52=${NOW}|56=US|${ORDER}34=2|`));
    peer.expects('35=3|34=2|45=2|58=Tag specified out of required order|371=34|372=D|373=14|');
    expect(peer.sequence[1]).toBe(3);
  });

  it('b: a header without TargetCompID', () => {
    const peer = strict();
    peer.sendsBytes(wire(`35=0|34=2|49=PEER|52=${NOW}|`));
    peer.expects('35=3|34=2|45=2|58=Required tag missing|371=56|372=0|373=1|');
  });

  it('k: SOH within a value makes it garbage, which is ignored until it is asked for again', () => {
    const peer = strict();
    peer.sends(`35=D|34=2|${ORDER}386=1|336=PRE-|OPEN|`);
    peer.expectsNothing();
    expect(peer.sequence[1]).toBe(2);
    peer.sends('35=0|34=3|');
    peer.expects('35=2|34=2|7=2|16=0|');
  });

  it('l: the application is not available, m: a field is missing under its conditions', () => {
    const peer: FixPeer = FixPeer.loggedOn(
      {},
      {
        validator,
        application: {
          onMessage: (message) => {
            peer.session.businessReject(message, BUSINESS_REJECT.applicationNotAvailable, 'Application not available');
            peer.session.businessReject(message, BUSINESS_REJECT.conditionallyRequiredMissing, 'Price is missing');
            return HANDLED.ok;
          },
        },
      },
    );
    peer.sends(`35=D|34=2|${ORDER}`);
    peer.expects('35=j|34=2|45=2|58=Application not available|372=D|380=4|');
    peer.expects('35=j|34=3|45=2|58=Price is missing|372=D|380=5|');
    expect(peer.sequence[1]).toBe(3);
  });

  it('n: encrypted content in a session without encryption', () => {
    const peer = strict();
    peer.sends(`35=D|34=2|90=3|91=a\x01b|${ORDER}`);
    peer.expects('35=3|34=2|45=2|58=Decryption problem|372=D|373=7|');
    expect(peer.sequence[1]).toBe(3);
  });

  it('a message ahead of a gap is rejected when it comes, and does not count then', () => {
    const peer = strict();
    peer.sends(`35=D|34=4|${ORDER.replace('21=3', '21=4')}`);
    peer.expects('35=3|34=2|45=4|58=Value is incorrect (out of range) for this tag|371=21|372=D|373=5|');
    expect(peer.sequence[1]).toBe(2);
  });

  it('a rejected repetition closes its part of the gap, and what waited follows (RejectResentMessage)', () => {
    const peer = strict();
    peer.sends('35=1|34=3|112=HELLO1|');
    peer.expects('35=2|34=2|7=2|16=0|');
    peer.sends(`35=D|34=2|43=Y|122=${NOW}|126=20040415|${ORDER}`);
    peer.expects('35=3|34=3|45=2|58=Incorrect data format for value|371=126|372=D|373=6|');
    peer.expects('35=0|34=4|112=HELLO1|');
    expect(peer.sequence[1]).toBe(4);
  });

  it('a Reject does not answer a Logon or SequenceReset with a number', () => {
    const peer = strict();
    peer.sends('35=4|34=2|36=x|123=Y|');
    peer.expects('35=3|34=2|45=2|58=Incorrect data format for value|371=36|372=4|373=6|');
    expect(peer.sequence[1]).toBe(2);
  });
});

describe('15 receive the fields of header and body in another order', () => {
  it('takes the message', () => {
    const peer = strict();
    peer.sendsBytes(wire(`35=D|56=US|52=${NOW}|34=2|49=PEER|60=${NOW}|55=INTC|54=1|40=1|21=3|38=100|11=ID|`));
    expect(peer.heard).toHaveLength(1);
    expect(peer.sequence[1]).toBe(3);
  });

  it('takes a group of no entries (21)', () => {
    const peer = strict();
    peer.sends(`35=D|34=2|454=0|${ORDER}`);
    expect(peer.heard).toHaveLength(1);
  });
});

describe('18 third-party addressing', () => {
  const thirdParties = { onBehalfOfCompIds: ['JCD', 'CHI'], deliverToCompIds: ['DESK'] };

  it('a: takes whom it expects', () => {
    const peer = FixPeer.loggedOn(thirdParties, { validator });
    peer.sends(`35=D|34=2|115=CHI|128=DESK|${ORDER}`);
    peer.sends(`35=D|34=3|${ORDER}`);
    expect(peer.heard).toHaveLength(2);
  });

  it.each([
    ['115=NOBODY|', '128=NOBODY|'],
    ['128=NOBODY|', '115=NOBODY|'],
  ])('b: rejects anybody else, counts the message, and the session goes on: %s', (routed, reversed) => {
    const peer = FixPeer.loggedOn(thirdParties, { validator });
    peer.sends(`35=D|34=2|${routed}${ORDER}`);
    peer.expects(`35=3|34=2|${reversed}45=2|58=CompID problem|372=D|373=9|`);
    expect(peer.sequence[1]).toBe(3);
    expect(peer.heard).toEqual([]);
    expect(peer.session.isLoggedOn()).toBe(true);
  });

  it('takes anybody where nobody in particular is expected', () => {
    const peer = strict();
    peer.sends(`35=D|34=2|115=ANYBODY|${ORDER}`);
    expect(peer.heard).toHaveLength(1);
  });

  it('answers the way the message came, with what it has of it (ReverseRoute)', () => {
    const peer = strict();
    const bad = ORDER.replace('40=1', '40=w');
    const answer = '58=Value is incorrect (out of range) for this tag|371=40|372=D|373=5|';
    peer.sends(`35=D|34=2|115=JCD|116=CS|144=CHI|${bad}`);
    peer.expects(`35=3|34=2|128=JCD|129=CS|145=CHI|45=2|${answer}`);
    peer.sends(`35=D|34=3|128=JCD|129=CS|145=CHI|${bad}`);
    peer.expects(`35=3|34=3|115=JCD|116=CS|144=CHI|45=3|${answer}`);
    peer.sends(`35=D|34=4|115=JCD|116=|144=CHI|${ORDER}`);
    peer.expects('35=3|34=4|128=JCD|145=CHI|45=4|58=Tag specified without a value|371=116|372=D|373=4|');
  });
});

describe('19 PossResend', () => {
  it('is the application’s to judge: it hears the message with its flag', () => {
    const peer = strict();
    peer.sends(`35=D|34=2|97=Y|${ORDER}`);
    expect(peer.heard[0]).toContain('|97=Y|');
    expect(peer.sequence[1]).toBe(3);
  });
});

describe('20 simultaneous ResendRequests', () => {
  it('serves the peer’s at once, and still obtains its own', () => {
    const peer = strict();
    peer.sends('35=0|34=5|');
    peer.expects('35=2|34=2|7=2|16=0|');
    peer.sends('35=2|34=6|7=1|16=0|');
    peer.expects('35=4|34=1|43=Y|122=<time>|36=3|123=Y|');
    for (const seq of [2, 3, 4]) peer.sends(`35=0|34=${seq}|43=Y|122=${NOW}|`);
    peer.expectsNothing();
    expect(peer.sequence[1]).toBe(6);
    peer.sends(`35=4|34=6|43=Y|122=${NOW}|36=7|123=Y|`);
    expect(peer.sequence[1]).toBe(7);
    expect(peer.session.stateName()).toBe('logged-on');
  });
});

describe('a message in its turn that says it was sent before', () => {
  it('is rejected where it was sent first after it was sent again (2f)', () => {
    const peer = FixPeer.loggedOn();
    const late = peer.clock.text().replace(/\d$/, '1');
    peer.sends(`35=8|34=2|43=Y|122=${late}|37=1|`);
    peer.expects('35=3|34=2|45=2|58=SendingTime accuracy problem|372=8|373=10|');
    expect(peer.heard).toEqual([]);
    expect([...peer.sequence]).toEqual([3, 3]);
    expect(peer.session.isLoggedOn()).toBe(true);
  });

  it.each(['', 'same'])('is taken with OrigSendingTime as late or without one: it may be the only copy', (when) => {
    const peer = FixPeer.loggedOn();
    peer.sends(`35=8|34=2|43=Y|${when === '' ? '' : `122=${peer.clock.text()}|`}37=1|`);
    peer.expectsNothing();
    expect(peer.heard).toHaveLength(1);
  });
});
