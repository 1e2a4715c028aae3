/** Secrets in logs of every form: rather too much is masked than one of them shown. */
import { describe, expect, test } from 'vitest';
import { maskText } from '../../../app/fix-log/mask.ts';
import { fixLogText } from '../../../report/fix-log-text.ts';
import { entriesOf, messagesOf } from '../../support/fix-log.ts';

const style = { file: 'session.log', isBrief: false, paint: (_: unknown, text: string) => text };
const shown = async (log: string): Promise<string> =>
  (await entriesOf(Buffer.from(log, 'latin1')))
    .map((entry) => fixLogText(entry, style) + JSON.stringify(entry))
    .join('');

describe('in text that is no message', () => {
  test.each([
    ['35=A|554=secret|10=000|', '35=A|554=***|10=000|'],
    ['35=A|554=se;cr|et|10=000|', '35=A|554=***|10=000|'],
    ['35=A;554=se|1=cret;10=000;', '35=A;554=***;10=000;'],
    [
      '8=FIX.4.4\\0019=61\\00135=A\\001554=secret\\00110=000\\001',
      '8=FIX.4.4\\0019=61\\00135=A\\001554=***\\00110=000\\001',
    ],
    ['35=A%01554=secret%0110=000%01', '35=A%01554=***%0110=000%01'],
    ['35%3DA%01554%3Dsecret%0110%3D000', '35%3DA%01554=***%0110%3D000'],
    ['35=A\\x01925=secret\\x0110=1', '35=A\\x01925=***\\x0110=1'],
    ['35=A&#1;1402=secret&#1;10=1', '35=A&#1;1402=***&#1;10=1'],
    ['raw 35=A554=se;cret|tail10=000', 'raw 35=A554=***'],
    ['login with 925=se|cret', 'login with 925=***'],
    ['|-554=x|0554=y|554 =z|', '|-554=***'],
    ['35=A\u0001554=se;cret\u000198=0', '35=A\u0001554=***\u000198=0'],
    ['|0554=y|554 =z|58=w|', '|554=***|554=***|58=w|'],
    ['95=3|96=a|b|58=x', '95=3|96=***'],
    ['95=3|96 = a|b|58=x', '95=3|96=***'],
    ['1554=x|2925=y|296=z', '1554=x|2925=y|296=z'],
  ])('%j', (text, masked) => {
    expect(maskText(text)).toBe(masked);
  });

  test('a text full of secrets takes no more than its length', () => {
    const text = '554=x|'.repeat(200_000);
    const startMs = performance.now();
    maskText(text);
    maskText('0'.repeat(500_000));
    maskText(`|554=${'|'.repeat(500_000)}`);
    expect(performance.now() - startMs).toBeLessThan(5000);
  });
});

describe('in a message', () => {
  test.each([
    '8=FIX.4.4|9=61|35=A|34=1|49=ME|554=se|cret|925=x;cret|10=000|',
    '8=FIX.4.4^A9=61^A35=A^A925=se^Acret^Acret^A10=000^A',
    '8=FIX.4.4|9=5|35=A|-554=cret|10=000|',
    '8=FIX.4.4|9=5|35=A|0554=cret|10=000|',
    '8=FIX.4.4|9=5|35=A|554 =cret|cret|10=000|',
    '8=FIX.4.4|9=5|35=A|58=with 554=cret|cret|10=000|',
    '8=FIX.4.4|9=5|35=A|554=se|0=cret|-1=cret|10=000|',
    '8=FIX.4.4|9=5|35=A|554=se\ncret|10=000|\n8=FIX.4.4|9=5|35=0|10=163|\n',
    '8=FIX.4.4|9=5|35=A|-96=se|cret|10=000|',
    '8=FIX.4.4|9=5|35=A|58=a\\001554=cret|10=000|',
  ])('%j', async (log) => {
    expect(await shown(log)).not.toContain('cret');
  });

  test('what follows the secret is shown', async () => {
    const [message] = await messagesOf('8=FIX.4.4|9=61|35=A|554=se|cret|925=x|98=0|10=000|');
    expect(message?.fields.map(({ tag, value }) => [tag, value])).toEqual([
      [8, 'FIX.4.4'],
      [9, '61'],
      [35, 'A'],
      [554, '***'],
      [null, '***'],
      [925, '***'],
      [98, '0'],
      [10, '000'],
    ]);
    expect(message?.garbled[0]).toBe('`***` is no field');
  });
});

test.each(['|', '^A', '<SOH>'])('lengths that lie cost no walk each, with %s between fields', async (separator) => {
  for (const length of ['9999999', '90000']) {
    const log = `8=FIX.4.4|9=5|35=B|${`95=${length}|96=x|`.repeat(30_000)}10=000|\n`.replaceAll('|', separator);
    const startMs = performance.now();
    expect(await messagesOf(log)).toHaveLength(1);
    expect(performance.now() - startMs).toBeLessThan(8000);
  }
});

test('data cut between two chunks ends where its length says', async () => {
  const log = Buffer.from('8=FIX.4.4|9=5|35=B|95=12|96=a|10=000|bcd|58=x|10=000|\n');
  const whole = await entriesOf(log);
  for (let size = 1; size < log.length; size++) expect(await entriesOf(log, [size, 1000])).toEqual(whole);
});
