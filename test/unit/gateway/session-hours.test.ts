import { describe, expect, it } from 'vitest';
import { MemoryStore, type SessionConfig } from '../../../gateway/index.ts';
import { CELL } from '../../../native/layout.ts';
import { DAY0_MS, FixPeer } from '../../support/fix-peer.ts';

/** The test's clock begins at 09:30:00 UTC on a Thursday. */
const HOUR = 3_600_000;
const schedule = { timeZone: 'UTC', startTime: '09:00:00', endTime: '10:00:00' };
const initiator: Partial<SessionConfig> = { role: 'initiator', schedule, heartBtIntMs: 0 };
const reconnect = { intervalMs: 1_000, maxAttempts: 0 };

/** A store whose numbers began some hours before 09:30. */
function storeOf(hoursAgo: number): MemoryStore {
  const store = new MemoryStore(new Int32Array(2));
  store.reset(DAY0_MS + (9.5 - hoursAgo) * HOUR);
  store.setNextSender(7);
  store.setNextTarget(8);
  return store;
}

describe('an initiator with a schedule', () => {
  it('does not connect before the session starts, and then does', () => {
    const peer = new FixPeer({ ...initiator, schedule: { ...schedule, startTime: '09:45:00' } });
    peer.connects();
    expect(peer.session.stateName()).toBe('out-of-session');
    expect(peer.session.nextDueNs()).toBe(35_100e9);
    peer.after(15 * 60_000 - 1);
    peer.expectsNothing();
    peer.after(1);
    peer.after(0);
    peer.expects('35=A|34=1|98=0|108=0|');
  });

  it('logs out at its end, and is over where it does not connect again', () => {
    const peer = FixPeer.loggedOn(initiator);
    peer.after(HOUR / 2 - 1);
    peer.expectsNothing();
    peer.after(1);
    peer.expects('35=5|34=2|58=end of session|');
    expect(peer.session.isLoggedOn()).toBe(false);
    peer.sends('35=5|34=2|');
    peer.expectsDisconnect();
    expect(peer.heard).toEqual(['logout: end of session']);
    expect(peer.session.stateName()).toBe('disconnected');
    expect(peer.session.nextDueNs()).toBe(Number.POSITIVE_INFINITY);
  });

  it('waits for the next session where it connects again, and begins that with new numbers', () => {
    const peer = FixPeer.loggedOn({ ...initiator, reconnect });
    peer.after(HOUR / 2);
    peer.expects('35=5|34=2|58=end of session|');
    peer.sends('35=5|34=2|');
    peer.expectsDisconnect();
    expect([...peer.sequence]).toEqual([3, 3]);
    peer.after(1_000);
    expect(peer.session.stateName()).toBe('out-of-session');
    peer.connects();
    peer.after(23 * HOUR - 1_001);
    expect(peer.session.stateName()).toBe('out-of-session');
    peer.after(1);
    peer.after(0);
    peer.expects('35=A|34=1|98=0|108=0|');
    expect([...peer.sequence]).toEqual([2, 1]);
    expect(peer.log.join()).toContain('of an earlier session');
  });

  it('goes on with numbers of the same session, and begins anew with older ones', () => {
    for (const [hoursAgo, expected] of [
      [0.25, 7],
      [0.6, 1],
      [24, 1],
    ]) {
      const store = storeOf(hoursAgo);
      const peer = new FixPeer(initiator, { store });
      peer.connects();
      expect(peer.next()).toBe(`35=A|34=${expected}|98=0|108=0|`);
      expect(store.creationMs[0]).toBe(expected === 1 ? DAY0_MS + 9.5 * HOUR : DAY0_MS + (9.5 - hoursAgo) * HOUR);
    }
  });

  it('leaves numbers alone whose age nobody knows, unless they are unused', () => {
    const store = new MemoryStore(Int32Array.of(7, 8));
    const peer = new FixPeer(initiator, { store });
    peer.connects();
    expect(peer.next()).toMatch(/^35=A\|34=7\|/);
    const fresh = new MemoryStore(new Int32Array(2));
    new FixPeer(initiator, { store: fresh }).connects();
    expect(fresh.creationMs[0]).toBe(DAY0_MS + 9.5 * HOUR);
  });

  it('begins anew after a session that it has lived through, though nobody knows how old the numbers are', () => {
    const store = new MemoryStore(Int32Array.of(500, 400));
    const peer = new FixPeer({ ...initiator, reconnect }, { store });
    peer.session.start();
    for (let minute = 0; minute < 24 * 60; minute++) peer.after(60_000);
    peer.session.stop('enough');
    expect(peer.log.filter((line) => line.includes('of an earlier session'))).toHaveLength(1);
    expect([store.nextSenderMsgSeqNum(), store.nextTargetMsgSeqNum()]).toEqual([1, 1]);
  });

  it('that is always open begins anew each day, at once', () => {
    const whole = { timeZone: 'UTC', startTime: '10:00:00', endTime: '10:00:00' };
    const peer = FixPeer.loggedOn({ ...initiator, schedule: whole, reconnect });
    peer.after(HOUR / 2);
    peer.expects('35=5|34=2|58=end of session|');
    peer.sends('35=5|34=2|');
    peer.expectsDisconnect();
    peer.connects();
    peer.after(1_000);
    peer.after(0);
    peer.expects('35=A|34=1|98=0|108=0|');
  });

  it('ends its attempts with the session', () => {
    const peer = new FixPeer({ ...initiator, reconnect: { intervalMs: HOUR, maxAttempts: 0, maxIntervalMs: HOUR } });
    peer.session.start();
    peer.after(5_000);
    expect(peer.session.stateName()).toBe('reconnecting');
    peer.after(HOUR / 2);
    expect(peer.session.stateName()).toBe('out-of-session');
    expect(peer.heard).toEqual([]);
  });

  it('logs out by the application also between two sessions', () => {
    const peer = new FixPeer({ ...initiator, schedule: { ...schedule, startTime: '09:45:00' } });
    peer.session.start();
    peer.session.logout('not today');
    peer.after(0);
    expect(peer.heard).toEqual(['logout: not today']);
    peer.after(24 * HOUR);
    expect(peer.session.stateName()).toBe('disconnected');
  });
});

