/** Data fields of a venue's own: their values may hold any byte, wherever the message comes from. */
import { expect, it } from 'vitest';
import { GATEWAY_RESULT } from '../../../engine/ports/order-gateway.ts';
import { CAUSE } from '../../../native/layout.ts';
import { FixPeer } from '../../support/fix-peer.ts';
import { SOH } from '../../support/fix-wire.ts';

const CONFIG = { dataFields: [[9001, 9002]] as const };
const BLOB = `9001=9|9002=a${SOH}58=fake|`;

function peerThatReads(seen: string[]): FixPeer {
  return FixPeer.loggedOn(CONFIG, {
    application: {
      onMessage: (message) => {
        seen.push(`${message.text(9002)} ${message.has(58)}`);
        return 0;
      },
      mayResend: (message) => {
        seen.push(`again ${message.text(9002)} ${message.has(58)}`);
        return true;
      },
    },
  });
}

it('are read as one value when they come', () => {
  const seen: string[] = [];
  peerThatReads(seen).sends(`35=U1|34=2|${BLOB}`);
  expect(seen).toEqual([`a${SOH}58=fake false`]);
});

it('are read as one value behind a gap', () => {
  const seen: string[] = [];
  const peer = peerThatReads(seen);
  peer.sends(`35=U1|34=3|${BLOB}`);
  peer.expects('35=2|34=2|7=2|16=0|');
  peer.sends('35=4|34=2|43=Y|122=20200130-09:30:00.000|123=Y|36=3|');
  expect(seen).toEqual([`a${SOH}58=fake false`]);
});

it('are read as one value when ours are asked for again', () => {
  const seen: string[] = [];
  const peer = peerThatReads(seen);
  peer.session
    .compose('U1')
    .uint(9001, 9)
    .bytesOf(9002, Buffer.from(`a${SOH}58=fake`), 0, 9);
  expect(peer.session.sendComposed(CAUSE.none)).toBe(GATEWAY_RESULT.sent);
  peer.received();
  peer.sends('35=2|34=2|7=1|16=0|');
  peer.received();
  expect(seen).toEqual([`again a${SOH}58=fake false`]);
});
