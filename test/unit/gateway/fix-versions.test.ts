/** What the session layer does differently from one FIX version to the next. */
import type { TableVersion } from 'fix-parser';
import { describe, expect, it } from 'vitest';
import { type BeginString, fixVersion, HANDLED, type SessionConfig } from '../../../gateway/index.ts';
import { FixPeer } from '../../support/fix-peer.ts';
import { validatorOf } from '../../support/fix-validator.ts';

interface Case {
  readonly version: TableVersion;
  readonly config: Partial<SessionConfig>;
}

const FIXT: readonly Case[] = (['FIX.5.0', 'FIX.5.0SP1', 'FIX.5.0SP2'] as const).map((version, index) => ({
  version,
  config: { beginString: 'FIXT.1.1', defaultApplVerId: String(7 + index) },
}));
const FIX4: readonly Case[] = (['FIX.4.0', 'FIX.4.1', 'FIX.4.2', 'FIX.4.3', 'FIX.4.4'] as const).map((version) => ({
  version,
  config: { beginString: version },
}));
const OLD = FIX4.slice(0, 2);
const WITH_REASON = [...FIX4.slice(2), ...FIXT];

async function loggedOn({ version, config }: Case): Promise<FixPeer> {
  const { beginString = 'FIX.4.4' } = config;
  return FixPeer.loggedOn(config, { validator: await validatorOf(version, beginString) });
}

describe.each([...FIX4, ...FIXT])('$version', (entry) => {
  it('exchanges Logons, TestRequest and Logout', async () => {
    const peer = await loggedOn(entry);
    peer.sends('35=1|34=2|112=HELLO|');
    peer.expects('35=0|34=2|112=HELLO|');
    peer.sends('35=5|34=3|');
    peer.expects('35=5|34=3|');
    peer.expectsDisconnect();
  });
});

describe.each(OLD)('$version', (entry) => {
  it('rejects in the text alone, with the tag where there is one', async () => {
    const peer = await loggedOn(entry);
    peer.sends('35=0|34=2|999=x|');
    peer.expects('35=3|34=2|45=2|58=Invalid tag number (999)|');
    peer.sends('35=*|34=3|');
    peer.expects('35=3|34=3|45=3|58=Invalid MsgType|');
    peer.sends('35=0|34=4|49=NOBODY|');
    peer.expects('35=3|34=4|45=4|58=CompID problem|');
  });

  it('has no BusinessMessageReject', async () => {
    const peer = await loggedOn(entry);
    peer.answer = HANDLED.unsupported;
    peer.sends('35=H|34=2|11=id|55=WLRI|54=1|');
    peer.expects('35=3|34=2|45=2|58=Unsupported message type|');
  });

  it('asks for everything up to 999999, and understands it', async () => {
    const peer = await loggedOn(entry);
    peer.sends('35=0|34=5|');
    peer.expects('35=2|34=2|7=2|16=999999|');
    peer.sends('35=2|34=6|7=1|16=999999|');
    peer.expects('35=4|34=1|43=Y|122=<time>|36=3|123=Y|');
  });
});

describe.each(WITH_REASON)('$version', (entry) => {
  it('rejects with tag, type and reason; FIX.4.2 knows no reason above 11', async () => {
    const peer = await loggedOn(entry);
    peer.sends('35=0|34=2|999=x|');
    peer.expects('35=3|34=2|45=2|58=Invalid tag number|371=999|372=0|373=0|');
    peer.sends('35=0|34=3|112=a|112=b|');
    const reason = entry.version === 'FIX.4.2' ? '' : '373=13|';
    peer.expects(`35=3|34=3|45=3|58=Tag appears more than once|371=112|372=0|${reason}`);
  });

  it('asks for everything up to 0', async () => {
    const peer = await loggedOn(entry);
    peer.sends('35=0|34=5|');
    peer.expects('35=2|34=2|7=2|16=0|');
  });

  it('answers what is not supported with a BusinessMessageReject, over FIXT.1.1 with the version', async () => {
    const peer = FixPeer.loggedOn(entry.config);
    peer.answer = HANDLED.unsupported;
    peer.sends('35=D|34=2|');
    const { defaultApplVerId } = entry.config;
    const version = defaultApplVerId === undefined ? '' : `1137=${defaultApplVerId}|`;
    peer.expects(`35=j|34=2|45=2|58=Unsupported Message Type|372=D|380=3|${version}`);
  });
});

it('FIX.4.0 knows no location in the route of an answer', async () => {
  const peer = await loggedOn(FIX4[0]);
  peer.sends('35=0|34=2|115=JCD|116=CS|144=CHI|');
  peer.expects('35=3|34=2|128=JCD|129=CS|45=2|58=Invalid tag number (144)|');
});

it.each(FIXT)('$version: a late Logon with ResetSeqNumFlag is answered with both flag and version', async (entry) => {
  const peer = await loggedOn(entry);
  const { defaultApplVerId } = entry.config;
  peer.sends(`35=A|34=1|98=0|108=30|141=Y|1137=${defaultApplVerId}|`);
  peer.expects(`35=A|34=1|98=0|108=30|141=Y|1137=${defaultApplVerId}|`);
  expect([...peer.sequence]).toEqual([2, 2]);
});

it('without a dictionary takes types of FIX.5.0 that FIX.4.4 does not know', () => {
  const later = FixPeer.loggedOn({ beginString: 'FIXT.1.1', defaultApplVerId: '9' });
  later.sends('35=CA|34=2|');
  expect(later.heard).toHaveLength(1);
  const earlier = FixPeer.loggedOn();
  earlier.sends('35=CA|34=2|');
  earlier.expects('35=3|34=2|45=2|58=Invalid MsgType|372=CA|373=11|');
});

it('an initiator over FIXT.1.1 names its version', () => {
  const peer = new FixPeer({ role: 'initiator', beginString: 'FIXT.1.1', defaultApplVerId: '9' });
  peer.connects();
  peer.expects('35=A|34=1|98=0|108=30|1137=9|');
});

it.each<[BeginString, string | undefined]>([
  ['FIXT.1.1', undefined],
  ['FIXT.1.1', '6'],
  ['FIX.4.4', '9'],
])('%s with DefaultApplVerID %s is refused', (beginString, defaultApplVerId) => {
  expect(() => fixVersion(beginString, defaultApplVerId)).toThrow(/defaultApplVerId/);
});
