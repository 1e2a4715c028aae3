import assert from 'node:assert/strict';
import {
  Dictionary,
  FixMessage,
  FRAME,
  Framer,
  GroupReader,
  INVALID_INT,
  loadTable,
  type MemberSet,
  MessageValidator,
  PARSE,
  parseTimestampNs,
  StrictReader,
  VALID,
} from 'fix-parser';
import type { Mutator } from './mutator.ts';
import type { Random } from './random.ts';

const ARENA_BYTES = 64_000;
/** What lies around a message must not matter: bytes that could be taken for more digits, a field, an end. */
const POISON = [0, 1, 48, 57, 61, 255];
const MAX_MESSAGE_BYTES = 8_192;
const TAGS = [0, -1, 1, 7, 11, 34, 38, 44, 52, 60, 95, 96, 108, 268, 369, 453, 5_000, 99_999, 65_536];
/** A tag that begins several groups of one message is walked in each of them. */
const MAX_GROUPS_OF_A_TAG = 8;
const VERSIONS = [
  ...(['FIX.4.0', 'FIX.4.1', 'FIX.4.2', 'FIX.4.3', 'FIX.4.4'] as const),
  ...(['FIX.5.0', 'FIX.5.0SP1', 'FIX.5.0SP2'] as const),
];

interface GroupTree {
  reader: GroupReader;
  inner: GroupTree[];
}

function groupTrees(members: MemberSet): GroupTree[] {
  return Array.from(members.tags).flatMap((_, position) => {
    const group = members.groupAt(position);
    return group === null ? [] : [{ reader: new GroupReader(group), inner: groupTrees(group) }];
  });
}

/**
 * Framer, FixMessage, typed reads and the validators of all versions over a stream that arrives in pieces. It is read
 * twice, with other bytes around it each time, and whole in the end: all three must say the same.
 */
export class CodecTarget {
  /** How often `framer.next` found something, and how often it was a message that parses. */
  readonly counts = { frames: 0, messages: 0, valid: 0, groups: 0, strict: 0 };
  readonly #random: Random;
  readonly #mutator: Mutator;
  readonly #arena = new Uint8Array(ARENA_BYTES);
  readonly #stream = new Uint8Array(ARENA_BYTES);
  readonly #message = new FixMessage();
  readonly #out = new Float64Array(2);
  readonly #words = new Int32Array(this.#out.buffer);
  readonly #validators: readonly MessageValidator[];
  /** Of FIX 4.4: the readers of the groups of each type, made as the types come. */
  readonly #dictionary: Dictionary;
  readonly #groups = new Map<number, GroupTree[]>();
  #digest = 0;
  #validator = 0;

  private constructor(
    random: Random,
    mutator: Mutator,
    validators: readonly MessageValidator[],
    dictionary: Dictionary,
  ) {
    this.#dictionary = dictionary;
    this.#random = random;
    this.#mutator = mutator;
    this.#validators = validators;
  }

  static async create(random: Random, mutator: Mutator): Promise<CodecTarget> {
    const transport = new Dictionary(await loadTable('FIXT.1.1'));
    const validators: MessageValidator[] = [];
    for (const version of VERSIONS) {
      const dictionary = new Dictionary(await loadTable(version));
      const session = version.startsWith('FIX.5') ? transport : dictionary;
      validators.push(new MessageValidator(session, dictionary));
      validators.push(
        new MessageValidator(session, dictionary, {
          fieldsInOrder: false,
          valuesPresent: false,
          knownFields: false,
          userDefinedFields: false,
        }),
      );
    }
    return new CodecTarget(random, mutator, validators, new Dictionary(await loadTable('FIX.4.4')));
  }

  /** One stream. @returns the number of mutated messages in it */
  run(): number {
    const random = this.#random;
    const count = 1 + random.below(6);
    let length = 0;
    for (let i = 0; i < count; i++) {
      this.#mutator.next();
      if (length + this.#mutator.length > ARENA_BYTES / 2) break;
      this.#stream.set(this.#mutator.bytes.subarray(0, this.#mutator.length), length);
      length += this.#mutator.length;
    }
    const cuts = this.#cuts(length);
    const resync = random.oneIn(2) ? 'bodyLength' : 'beginString';
    // Also with the last byte of the stream as the last of all memory.
    const offset = random.oneIn(4) ? ARENA_BYTES - length : random.below(ARENA_BYTES / 4);
    this.#validator = random.below(this.#validators.length);
    const first = this.#read(length, cuts, offset, random.of(POISON), resync);
    const second = this.#read(length, cuts, random.below(ARENA_BYTES - length + 1), random.of(POISON), resync);
    assert.equal(second, first, 'bytes outside of the stream change what is read');
    const whole = this.#read(length, [length], offset, random.of(POISON), resync);
    assert.equal(whole, first, 'the pieces in which a stream arrives change what is read');
    return count;
  }

  /** Where the stream is cut: at a few places, seldom at every byte. */
  #cuts(length: number): number[] {
    const random = this.#random;
    const cuts: number[] = [];
    const every = random.oneIn(40) ? 1 : 1 + random.below(length);
    for (let at = every; at < length; at += random.oneIn(8) ? 1 : every) cuts.push(at);
    cuts.push(length);
    return cuts;
  }

