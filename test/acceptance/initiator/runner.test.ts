/** The runner can fail: expectations that are wrong are found, with file, line and what came instead. */
import { afterAll, describe, expect, it } from 'vitest';
import { parseDefinition } from './definition.ts';
import { difference, encode, fieldsOf, isAs, withHeaderFields } from './fields.ts';
import { InitiatorProcess } from './initiator-process.ts';
import { play } from './play.ts';

const RIGHT = `# what an initiator does
config heartBtIntMs 1000
logon
reply 35=1|34=2|112=abc|
expect 35=0|34=2|112=abc|
reply 35=8|34=3|17=x|
hears app 35=8|34=3|17=x|
expect [900..20000] 35=0|34=3|
logout bye
expect 35=5|34=4|58=bye|
reply 35=5|34=4|
closed
hears logout bye
`;

const WRONG: [name: string, line: string, instead: string, message: RegExp][] = [
  ['a value', 'expect 35=0|34=2|112=abc|', 'expect 35=0|34=2|112=abd|', /x\.def:5: .*112=abd, not 112=abc/],
  ['a number', 'expect 35=0|34=2|112=abc|', 'expect 35=0|34=3|112=abc|', /x\.def:5: .*34=3, not 34=2/],
  ['a type', 'expect 35=0|34=2|112=abc|', 'expect 35=1|34=2|112=abc|', /x\.def:5: .*35=1, not 35=0/],
  ['a field too many', 'expect 35=0|34=2|112=abc|', 'expect 35=0|34=2|', /x\.def:5: .*unexpected 112=abc/],
  ['a field too few', 'expect 35=5|34=4|58=bye|', 'expect 35=5|34=4|58=bye|1=2|', /x\.def:10: .*missing 1=2/],
  ['a sender', 'expect 35=0|34=2|112=abc|', 'expect 35=0|34=2|49=ME|112=abc|', /x\.def:5: .*49=ME, not 49=HOTLAP/],
  ['too soon', 'expect [900..20000] 35=0|34=3|', 'expect [60000..70000] 35=0|34=3|', /x\.def:8: .*too soon/],
  ['too late', 'expect [900..20000] 35=0|34=3|', 'expect [0..300] 35=0|34=3|', /x\.def:8: .*after \d+ ms: too late/],
  ['silence that is none', 'logout bye', 'silence 1500', /x\.def:9: .*it said 8=FIX/],
  ['an end that is none', 'reply 35=8|34=3|17=x|', 'closed [0..300]', /x\.def:6: .*still connected within 300 ms/],
  ['another message heard', 'hears app 35=8|34=3|17=x|', 'hears app 35=8|34=3|17=y|', /x\.def:7: .*17=y, not 17=x/],
  ['another reason heard', 'hears logout bye', 'hears logout by', /x\.def:13: .*it heard logout bye/],
  ['nothing heard', 'reply 35=8|34=3|17=x|', 'reply 35=0|34=3|', /x\.def:7: .*heard nothing/],
  ['a message left over', 'expect 35=0|34=2|112=abc|', 'wait 1', /x\.def:8: /],
  ['a log line', 'logout bye', 'logs [0..300] no such thing', /x\.def:9: .*not logged/],
  ['what nobody asked for', 'reply 35=5|34=4|', 'reply 35=8|34=4|17=z|', /x\.def:12: .*still connected|heard app/],
];

afterAll(() => InitiatorProcess.endAll());

describe('a definition that is wrong fails', () => {
  it('and the right one passes', () => play(parseDefinition('x.def', RIGHT)));

  it.concurrent.each(WRONG)('%s', async (_, line, instead, message) => {
    expect(RIGHT).toContain(line);
    const text = RIGHT.replace(line, instead).replaceAll('closed\n', 'closed [0..1500]\n');
    await expect(play(parseDefinition('x.def', text.replace('hears app', 'hears [0..700] app')))).rejects.toThrow(
      message,
    );
  });

  it('an initiator that dies is told with what it died of', async () => {
    const text = RIGHT.replace('heartBtIntMs 1000', 'heartBtIntMs 1001');
    await expect(play(parseDefinition('x.def', text))).rejects.toThrow(/initiator ended with 1: .*whole seconds/s);
  });
});

describe('comparison', () => {
  const ids = { beginString: 'FIX.4.4', sender: 'A', target: 'B' };
  const actual = fieldsOf('35=8|34=2|49=A|52=20200101-00:00:00|56=B|17=x|38=100|');

  it('sees every single change of a field', () => {
    expect(difference(actual, actual, new Map())).toBe('');
    actual.forEach(([tag, value], i) => {
      const without = actual.filter((_, at) => at !== i);
      const changed = actual.with(i, [tag, `${value}0`]);
      const renamed = actual.with(i, [`${tag}0`, value]);
      const twice = actual.toSpliced(i, 0, [tag, value]);
      for (const each of [without, changed, renamed, twice]) {
        expect(difference(each, actual, new Map())).not.toBe('');
        expect(difference(actual, each, new Map())).not.toBe('');
      }
      if (i > 0) expect(difference(without.toSpliced(i - 1, 0, [tag, value]), actual, new Map())).not.toBe('');
    });
  });

  it('puts header fields in ascending order before the body, and keeps what is given', () => {
    const fields = withHeaderFields('35=D|34=7|122=<sent 3>|43=Y|11=A|', ids).map((field) => field.join('='));
    expect(fields).toEqual(['35=D', '34=7', '43=Y', '49=A', '52=<time>', '56=B', '122=<sent 3>', '11=A']);
    expect(Buffer.from(encode('35=0|34=1|49=X|52=t|56=<absent>|9=99|10=7|', ids)).toString()).toBe(
      '8=FIX.4.4|9=99|35=0|34=1|49=X|52=t|10=7|'.replaceAll('|', '\x01'),
    );
  });

  it('knows what a value may be', () => {
    const now = new Date().toISOString().replaceAll('-', '').replace('T', '-');
    expect(isAs('<time>', now.slice(0, 17))).toBe(true);
    expect(isAs('<time>', now.slice(0, 21))).toBe(true);
    expect(isAs('<time>', now)).toBe(false);
    expect(isAs('<time>', `${now.slice(0, 21)}1`)).toBe(false);
    expect(isAs('<time>', '20200130-09:30:00.000')).toBe(false);
    expect(isAs('<sent 4>', 'then', new Map([['4', 'then']]))).toBe(true);
    expect(isAs('<sent 4>', 'now', new Map([['4', 'then']]))).toBe(false);
    expect(isAs('<sent 5>', 'then', new Map([['4', 'then']]))).toBe(false);
    expect(isAs('a<any>z', 'a.z')).toBe(true);
    expect(isAs('a.z', 'abz')).toBe(false);
    expect(isAs('<3 bytes>', 'xxx')).toBe(true);
  });
});

describe('a definition that cannot be read', () => {
  it.each([
    ['# t\nexpects 35=0|', /x\.def:2: unknown step/],
    ['# t\nlogon\nconfig heartBtIntMs 5', /x\.def:3: configuration belongs at the head/],
    ['# t\nconfig heartBtIntMs', /x\.def:2: config needs a key and a value/],
    ['# t\nexpect [x] 35=0|', /x\.def:2: a window is/],
    ['logon', /x\.def: a title and steps/],
    ['# t', /x\.def: a title and steps/],
  ])('%j', (text, message) => {
    expect(() => parseDefinition('x.def', text)).toThrow(message);
  });
});
