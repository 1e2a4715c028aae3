import { expect, it } from 'vitest';
import { MemoryStore } from '../../../gateway/index.ts';
import { FixPeer } from '../../support/fix-peer.ts';

const BEFORE = '20200130-09:29:59.000';

it('a gap fill that begins at a Logon which has waited, and reaches beyond it, is taken: nothing is asked for twice', () => {
  const store = new MemoryStore(new Int32Array(2));
  store.setNextTarget(5);
  const peer = new FixPeer({ role: 'initiator', heartBtIntMs: 0, resetOnLogon: false }, { store });
  peer.connects();
  peer.next();
  peer.sends('35=A|34=7|98=0|108=0|');
  peer.expects('35=2|34=2|7=5|16=0|');
  peer.sends('35=2|34=8|7=2|16=0|');
  peer.next();
  peer.sends(`35=8|34=5|43=Y|122=${BEFORE}|17=first|`);
  peer.sends(`35=8|34=6|43=Y|122=${BEFORE}|17=second|`);
  // Logon and ResendRequest, in one fill: the Logon has waited in the queue, and went ahead of it.
  peer.sends(`35=4|34=7|43=Y|122=${BEFORE}|36=9|123=Y|`);
  expect(store.nextTargetMsgSeqNum()).toBe(9);
  peer.sends('35=8|34=9|17=third|');
  peer.expectsNothing();
  expect(peer.heard.slice(1).map((text) => /17=(\w+)/.exec(text)?.[1])).toEqual(['first', 'second', 'third']);
  expect(peer.session.stateName()).toBe('logged-on');
});

it('a gap fill that reaches no further than what has arrived is passed over', () => {
  const peer = FixPeer.loggedOn();
  peer.sends('35=8|34=2|17=a|');
  peer.sends(`35=4|34=1|43=Y|122=${BEFORE}|36=3|123=Y|`);
  expect(peer.sequence[1]).toBe(3);
  peer.expectsNothing();
});
