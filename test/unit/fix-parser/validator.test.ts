import {
  Dictionary,
  FixMessage,
  INVALID_INT,
  MessageValidator,
  PARSE,
  REJECT_REASON,
  VALID,
  type ValidationOptions,
} from 'fix-parser';
import { describe, expect, it } from 'vitest';
import { SMALL } from '../../support/fix-small-dictionary.ts';
import { wire } from '../../support/fix-wire.ts';

const dictionary = new Dictionary(SMALL);
const HEADER = '49=A|56=B|34=2|52=20261122-10:00:00|';
const ORDER = `35=D|${HEADER}11=id|55=F|40=1|`;

/** [SessionRejectReason, tag] of a message, its body in front of CheckSum(10). */
function check(body: string, options: ValidationOptions = {}): [number, number] {
  const message = new FixMessage();
  const bytes = wire(body);
  expect(message.parse(bytes, 0, bytes.length)).toBe(PARSE.ok);
  const validator = new MessageValidator(dictionary, dictionary, options);
  return [validator.validate(message), validator.refTag];
}
const OK = [VALID, INVALID_INT];

describe('MessageValidator', () => {
  it('accepts what the dictionary defines, in any order within header and body', () => {
    expect(check(`35=0|${HEADER}`)).toEqual(OK);
    expect(check(ORDER)).toEqual(OK);
    expect(check('35=D|34=2|49=A|52=20261122-10:00:00.123456789|56=B|40=1|55=F|11=id|93=1|89=x|')).toEqual(OK);
    expect(check(`${ORDER}453=0|`)).toEqual(OK);
    expect(check(`${ORDER}453=2|448=a|452=1|448=b|802=1|523=s|803=4|44=1|`)).toEqual(OK);
  });

  it.each([
    ['14: a header field behind the body', '35=D|11=id|34=2|', REJECT_REASON.tagOutOfRequiredOrder, 34],
    ['14: a body field behind the trailer', `${ORDER}93=1|89=x|44=1|`, REJECT_REASON.tagOutOfRequiredOrder, 44],
    ['11: a type that is not defined', `35=Z|${HEADER}`, REJECT_REASON.invalidMsgType, INVALID_INT],
    ['11: a type of five characters', `35=ABCDE|${HEADER}`, REJECT_REASON.invalidMsgType, INVALID_INT],
    ['1: in the header', '35=0|49=A|34=2|52=20261122-10:00:00|', REJECT_REASON.requiredTagMissing, 56],
    ['1: in the body', `35=D|${HEADER}11=id|40=1|`, REJECT_REASON.requiredTagMissing, 55],
    ['1: lowest tag first', `35=D|${HEADER}`, REJECT_REASON.requiredTagMissing, 11],
    ['1: in an instance of a group', `${ORDER}453=1|452=1|`, REJECT_REASON.requiredTagMissing, 448],
    ['0: an unknown tag', `${ORDER}999=x|`, REJECT_REASON.invalidTagNumber, 999],
    ['0: tag 0', `${ORDER}0=x|`, REJECT_REASON.invalidTagNumber, 0],
    ['0: a negative tag', `${ORDER}-1=x|`, REJECT_REASON.invalidTagNumber, -1],
    ['0: a user-defined tag', `${ORDER}5000=x|`, REJECT_REASON.invalidTagNumber, 5_000],
    ['0: a header field of a later version', `35=0|1128=9|${HEADER}`, REJECT_REASON.invalidTagNumber, 1_128],
    ['2: a field of other messages', `35=0|${HEADER}55=F|`, REJECT_REASON.tagNotDefinedForMessage, 55],
    ['2: a field of a group outside of it', `${ORDER}448=x|`, REJECT_REASON.tagNotDefinedForMessage, 448],
    ['4: an empty value', '35=0|49=A|56=|34=2|52=20261122-10:00:00|', REJECT_REASON.tagWithoutValue, 56],
    ['4: an empty value in a group', `${ORDER}453=1|448=|`, REJECT_REASON.tagWithoutValue, 448],
    ['5: not one of the values', `${ORDER.replace('40=1', '40=3')}`, REJECT_REASON.valueIncorrect, 40],
    ['5: in a group', `${ORDER}453=1|448=a|452=2|`, REJECT_REASON.valueIncorrect, 452],
    ['5: one word of several', `${ORDER}18=1 X G|`, REJECT_REASON.valueIncorrect, 18],
    ['5: words with two spaces', `${ORDER}18=1  G|`, REJECT_REASON.valueIncorrect, 18],
    ['6: a plus sign', `${ORDER}38=+200.00|`, REJECT_REASON.incorrectDataFormat, 38],
    ['6: a group count that is no number', `${ORDER}453=x|448=a|`, REJECT_REASON.incorrectDataFormat, 453],
    ['13: a field twice', `${ORDER}40=2|`, REJECT_REASON.tagAppearsMoreThanOnce, 40],
    ['13: a header field twice', `35=0|34=2|${HEADER}`, REJECT_REASON.tagAppearsMoreThanOnce, 34],
    ['13: a group twice', `${ORDER}453=1|448=a|44=1|453=1|448=a|`, REJECT_REASON.tagAppearsMoreThanOnce, 453],
    ['16: fewer instances than said', `${ORDER}453=3|448=a|448=b|`, REJECT_REASON.incorrectNumInGroup, 453],
    ['16: more instances than said', `${ORDER}453=1|448=a|448=b|`, REJECT_REASON.incorrectNumInGroup, 453],
    ['16: instances of none', `${ORDER}453=0|448=a|`, REJECT_REASON.incorrectNumInGroup, 453],
    ['16: a negative count', `${ORDER}453=-1|`, REJECT_REASON.incorrectNumInGroup, 453],
    ['16: in a nested group', `${ORDER}453=1|448=a|802=2|523=s|`, REJECT_REASON.incorrectNumInGroup, 802],
    ['15: fields of an instance swapped', `${ORDER}453=1|448=a|802=1|523=s|452=1|`, 15, 452],
    ['15: an instance without its delimiter', `${ORDER}453=1|448=a|802=1|803=4|`, 15, 803],
  ])('%s', (_name, body, reason, tag) => {
    expect(check(body)).toEqual([reason, tag]);
  });

  it('of several faults names the one that QuickFIX finds first', () => {
    // Order, then type, then what is missing, then header, trailer and body by ascending tag.
    expect(check(`35=Z|11=id|${HEADER}`)).toEqual([REJECT_REASON.tagOutOfRequiredOrder, 49]);
    expect(check(`35=D|${HEADER}11=id|40=9|`)).toEqual([REJECT_REASON.requiredTagMissing, 55]);
    expect(check(`${ORDER}44=x|38=x|`)).toEqual([REJECT_REASON.incorrectDataFormat, 38]);
    expect(check(`35=D|43=X|${HEADER}11=id|55=F|40=9|`)).toEqual([REJECT_REASON.incorrectDataFormat, 43]);
    expect(check(`${ORDER}453=2|448=a|452=77|`)).toEqual([REJECT_REASON.incorrectNumInGroup, 453]);
    expect(check(`35=D|${HEADER}11=id|40=1|453=1|452=1|`)).toEqual([REJECT_REASON.requiredTagMissing, 55]);
  });

  it.each([
    [
      '38',
      ['1', '0', '-5', '002000.00', '.5', '5.', '-.5', '1'.repeat(40)],
      ['', '-', '.', '-.', '1.2.3', '1e5', ' 1'],
    ],
    ['34', ['1', '-1', '007'], ['-', '1.0', '+1', '1 ']],
    ['40', ['1', '2'], ['12', '']],
    ['43', ['Y', 'N'], ['y', 'YES', '1']],
    [
      '52',
      ['20260101-00:00:00', '20260101-23:59:60', '20260101-00:00:00.1', '20260101-00:00:00.123456789'],
      [
        '20260101',
        '20261301-00:00:00',
        '20260100-00:00:00',
        '20260101-24:00:00',
        '20260101-00:00:00.',
        '00000101-00:00:00',
      ],
    ],
    ['64', ['20260131', '20261231'], ['2026013', '20261331', '20260132', '2026-1-1', '202601311']],
    ['200', ['202601', '20260131', '202601w1', '202601w5'], ['2026', '202613', '202601w0', '202601w6', '20260132']],
    ['205', ['1', '31', '07'], ['0', '32', '-1', 'x']],
    [
      '273',
      ['00:00:00', '23:59:59.999', '12:00:00.000000001'],
      ['24:00:00', '12:60:00', '12:00', '12:00:00.', '1:00:00'],
    ],
  ])('6: field %s', (tag, good, bad) => {
    const body = (value: string): string => {
      const field = `${tag}=${value}|`;
      const inHeader = new RegExp(`(^|\\|)${tag}=[^|]*\\|`);
      return inHeader.test(ORDER)
        ? ORDER.replace(inHeader, `$1${field}`)
        : tag === '43'
          ? ORDER.replace('49=A|', `49=A|${field}`)
          : `${ORDER}${field}`;
    };
    for (const value of good) expect([value, check(body(value))]).toEqual([value, OK]);
    for (const value of bad) {
      const reason = value === '' ? REJECT_REASON.tagWithoutValue : REJECT_REASON.incorrectDataFormat;
      expect([value, check(body(value))]).toEqual([value, [reason, Number(tag)]]);
    }
  });

  it('checks what its options say', () => {
    expect(check('35=D|11=id|49=A|56=B|34=2|52=20261122-10:00:00|55=F|40=1|', { fieldsInOrder: false })).toEqual(OK);
    expect(check(`${ORDER}453=3|452=1|448=a|452=12|448=b|`, { fieldsInOrder: false })).toEqual([1, 448]);
    expect(check(`${ORDER}453=1|448=a|802=0|452=12|`, { fieldsInOrder: false })).toEqual(OK);
    expect(check(`${ORDER}44=|`, { valuesPresent: false })).toEqual(OK);
    expect(check(`${ORDER}999=x|`, { knownFields: false })).toEqual(OK);
    expect(check(`${ORDER}112=x|`, { knownFields: false })).toEqual(OK);
    expect(check(`${ORDER}999=x|999=y|`, { knownFields: false })).toEqual([REJECT_REASON.tagAppearsMoreThanOnce, 999]);
    expect(check(`${ORDER}5000=x|`, { knownFields: false })).toEqual([REJECT_REASON.invalidTagNumber, 5_000]);
    expect(check(`${ORDER}5000=x|`, { userDefinedFields: false })).toEqual(OK);
    expect(check(`${ORDER}7001=x|`)).toEqual(OK);
  });

  it('over FIXT.1.1 takes header and session messages from one dictionary, the others from another', () => {
    const session = new Dictionary({ ...SMALL, version: 'FIXT.1.1', messages: SMALL.messages.slice(0, 1) });
    const application = new Dictionary({ ...SMALL, header: [], trailer: [], messages: SMALL.messages.slice(1) });
    const validator = new MessageValidator(session, application);
    const message = new FixMessage();
    for (const [body, reason, tag] of [
      [`35=0|${HEADER}`, VALID, INVALID_INT],
      [ORDER, VALID, INVALID_INT],
      [`35=0|${HEADER}11=x|`, REJECT_REASON.tagNotDefinedForMessage, 11],
      [ORDER.replace('56=B|', ''), REJECT_REASON.requiredTagMissing, 56],
      [ORDER.replace('55=F|', ''), REJECT_REASON.requiredTagMissing, 55],
      [`${ORDER}11=x|`, REJECT_REASON.tagAppearsMoreThanOnce, 11],
    ] as const) {
      const bytes = wire(body);
      expect(message.parse(bytes, 0, bytes.length)).toBe(PARSE.ok);
      expect([body, validator.validate(message), validator.refTag]).toEqual([body, reason, tag]);
    }
  });
});