describe('an acceptor with a schedule', () => {
  it('takes nobody outside it', () => {
    const peer = new FixPeer({ schedule: { ...schedule, startTime: '09:45:00' } });
    peer.connects();
    expect(peer.session.stateName()).toBe('out-of-session');
    peer.after(15 * 60_000);
    peer.after(0);
    expect(peer.session.stateName()).toBe('awaiting-logon');
    peer.sends('35=A|34=1|98=0|108=30|');
    peer.expects('35=A|34=1|98=0|108=30|');
  });

  it('logs out at the end, listens again with the next session, and begins anew', () => {
    const peer = FixPeer.loggedOn({ schedule });
    peer.after(HOUR / 2);
    peer.expects('35=5|34=2|58=end of session|');
    peer.sends('35=5|34=2|');
    peer.expectsDisconnect();
    expect(peer.heard).toEqual(['logout: end of session']);
    expect(peer.session.stateName()).toBe('out-of-session');
    peer.after(23 * HOUR);
    expect(peer.session.stateName()).toBe('connecting');
    peer.connects();
    peer.sends('35=A|34=1|98=0|108=30|');
    peer.expects('35=A|34=1|98=0|108=30|');
  });

  it('stops listening at the end, and nobody hears of it who was not connected', () => {
    const peer = new FixPeer({ schedule });
    peer.session.start();
    peer.after(HOUR / 2);
    expect(peer.session.stateName()).toBe('out-of-session');
    expect(peer.heard).toEqual([]);
  });
});

it('a thousand days of sessions, each an hour long and with new numbers, in no time', () => {
  const peer = new FixPeer({ ...initiator, reconnect, schedule: { ...schedule, timeZone: 'America/New_York' } });
  const nowMs = (): number => peer.clock.cells[CELL.nowNs] / 1e6;
  const lengths: number[] = [];
  let beganMs = 0;
  peer.connects();
  while (lengths.length < 1_000) {
    const said = peer.next();
    if (said.startsWith('35=A')) {
      expect(said).toBe('35=A|34=1|98=0|108=0|');
      peer.sends('35=A|34=1|98=0|108=0|');
      beganMs = nowMs();
    } else if (said !== '') {
      expect(said).toBe('35=5|34=2|58=end of session|');
      peer.sends('35=5|34=2|');
      lengths.push(nowMs() - beganMs);
      peer.connects();
    } else {
      peer.after(Math.max(0, peer.session.nextDueNs() / 1e6 - nowMs()));
    }
  }
  expect(new Set(lengths)).toEqual(new Set([HOUR]));
  // The thousandth ends 999 days after the first, in winter time as in summer time at 10:00.
  const end = new Date(DAY0_MS + nowMs());
  expect(end.toISOString()).toBe('2022-10-25T14:00:00.000Z');
});
