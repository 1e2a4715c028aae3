import { describe, expect, it } from 'vitest';
import type { SessionConfig } from '../../../gateway/index.ts';
import { CELL } from '../../../native/layout.ts';
import { FixPeer, type FixPeerOptions } from '../../support/fix-peer.ts';

const initiator = (reconnect: NonNullable<SessionConfig['reconnect']>): Partial<SessionConfig> => ({
  role: 'initiator',
  heartBtIntMs: 0,
  logonTimeoutMs: 1_000,
  reconnect,
});

/** Lets nobody answer. @returns how long the session waited before each attempt, in ms, until it gave up */
function waits(peer: FixPeer, attempts: number): number[] {
  const found: number[] = [];
  peer.session.start();
  while (found.length < attempts && peer.session.stateName() !== 'disconnected') {
    const { cells } = peer.clock;
    const state = peer.session.stateName();
    const waitMs = (peer.session.nextDueNs() - cells[CELL.nowNs]) / 1e6;
    if (state === 'reconnecting') found.push(waitMs);
    peer.after(waitMs);
  }
  return found;
}

describe('an initiator that connects again', () => {
  it('waits twice as long after each attempt that fails, up to a minute', () => {
    const peer = new FixPeer(initiator({ intervalMs: 5_000, maxAttempts: 0 }));
    expect(waits(peer, 7)).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000]);
    expect(peer.heard).toEqual([]);
  });

  it('up to a longest wait of its own, or its interval where that is longer than a minute', () => {
    expect(waits(new FixPeer(initiator({ intervalMs: 100, maxIntervalMs: 300, maxAttempts: 0 })), 4)).toEqual([
      100, 200, 300, 300,
    ]);
    expect(waits(new FixPeer(initiator({ intervalMs: 90_000, maxAttempts: 0 })), 3)).toEqual([90_000, 90_000, 90_000]);
  });

  it('gives up after its attempts, and says why, once', () => {
    const finals: boolean[] = [];
    const options: FixPeerOptions = { application: { onLogout: (_reason, final) => void finals.push(final) } };
    const peer = new FixPeer(initiator({ intervalMs: 1_000, maxAttempts: 3 }), options);
    expect(waits(peer, 99)).toEqual([1_000, 2_000, 4_000]);
    expect(finals).toEqual([true]);
    expect(peer.log.join('\n')).toContain('gives up: 3 attempts to connect again have failed');
    expect(peer.session.nextDueNs()).toBe(Number.POSITIVE_INFINITY);
  });

  it('counts its attempts anew after a session that has lasted, and tells both ends of every session', () => {
    const heard: string[] = [];
    const options: FixPeerOptions = {
      application: {
        onLogon: () => void heard.push('up'),
        onLogout: (reason, final) => void heard.push(`${final ? 'over' : 'down'}: ${reason}`),
      },
    };
    const peer = new FixPeer(initiator({ intervalMs: 1_000, maxAttempts: 2 }), options);
    peer.connects();
    for (let session = 0; session < 5; session++) {
      expect(peer.next()).toBe(`35=A|34=${session + 1}|98=0|108=0|`);
      peer.sends(`35=A|34=${session + 1}|98=0|108=0|`);
      peer.after(60_000);
      peer.disconnects();
      peer.connects();
      peer.after(1_000);
    }
    expect(heard).toEqual(Array.from({ length: 5 }, () => ['up', 'down: the peer closed the connection']).flat());
  });

  it.each([0, 30_000])('gives up on a venue that takes each Logon and then drops the connection', (heartBtIntMs) => {
    const finals: boolean[] = [];
    const options: FixPeerOptions = { application: { onLogout: (_reason, final) => void finals.push(final) } };
    const peer = new FixPeer({ ...initiator({ intervalMs: 1_000, maxAttempts: 3 }), heartBtIntMs }, options);
    const found: number[] = [];
    peer.connects();
    while (peer.session.stateName() !== 'disconnected') {
      const said = peer.next();
      expect(said).toMatch(/^35=A\|/);
      peer.sends(`35=A|34=${found.length + 1}|98=0|108=${heartBtIntMs / 1_000}|`);
      expect(peer.session.isLoggedOn()).toBe(true);
      peer.after((heartBtIntMs === 0 ? 60_000 : heartBtIntMs) - 1);
      peer.received();
      peer.disconnects();
      const waitMs = (peer.session.nextDueNs() - peer.clock.cells[CELL.nowNs]) / 1e6;
      found.push(waitMs);
      if (waitMs === Number.POSITIVE_INFINITY) break;
      peer.connects();
      peer.after(waitMs);
    }
    expect(found).toEqual([1_000, 2_000, 4_000, Number.POSITIVE_INFINITY]);
    expect(finals).toEqual([false, false, false, true]);
  });

  it('ends an endless resend loop that goes over reconnects too', () => {
    const peer = new FixPeer(initiator({ intervalMs: 1_000, maxIntervalMs: 1_000, maxAttempts: 0 }));
    const said: string[] = [];
    for (let session = 1; session <= 20 && !said.join().includes('repeated'); session++) {
      peer.connects();
      if (session > 1) peer.after(1_000);
      peer.received();
      peer.sends(`35=A|34=${peer.sequence[1]}|98=0|108=0|`);
      peer.sends(`35=2|34=${peer.sequence[1]}|7=1|16=0|`);
      for (let text = peer.next(); text !== ''; text = peer.next()) said.push(text);
      peer.disconnects();
    }
    expect(said.filter((text) => text.startsWith('35=4'))).toHaveLength(17);
    expect(said.at(-1)).toContain('58=ResendRequest from 1 repeated 16 times');
  });

  it('does so after a Logon that is refused, a Logout of the peer, silence, and a Logout of its own for an error', () => {
    const peer = new FixPeer({ ...initiator({ intervalMs: 1_000, maxAttempts: 9 }), heartBtIntMs: 10_000 });
    peer.connects();
    peer.next();
    peer.sends('35=5|34=1|58=closed|');
    peer.after(0);
    expect(peer.session.stateName()).toBe('reconnecting');
    peer.connects();
    peer.after(1_000);
    peer.next();
    peer.sends('35=A|34=1|98=0|108=10|');
    peer.sends('35=5|34=2|');
    peer.next();
    peer.disconnects();
    expect(peer.session.stateName()).toBe('reconnecting');
    peer.connects();
    peer.after(2_000);
    expect(peer.next()).toMatch(/^35=A\|34=4\|/);
    peer.sends('35=A|34=3|98=0|108=10|');
    peer.after(12_000);
    peer.after(12_000);
    expect(peer.session.stateName()).toBe('reconnecting');
    peer.received();
    peer.connects();
    peer.after(1_000);
    expect(peer.next()).toMatch(/^35=A\|34=6\|/);
    peer.sends('35=A|34=1|98=0|108=10|');
    expect(peer.next()).toContain('MsgSeqNum too low');
    peer.after(0);
    expect(peer.session.stateName()).toBe('reconnecting');
  });

  it.each(['logout', 'stop'] as const)('does not after %s, neither while connected nor while it waits', (way) => {
    const connected = FixPeer.loggedOn(initiator({ intervalMs: 1_000, maxAttempts: 0 }));
    connected.session[way]('enough');
    if (way === 'logout') connected.sends('35=5|34=2|');
    connected.after(5_000);
    expect(connected.heard).toEqual(['logout: enough']);
    expect(connected.session.stateName()).toBe('disconnected');
    const waiting = FixPeer.loggedOn(initiator({ intervalMs: 1_000, maxAttempts: 0 }));
    waiting.disconnects();
    waiting.session[way]('enough');
    waiting.after(5_000);
    expect(waiting.heard.at(-1)).toBe('logout: enough');
    expect(waiting.session.stateName()).toBe('disconnected');
  });

  it('does not where the application says stop when it hears of the end', () => {
    const peer: FixPeer = FixPeer.loggedOn(initiator({ intervalMs: 1_000, maxAttempts: 0 }), {
      application: { onLogout: () => peer.session.stop('enough') },
    });
    peer.disconnects();
    peer.after(5_000);
    expect(peer.session.stateName()).toBe('disconnected');
  });

  it('does not where it is not configured', () => {
    const peer = FixPeer.loggedOn({ role: 'initiator' });
    peer.disconnects();
    peer.after(100_000);
    expect(peer.heard).toEqual(['logout: the peer closed the connection']);
    expect(peer.session.stateName()).toBe('disconnected');
  });
});