  /** @returns a digest of all that the stream says */
  #read(
    length: number,
    cuts: readonly number[],
    offset: number,
    poison: number,
    resync: 'bodyLength' | 'beginString',
  ): number {
    const arena = this.#arena.fill(poison, Math.max(0, offset - 64), offset + length + 64);
    const framer = new Framer({ maxMessageBytes: MAX_MESSAGE_BYTES, resync });
    const message = this.#message;
    this.#digest = 0;
    let at = offset;
    let arrived = 0;
    for (const cut of cuts) {
      arena.set(this.#stream.subarray(arrived, cut), offset + arrived);
      arrived = cut;
      const end = offset + cut;
      for (;;) {
        const found = framer.next(arena, at, end);
        if (found === FRAME.incomplete) break;
        this.counts.frames++;
        let next = framer.resumeAt;
        if (found === FRAME.message) {
          assert(framer.start >= at && framer.end <= end && framer.end - framer.start <= MAX_MESSAGE_BYTES);
          if (message.parse(arena, framer.start, framer.end) === PARSE.ok) {
            next = framer.end;
            this.#note(framer.start - offset);
            this.#look(message, offset);
          }
        }
        assert(next > at && next <= end, `reading goes on at ${next}, not between ${at} and ${end}`);
        at = next;
      }
    }
    return this.#digest;
  }

  #look(message: FixMessage, offset: number): void {
    this.counts.messages++;
    this.#isWhole(message);
    this.#note(message.msgType);
    for (let i = 0; i < message.count; i++) {
      this.#note(message.tagAt(i));
      this.#note(message.startAt(i) - offset);
      this.#note(message.endAt(i) - offset);
    }
    for (const tag of TAGS) {
      this.#note(message.indexOf(tag));
      this.#note(message.int(tag, 7));
      this.#note(message.char(tag));
      this.#note(message.decimal(tag, 4, this.#out, 0));
      this.#noteOut(1);
      this.#note(message.timestamp(tag, this.#out, 0));
      this.#noteOut(1);
      const index = message.indexOf(tag);
      if (index < 0) continue;
      this.#note(parseTimestampNs(message.bytes, message.startAt(index), message.endAt(index), this.#out, 0));
      this.#noteOut(2);
    }
    const inGroups = this.#walk(message, this.#groupsOf(message.msgType), null);
    assert(inGroups <= message.count * MAX_GROUPS_OF_A_TAG, `${inGroups} fields in groups, of ${message.count}`);
    if (inGroups > 0) this.counts.groups++;
    if (this.#random.oneIn(8)) this.#isStrictly(message);
    for (const validator of [this.#validators[this.#validator], this.#validators[8]]) {
      const reason = validator.validate(message);
      assert(reason === VALID || (reason >= 0 && reason <= 17), `SessionRejectReason ${reason}`);
      if (reason === VALID) this.counts.valid++;
      this.#note(reason);
      this.#note(reason === VALID ? INVALID_INT : validator.refTag);
    }
  }

  /** Instances and their fields, groups within groups; no field is read in two places. */
  #walk(message: FixMessage, groups: readonly GroupTree[], outer: GroupReader | null): number {
    let fields = 0;
    for (const { reader, inner } of groups) {
      this.#note(outer === null ? reader.open(message) : reader.openIn(outer));
      while (reader.next()) {
        for (const tag of reader.group.tags) {
          const index = reader.indexOf(tag);
          if (index < 0) continue;
          assert.equal(message.tagAt(index), tag);
          this.#note(index);
          fields++;
        }
        fields += this.#walk(message, inner, reader);
      }
    }
    return fields;
  }

  #groupsOf(msgType: number): readonly GroupTree[] {
    let groups = this.#groups.get(msgType);
    if (groups === undefined) {
      const body = this.#dictionary.message(msgType);
      groups = body === null ? [] : groupTrees(body);
      this.#groups.set(msgType, groups);
    }
    return groups;
  }

  /** A reader for just this order of fields reads the same. */
  #isStrictly(message: FixMessage): void {
    const order = Array.from({ length: message.count }, (_, i) => message.tagAt(i));
    if (order.some((tag) => tag < 1) || new Set(order).size !== order.length) return;
    // 034= is tag 34 to one reader, and no field of its order to the other.
    const isPlain = order.every((tag, i) => {
      const from = i === 0 ? message.start : message.endAt(i - 1) + 1;
      return message.startAt(i) - 1 - from === String(tag).length;
    });
    if (!isPlain) return;
    const reader = new StrictReader(order);
    assert.equal(reader.parse(message.bytes, message.start, message.end), PARSE.ok);
    for (let i = 0; i < order.length; i++) {
      assert.equal(reader.startAt(reader.at(i)), message.startAt(i));
      assert.equal(reader.endAt(reader.at(i)), message.endAt(i));
    }
    this.counts.strict++;
  }

  /** The fields, put together again, are the message: nothing is left out, nothing overlaps. */
  #isWhole(message: FixMessage): void {
    let at = message.start;
    for (let i = 0; i < message.count; i++) {
      const start = message.startAt(i);
      const end = message.endAt(i);
      assert(start > at && end >= start, `field ${i} lies at ${start} to ${end}, behind ${at}`);
      assert.equal(message.bytes[start - 1], 61);
      assert.equal(message.bytes[end], 1);
      assert.equal(Number(Buffer.from(message.bytes.subarray(at, start - 1)).toString('latin1')) + 0, message.tagAt(i));
      at = end + 1;
    }
    assert.equal(at, message.end - 7);
  }

  #note(value: number): void {
    this.#digest = Math.imul(this.#digest ^ value, 0x01000193) + 0x9e3779b9;
    this.#digest ^= this.#digest >>> 15;
  }

  #noteOut(count: number): void {
    for (let i = 0; i < count * 2; i++) this.#note(this.#words[i]);
  }
}
