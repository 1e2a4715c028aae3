import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fixLogText } from '../../report/fix-log-text.ts';
import { entriesOf } from '../support/fix-log.ts';
import { wire } from '../support/fix-wire.ts';

const SEPARATORS = ['\x01', '|', '^A', '<SOH>', '\\x01', ';'];
const style = { file: 'session.log', isBrief: false, paint: (_: unknown, text: string) => text };

const value = fc.string({ unit: fc.constantFrom(...'abcXYZ019 .:-'), minLength: 1, maxLength: 12 });
const message = fc
  .tuple(
    fc.constantFrom('0', 'A', 'D', '8', 'U1'),
    fc.nat(999),
    fc.array(fc.tuple(fc.integer({ min: 1, max: 6000 }), value)),
    value,
  )
  .map(([type, seq, fields, raw]) => {
    const others = fields
      .filter(([tag]) => ![8, 9, 10, 35, 90, 93, 95, 96].includes(tag))
      .map(([tag, text]) => `${tag}=${text}|`);
    return `35=${type}|34=${seq}|49=ME|52=20261122-15:26:20|56=V|${others.join('')}95=${raw.length + 1}|96=${raw}|`;
  });

const log = fc
  .array(
    fc.tuple(message, fc.constantFrom(...SEPARATORS), fc.constantFrom('', '\n', '20261122-15:26:20 : ', 'noise\n')),
    {
      maxLength: 6,
    },
  )
  .map((pieces) =>
    Buffer.concat(
      pieces.map(([body, separator, between]) => {
        const text = Buffer.from(wire(body)).toString('latin1').replaceAll('\x01', separator);
        return Buffer.from(`${between}${text}`, 'latin1');
      }),
    ),
  );

test('a log reads the same in chunks of any size', async () => {
  await fc.assert(
    fc.asyncProperty(
      log,
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 5 }),
      async (bytes, sizes) => {
        expect(await entriesOf(bytes, sizes)).toEqual(await entriesOf(bytes));
      },
    ),
    { numRuns: 150 },
  );
});

const SECRET = 'hunter2';

/** How text that is no message may write SOH. */
const ESCAPES = ['\\001', '%01', '\\u0001', '\\x01', '&#1;', '=01'];

test('a secret is shown in no form in which its tag and the separators may be written', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...SEPARATORS, ...ESCAPES),
      fc.constantFrom('554', '925', '1402', '1404', '96'),
      fc.constantFrom('', '-', '0', '00'),
      fc.constantFrom('=', ' ='),
      fc.array(fc.constantFrom('a', '|', ';', '^A', '=', ' ', '\\', '%'), { maxLength: 6 }),
      fc.constantFrom('8=FIX.4.4|9=61|35=A|', '35=A|', 'Logon: |', '8=FIX|', ''),
      async (separator, tag, before, equals, noise, start) => {
        const log = `${start}${before}${tag}${equals}${noise.join('')}${SECRET}|98=0|10=000|\n`.replaceAll(
          '|',
          separator,
        );
        for (const entry of await entriesOf(Buffer.from(log, 'latin1')))
          expect(fixLogText(entry, style) + JSON.stringify(entry)).not.toContain(SECRET);
      },
    ),
    { numRuns: 3000 },
  );
});

/** A damaged log: bytes cut out or overwritten anywhere but in the secrets. */
const damaged = fc.tuple(
  fc.constantFrom(...SEPARATORS),
  fc.constantFrom('554', '925', '96'),
  fc.array(fc.tuple(fc.nat(200), fc.nat(6), fc.constantFrom('', '8=FIX', '\n', '10=', '\x01', '|')), { maxLength: 3 }),
);

test('a secret is never shown, however damaged the log', async () => {
  await fc.assert(
    fc.asyncProperty(damaged, async ([separator, tag, cuts]) => {
      const value = tag === '96' ? `x\n|=|${SECRET}` : SECRET;
      const length = tag === '96' ? `95=${value.length}|` : '';
      const whole = Buffer.from(
        wire(`35=A|34=1|49=ME|52=20261122-15:26:20|56=V|98=0|108=30|${length}${tag}=${value}|58=end|`),
      );
      let text = whole.toString('latin1').replaceAll('\x01', separator);
      const secret = `${tag}=${value.replaceAll('|', separator)}`;
      for (const [at, count, put] of cuts) {
        const from = text.indexOf(secret) - 1;
        const end = Math.min(at, Math.max(0, from));
        text = text.slice(0, end) + put + text.slice(Math.min(end + count, Math.max(end, from)));
      }
      fc.pre(text.includes(secret) && !/\d$/.test(text.slice(0, text.indexOf(secret))));
      for (const entry of await entriesOf(Buffer.from(text, 'latin1')))
        expect(fixLogText(entry, style) + JSON.stringify(entry)).not.toContain(SECRET);
    }),
    { numRuns: 3000 },
  );
});

/** Whatever a file may hold, and what looks like the beginning of messages. */
const noise = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
      fc
        .constantFrom(
          '8=FIX.4.4|9=',
          '8=FIXT.1.1\x01',
          '9=5\x01',
          '9=99999\x01',
          '\x0110=',
          '95=3|96=',
          '453=2|448=',
          '35=D|',
          '\n',
          '8=',
        )
        .map((text) => Buffer.from(text, 'latin1')),
    ),
    { maxLength: 40 },
  )
  .map((parts) => Buffer.concat(parts));

test('anything is read to its end, the same in chunks of any size', async () => {
  await fc.assert(
    fc.asyncProperty(noise, fc.integer({ min: 1, max: 40 }), async (bytes, size) => {
      expect(await entriesOf(bytes, [size])).toEqual(await entriesOf(bytes));
    }),
    { numRuns: 1000 },
  );
});
