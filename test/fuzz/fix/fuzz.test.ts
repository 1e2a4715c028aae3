import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { FixMessage, FRAME, Framer, PARSE } from 'fix-parser';
import { describe, expect, it } from 'vitest';
import { wire } from '../../support/fix-wire.ts';
import { loadCorpus } from './corpus.ts';
import { Fuzz } from './fuzz.ts';
import { Mutator } from './mutator.ts';
import { Random } from './random.ts';
import { checkSent } from './wire-check.ts';

/** Another one with FUZZ_SEED; what fails prints the command that tries it again. */
const SEED = Number(process.env.FUZZ_SEED ?? 44);
const MESSAGES = 200_000;
const RUN = fileURLToPath(new URL('./run.ts', import.meta.url));

it(`${MESSAGES} messages of seed ${SEED}: only coded errors, no byte outside, no number used twice, nothing unbounded`, async () => {
  const args = [RUN, '--messages', String(MESSAGES), '--seed', String(SEED)];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args);
  expect(stdout).toBe(`${MESSAGES} messages of seed ${SEED}: nothing failed\n`);
  // It went deep: messages were read, found valid, handed to applications, sent again and answered.
  const { codec, session, encode, xml } = JSON.parse(stderr.trimEnd().split('\n').at(-1) as string);
  expect(codec.messages).toBeGreaterThan(MESSAGES / 2);
  expect(codec.valid).toBeGreaterThan(MESSAGES / 10);
  expect(session.heard).toBeGreaterThan(1_000);
  expect(session.logons).toBeGreaterThan(1_000);
  expect(session.sent).toBeGreaterThan(10_000);
  expect(session.resent).toBeGreaterThan(100);
  expect(encode.written).toBeGreaterThan(5_000);
  expect(encode.tooLong).toBeGreaterThan(100);
  expect(xml.read).toBeGreaterThan(10);
  expect(xml.refused).toBeGreaterThan(100);
});

describe('what fails can be tried again', () => {
  it('the same seed makes the same messages', async () => {
    const [one, other, third] = [await Fuzz.create(5), await Fuzz.create(5), await Fuzz.create(6)];
    for (let round = 0; round < 640; round++) {
      expect(other.round(round)).toBe(one.round(round));
      third.round(round);
    }
    expect(other.targets.codec.counts).toEqual(one.targets.codec.counts);
    expect(third.targets.codec.counts).not.toEqual(one.targets.codec.counts);
  });

  it('a round by itself is what it was among all', async () => {
    const [all, single] = [await Fuzz.create(9), await Fuzz.create(9)];
    for (let round = 0; round < 128; round++) {
      const before = { ...all.targets.session.counts };
      const tried = all.round(round);
      if (round % 64 !== 55) continue;
      const counts = Object.entries(all.targets.session.counts).map(([key, count]) => [key, count - before[key]]);
      const seen = { ...single.targets.session.counts };
      expect(single.round(round)).toBe(tried);
      const again = Object.entries(single.targets.session.counts).map(([key, count]) => [key, count - seen[key]]);
      expect(again).toEqual(counts);
    }
  });
});

describe('the checks can fail', () => {
  const good = (): Uint8Array => wire('35=D|34=2|49=US|52=20200130-09:30:00.000|56=PEER|11=1|');
  const check = (bytes: Uint8Array): unknown => checkSent(bytes, 'FIX.4.4', 'US', 'PEER');

  it('a message that was sent wrong is seen', () => {
    expect(check(good())).toMatchObject({ type: 'D', seq: 2, possDup: false });
    for (let at = 0; at < good().length; at++) {
      const bytes = good();
      bytes[at] ^= 1;
      expect(() => check(bytes), `byte ${at}`).toThrow();
    }
    expect(() => check(wire('35=D|34=2|49=US|52=20200130-09:30:00.000|56=OTHER|'))).toThrow(/CompIDs/);
    expect(() => check(wire('35=D|34=0|49=US|52=20200130-09:30:00.000|56=PEER|'))).toThrow(/MsgSeqNum/);
    expect(() => check(wire('35=D|34=2|43=Y|49=US|52=20200130-09:30:00.000|56=PEER|'))).toThrow(/OrigSendingTime/);
    expect(() =>
      check(wire('35=D|34=2|43=Y|49=US|52=20200130-09:30:00.000|56=PEER|122=20200130-09:30:00.001|')),
    ).toThrow(/later/);
  });

  it('a repaired message is a message again', () => {
    const random = new Random(3);
    const mutator = new Mutator(random, loadCorpus());
    const framer = new Framer({ maxMessageBytes: 16_384, resync: 'bodyLength' });
    const message = new FixMessage();
    let ok = 0;
    for (let i = 0; i < 2_000; i++) {
      mutator.take(good());
      mutator.change(1);
      mutator.repair(true);
      const found = framer.next(mutator.bytes, 0, mutator.length);
      if (found === FRAME.message && message.parse(mutator.bytes, framer.start, framer.end) === PARSE.ok) ok++;
    }
    expect(ok).toBeGreaterThan(1_200);
    expect(ok).toBeLessThan(2_000);
  });
});
