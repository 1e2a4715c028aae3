/** Numbers that both sides begin at 1 again by agreement: neither may be left behind. */
import { describe, expect, it } from 'vitest';
import { MemoryStore, type SessionConfig } from '../../../gateway/index.ts';
import { DAY0_MS, FixPeer } from '../../support/fix-peer.ts';

const initiator: Partial<SessionConfig> = { role: 'initiator', resetOnLogout: true };
const numbers = (peer: FixPeer): number[] => [...peer.sequence];

describe('resetOnLogout', () => {
  it('resets though the peer never answers our Logout, which it has got', () => {
    const peer = FixPeer.loggedOn(initiator);
    peer.session.logout('enough');
    peer.expects('35=5|34=2|58=enough|');
    peer.after(2_000);
    peer.expectsDisconnect();
    expect(numbers(peer)).toEqual([1, 1]);
  });

  it('resets after a Logout that ends the session for an error', () => {
    const peer = FixPeer.loggedOn(initiator);
    peer.sends('35=0|34=1|');
    expect(peer.next()).toContain('35=5|34=2|58=MsgSeqNum too low');
    peer.expectsDisconnect();
    expect(numbers(peer)).toEqual([1, 1]);
  });

  it('resets where the application drops the connection behind its Logout', () => {
    const peer = FixPeer.loggedOn(initiator);
    peer.session.logout('enough');
    peer.session.stop('at once');
    expect(numbers(peer)).toEqual([1, 1]);
  });

  it('does not reset where our Logout never left', () => {
    const peer = FixPeer.loggedOn(initiator, { bytes: 32_768 });
    while (peer.session.compose('B').text(148, 'x'.repeat(600)) && peer.session.sendComposed(0) === 0);
    // Fills what is left, so that even a Logout waits.
    let seq = 2;
    for (; seq < 60 && peer.session.isLoggedOn(); seq++) {
      peer.puts(`35=1|34=${seq}|49=PEER|52=${peer.clock.text()}|56=US|112=${'x'.repeat(300)}|`);
      peer.doesNotRead();
      if (peer.sequence[1] <= seq) break;
    }
    peer.session.logout('enough');
    peer.session.stop('at once');
    expect(numbers(peer)).not.toEqual([1, 1]);
  });

  it('does not reset where no Logout was said', () => {
    const peer = FixPeer.loggedOn(initiator);
    peer.disconnects();
    expect(numbers(peer)).toEqual([2, 2]);
  });

  it('is not moved by what a caller says whose Logon was refused', () => {
    const peer = FixPeer.loggedOn({ resetOnLogout: true });
    peer.disconnects();
    peer.connects();
    peer.puts(`35=A|34=2|49=NOBODY|52=${peer.clock.text()}|56=US|98=0|108=30|`);
    peer.sends('35=5|34=2|');
    peer.after(2_000);
    expect(peer.session.stateName()).toBe('connecting');
    expect(numbers(peer)).toEqual([2, 2]);
  });
});

describe('resetOnDisconnect', () => {
  it.each(['initiator', 'acceptor'] as const)('resets an %s that was killed before its connection ended', (role) => {
    const peer = new FixPeer({ role, resetOnDisconnect: true });
    peer.sequence.set([50, 40]);
    peer.connects();
    if (role === 'initiator') peer.expects('35=A|34=1|98=0|108=30|');
    peer.sends('35=A|34=1|98=0|108=30|');
    if (role === 'acceptor') peer.expects('35=A|34=1|98=0|108=30|');
    expect(peer.session.isLoggedOn()).toBe(true);
    expect(numbers(peer)).toEqual([2, 2]);
  });
});

it('numbers have an age from their first use on, also where no schedule asks for it yet', () => {
  const store = new MemoryStore(new Int32Array(2));
  const peer = FixPeer.loggedOn({}, { store });
  expect(store.creationMs[0]).toBe(DAY0_MS + 34_200_000);
  peer.after(5_000);
  peer.disconnects();
  peer.connects();
  expect(store.creationMs[0]).toBe(DAY0_MS + 34_200_000);
  expect(store.nextSenderMsgSeqNum()).toBe(2);
});
