import { FRAME, Framer } from 'fix-parser';
import { describe, expect, it } from 'vitest';
import { readable, sealed, wire } from '../../support/fix-wire.ts';

const HEARTBEAT = readable(wire('35=0|34=2|'));

/** What a framer makes of bytes: messages as text, `~` for each run of garbled bytes. */
function framed(text: string, resync: 'bodyLength' | 'beginString' = 'bodyLength', maxMessageBytes = 256): string[] {
  const bytes = Buffer.from(text.replaceAll('|', '\x01'), 'latin1');
  const framer = new Framer({ maxMessageBytes, resync });
  const found: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    const result = framer.next(bytes, at, bytes.length);
    if (result === FRAME.incomplete) break;
    if (result === FRAME.message) found.push(readable(bytes, framer.start, framer.end));
    else found.push('~');
    const next = result === FRAME.message ? framer.end : framer.resumeAt;
    expect(next).toBeGreaterThan(at);
    at = next;
  }
  return found;
}

describe('Framer', () => {
  it('cuts messages', () => {
    expect(framed(HEARTBEAT + HEARTBEAT)).toEqual([HEARTBEAT, HEARTBEAT]);
  });

  it('waits for every byte', () => {
    for (let end = 0; end < HEARTBEAT.length; end++) expect(framed(HEARTBEAT.slice(0, end))).toEqual([]);
  });

  it('believes BodyLength: data may hold SOH and what looks like a trailer', () => {
    const message = readable(wire('35=B|96=a|10=000|8=FIX.4.4|9=5|b|'));
    expect(framed(message + HEARTBEAT)).toEqual([message, HEARTBEAT]);
  });

  it.each([
    ['rubbish in front', `rubbish${HEARTBEAT}`],
    ['no BodyLength', `8=FIX.4.4|35=0|10=000|${HEARTBEAT}`],
    ['a BodyLength that is no number', `8=FIX.4.4|9=x|35=0|10=000|${HEARTBEAT}`],
    ['an empty BodyLength', `8=FIX.4.4|9=|35=0|10=000|${HEARTBEAT}`],
    ['a negative BodyLength', `8=FIX.4.4|9=-5|35=0|10=000|${HEARTBEAT}`],
    ['a BodyLength beyond the limit', `8=FIX.4.4|9=9999|35=0|10=000|${HEARTBEAT}`],
    ['a BodyLength beyond all numbers', `8=FIX.4.4|9=99999999999999999999|35=0|10=000|${HEARTBEAT}`],
    ['a BeginString without end', `8=${'F'.repeat(40)}${HEARTBEAT}`],
    ['a checksum of two digits', `8=FIX.4.4|9=5|35=0|10=12|${HEARTBEAT}`],
    ['a checksum of four digits', `8=FIX.4.4|9=5|35=0|10=1234|${HEARTBEAT}`],
    ['a BodyLength too small', `8=FIX.4.4|9=2|35=0|34=1|10=000|${HEARTBEAT}`],
  ])('goes on behind %s', (_what, text) => {
    for (const policy of ['bodyLength', 'beginString'] as const) expect(framed(text, policy)).toEqual(['~', HEARTBEAT]);
  });

  it('with a BodyLength too great: as QuickFIX does, or at the next BeginString', () => {
    const long = readable(sealed('8=FIX.4.4|9=30|35=0|34=2|'));
    expect(framed(long + HEARTBEAT + HEARTBEAT)).toEqual(['~', HEARTBEAT]);
    expect(framed(long + HEARTBEAT + HEARTBEAT, 'beginString')).toEqual(['~', HEARTBEAT, HEARTBEAT]);
  });

  it('tells a message that is too long apart from garbage', () => {
    const framer = new Framer({ maxMessageBytes: 64, resync: 'bodyLength' });
    const tell = (text: string): number[] => {
      const bytes = Buffer.from(text.replaceAll('|', '\x01'), 'latin1');
      return [framer.next(bytes, 0, bytes.length), framer.tooLongBytes];
    };
    expect(tell('8=FIX.4.4|9=100|35=0|')).toEqual([FRAME.garbled, 123]);
    expect(tell('8=FIX.4.4|9=x|35=0|')).toEqual([FRAME.garbled, 0]);
    expect(tell('8=FIX.4.4|9=100|35=0|')).toEqual([FRAME.garbled, 123]);
    expect(tell(HEARTBEAT)).toEqual([FRAME.message, 0]);
  });

  it('gives up a message that reaches the limit without a trailer', () => {
    const endless = `8=FIX.4.4|9=20|35=0|58=${'x'.repeat(300)}|${HEARTBEAT}`;
    expect(framed(endless)).toEqual(['~', HEARTBEAT]);
  });
});
