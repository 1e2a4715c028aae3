import { describe, expect, it } from 'vitest';
import { HANDLED } from '../../../gateway/index.ts';
import { FixPeer } from '../../support/fix-peer.ts';

const report = (seq: number, more = ''): string =>
  `35=8|34=${seq}|${more}37=1|11=K-1|17=${seq}|150=0|39=0|55=AAPL|54=1|38=100|151=100|14=0|6=0|`;

/** A session whose application notes which number the store still expects while it has a message in its hands. */
function noting(during: (peer: FixPeer) => number = () => HANDLED.ok, config = {}) {
  const expectedThen: number[] = [];
  const peer: FixPeer = FixPeer.loggedOn(config, {
    application: {
      onMessage: () => {
        expectedThen.push(peer.sequence[1] as number);
        return during(peer);
      },
    },
  });
  return { peer, expectedThen };
}

describe('the number of a message that the application has in its hands', () => {
  it('is still expected: whoever is killed then asks for the message again', () => {
    const { peer, expectedThen } = noting();
    peer.sends(report(2));
    expect(expectedThen).toEqual([2]);
    expect(peer.sequence[1]).toBe(3);
  });

  it('is still expected where the message waited behind a gap', () => {
    const { peer, expectedThen } = noting();
    peer.sends(report(4));
    peer.sends(report(5));
    peer.expects('35=2|34=2|7=2|16=0|');
    peer.sends(`35=4|34=2|43=Y|122=${peer.clock.text()}|36=4|123=Y|`);
    expect(expectedThen).toEqual([4, 5]);
    expect(peer.sequence[1]).toBe(6);
  });

  it('is not passed over by an application that throws', () => {
    const { peer } = noting(() => {
      throw new Error('the journal is gone');
    });
    expect(() => peer.sends(report(2))).toThrow('the journal is gone');
    expect(peer.sequence[1]).toBe(2);
  });

  it('counts once the application has refused the message', () => {
    const { peer } = noting(() => HANDLED.unsupported);
    peer.sends(report(2));
    expect(peer.sequence[1]).toBe(3);
  });

  it('says nothing of the numbers that begin when the application stops the session', () => {
    const { peer } = noting(
      (each) => {
        each.session.stop('enough');
        return HANDLED.ok;
      },
      { resetOnDisconnect: true },
    );
    peer.sends(report(2));
    expect([...peer.sequence]).toEqual([1, 1]);
  });
});
