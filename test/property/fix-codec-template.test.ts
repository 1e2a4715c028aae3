import * as fc from 'fast-check';
import { type MessageTemplate, TemplateBuilder, UtcTimestampText } from 'fix-parser';
import { expect, it } from 'vitest';
import { readable, wire } from '../support/fix-wire.ts';

const NAME = Buffer.from('K3X9-');
const NAME_SUM = NAME.reduce((sum, byte) => sum + byte, 0);
const CANARY = 0xa5;
const MARGIN = 9;

/** Sets a slot from a number of at most 2^53. @returns the text it must show then, '' for none */
type Set = (template: MessageTemplate, slot: number, value: number) => string;
interface Kind {
  maxBytes: number;
  set: Set;
}

const clockNs = new Float64Array(1);
const time = new UtcTimestampText(clockNs, 0, Date.UTC(2026, 10, 22));

/** Values of all widths, short ones most of the time. */
const number = fc.oneof(fc.nat(12), fc.nat(12_000), fc.nat(), fc.maxSafeNat());
const uint: Set = (template, slot, value) => {
  template.setUint(slot, value);
  return `${value}`;
};
const decimal: Set = (template, slot, value) => {
  const signed = value % 3 === 0 ? -value : value;
  template.setDecimal(slot, signed, 4);
  const digits = `${value}`.padStart(5, '0');
  const fraction = digits.slice(-4).replace(/0+$/, '');
  return `${signed < 0 ? '-' : ''}${digits.slice(0, -4)}${fraction === '' ? '' : `.${fraction}`}`;
};
const char: Set = (template, slot, value) => {
  template.setChar(slot, 65 + (value % 26));
  return String.fromCharCode(65 + (value % 26));
};
const text: Set = (template, slot, value) => {
  const all = 'abcdefghijklmnopqrstuvwxyz';
  const from = value % 5;
  const to = from + (value % 13);
  template.setBytes(slot, Buffer.from(all), from, to);
  return all.slice(from, to);
};
const tagged: Set = (template, slot, value) => {
  template.setTagged(slot, NAME, NAME_SUM, value);
  return `${NAME.toString()}${value}`;
};
const timestamp: Set = (template, slot, value) => {
  const ms = value % 3_000;
  clockNs[0] = ms * 1e6;
  time.update();
  template.setTimestamp(slot, time);
  return new Date(Date.UTC(2026, 10, 22) + ms).toISOString().replaceAll('-', '').replace('T', '-').replace('Z', '');
};
const KINDS: Kind[] = [
  { maxBytes: 16, set: uint },
  { maxBytes: 18, set: decimal },
  { maxBytes: 1, set: char },
  { maxBytes: 12, set: text },
  { maxBytes: 21, set: tagged },
  { maxBytes: 21, set: timestamp },
];

const part = fc.record({
  tag: fc.constantFrom(1, 6, 38, 44, 150, 5_001, 20_000),
  what: fc.constantFrom('constant' as const, 'slot' as const, 'optional' as const, 'optional' as const),
  kind: fc.constantFrom(...KINDS),
});
/** `at` picks a slot; in wire order (rising) or in none. */
const step = fc.record({
  at: fc.nat(999),
  what: fc.constantFrom('set' as const, 'set' as const, 'set' as const, 'hide' as const),
  value: number,
});
const round = fc.record({ steps: fc.array(step, { maxLength: 20 }), ordered: fc.boolean() });

it('whatever is set and hidden in whatever order, every finish equals the message written anew', () => {
  fc.assert(
    fc.property(
      fc.array(part, { minLength: 1, maxLength: 12 }),
      fc.array(round, { minLength: 1, maxLength: 6 }),
      (parts, rounds) => {
        const builder = new TemplateBuilder('FIX.4.4', 'D');
        const shown = parts.map(({ what }) => ({ constant: 'fixed', slot: '0', optional: '' })[what]);
        const slots: { slot: number; part: number; kind: Kind }[] = [];
        parts.forEach(({ tag, what, kind }, i) => {
          if (what === 'constant') builder.constant(tag, 'fixed');
          else {
            const slot = what === 'slot' ? builder.slot(tag, kind.maxBytes) : builder.optional(tag, kind.maxBytes);
            slots.push({ slot, part: i, kind });
          }
        });
        const { capacity } = builder;
        const bytes = new Uint8Array(MARGIN + capacity + MARGIN).fill(CANARY);
        const template = builder.build(bytes, MARGIN);
        for (const { steps, ordered } of rounds) {
          const picked = steps
            .filter(() => slots.length > 0)
            .map(({ at, ...rest }) => ({ ...(slots[at % slots.length] as (typeof slots)[number]), ...rest }));
          if (ordered) picked.sort((a, b) => a.slot - b.slot);
          for (const { slot, part, kind, what, value } of picked) {
            if (what === 'hide') template.hide(slot);
            shown[part] = what === 'hide' ? '' : kind.set(template, slot, value);
          }
          const length = template.finish();
          const body = parts.map(({ tag }, i) => (shown[i] === '' ? '' : `${tag}=${shown[i]}|`)).join('');
          expect(readable(bytes, MARGIN, MARGIN + length)).toBe(readable(wire(`35=D|${body}`)));
        }
        expect([...bytes.subarray(0, MARGIN), ...bytes.subarray(MARGIN + capacity)]).toEqual(
          new Array(2 * MARGIN).fill(CANARY),
        );
      },
    ),
    { numRuns: 2_000 },
  );
});
