import type { Dictionary } from './dictionary.ts';
import { SECTION } from './dictionary.ts';
import { FIELD_TYPE, isWellFormed } from './field-type.ts';
import type { GroupDefinition, MemberSet } from './member-set.ts';
import type { FixMessage } from './message.ts';
import { REJECT_REASON, VALID } from './reject-reason.ts';
import { isStandardHeaderTag, isStandardTrailerTag } from './standard-header.ts';
import { INVALID_INT, parseInt32 } from './values.ts';

export interface ValidationOptions {
  /** Header, body and trailer come in this order, and a group's fields in the order of the dictionary. */
  readonly fieldsInOrder?: boolean;
  /** No field is empty. */
  readonly valuesPresent?: boolean;
  /** Tags below 5000 are in the dictionary, and defined for the message. */
  readonly knownFields?: boolean;
  /** Tags from 5000 are in the dictionary, and defined for the message. */
  readonly userDefinedFields?: boolean;
}

/** First tag that FIX leaves to its users. */
const FIRST_USER_DEFINED_TAG = 5_000;
const SPACE = 32;

/**
 * Which fault counts: an instance that lacks a field, then header, trailer and body, each by ascending tag, as QuickFIX
 * finds them; then what is wrong within groups, where QuickFIX does not look.
 */
const RANK = { instance: 0, header: 1, trailer: 2, body: 3, inGroup: 4, none: 5 } as const;

/**
 * Says whether a message is what its dictionary defines, and if not, what a Reject(3) says of it: the checks, and
 * which of several faults counts, are those of QuickFIX's DataDictionary::validate. Unlike there, the fields within
 * groups are checked as well. Reads the message once and allocates nothing.
 */
export class MessageValidator {
  /** Tag to blame, for RefTagID(371); INVALID_INT where there is none. */
  refTag: number = INVALID_INT;
  readonly #session: Dictionary;
  readonly #application: Dictionary;
  readonly #fieldsInOrder: boolean;
  readonly #valuesPresent: boolean;
  readonly #knownFields: boolean;
  readonly #userDefinedFields: boolean;
  /** seen[field] === #now: the field has occurred outside of groups. The second half is the application's. */
  readonly #seen: Int32Array;
  #now = 0;
  /** First fault so far: its rank, and within the rank the tag that orders it. */
  #rank: number = RANK.none;
  #order = 0;
  #reason: number = VALID;
  #faultTag: number = INVALID_INT;

  /**
   * @param session defines header, trailer and the messages of the session layer
   * @param application defines all other messages; the same dictionary below FIX 5.0
   */
  constructor(session: Dictionary, application: Dictionary, options: ValidationOptions = {}) {
    this.#session = session;
    this.#application = application;
    this.#fieldsInOrder = options.fieldsInOrder ?? true;
    this.#valuesPresent = options.valuesPresent ?? true;
    this.#knownFields = options.knownFields ?? true;
    this.#userDefinedFields = options.userDefinedFields ?? true;
    this.#seen = new Int32Array(session.fieldCount + application.fieldCount);
  }

  /** @returns VALID, or the SessionRejectReason(373) with `refTag` */
  validate(message: FixMessage): number {
    this.#begin();
    const session = this.#session;
    const admin = session.message(message.msgType);
    const dictionary = admin === null ? this.#application : session;
    const body = admin ?? dictionary.message(message.msgType);
    let section: number = SECTION.header;
    for (let at = 0; at < message.count; ) {
      const tag = message.tagAt(at);
      const field = session.fieldIndex(tag);
      const own = field >= 0 ? session.sectionAt(field) : standardSection(tag);
      if (own === SECTION.header ? section !== SECTION.header : own === SECTION.body && section === SECTION.trailer) {
        if (this.#fieldsInOrder) return this.#fail(REJECT_REASON.tagOutOfRequiredOrder, tag);
      } else {
        section = own;
      }
      if (own === SECTION.body) at = this.#bodyField(message, at, dictionary, body);
      else at = this.#outerField(message, at, field, own);
    }
    if (body === null) return this.#fail(REJECT_REASON.invalidMsgType, INVALID_INT);
    const missing = this.#missing(session, session.header) || this.#missing(session, session.trailer);
    if (missing !== 0) return this.#fail(REJECT_REASON.requiredTagMissing, missing);
    const missingInBody = this.#missing(dictionary, body);
    if (missingInBody !== 0) return this.#fail(REJECT_REASON.requiredTagMissing, missingInBody);
    return this.#fail(this.#reason, this.#faultTag);
  }

  #begin(): void {
    this.#rank = RANK.none;
    this.#reason = VALID;
    this.#faultTag = INVALID_INT;
    if (++this.#now > 2_000_000_000) {
      this.#seen.fill(0);
      this.#now = 1;
    }
  }

  /** A field of header or trailer. @returns where to go on */
  #outerField(message: FixMessage, at: number, field: number, section: number): number {
    const session = this.#session;
    const tag = message.tagAt(at);
    const rank = section === SECTION.header ? RANK.header : RANK.trailer;
    // BeginString, BodyLength and MsgType come first, whatever their tags.
    const order = at < 3 ? at - 3 : tag;
    const set = section === SECTION.header ? session.header : session.trailer;
    this.#repeated(message, at, field, session, rank, order);
    this.#value(message, at, field, session, rank, order);
    if (field < 0 && this.#mustKnow(tag)) this.#fault(rank, order, REJECT_REASON.invalidTagNumber, tag);
    const group = set.group(tag);
    return group === null ? at + 1 : this.#group(message, at, session, group, rank, order);
  }

  /** A field of the body. @returns where to go on */
  #bodyField(message: FixMessage, at: number, dictionary: Dictionary, body: MemberSet | null): number {
    const tag = message.tagAt(at);
    const field = dictionary.fieldIndex(tag);
    const position = body === null ? -1 : body.positionOf(tag);
    this.#repeated(message, at, field, dictionary, RANK.body, tag);
    this.#value(message, at, field, dictionary, RANK.body, tag);
    if (position < 0) {
      const reason = field < 0 ? REJECT_REASON.invalidTagNumber : REJECT_REASON.tagNotDefinedForMessage;
      if (this.#mustKnow(tag)) this.#fault(RANK.body, tag, reason, tag);
      return at + 1;
    }
    const group = (body as MemberSet).groupAt(position);
    return group === null ? at + 1 : this.#group(message, at, dictionary, group, RANK.body, tag);
  }

  /** No version defines a tag that is 0 or negative, nor may a user. */
  #mustKnow(tag: number): boolean {
    if (tag <= 0) return true;
    return tag < FIRST_USER_DEFINED_TAG ? this.#knownFields : this.#userDefinedFields;
  }

  /** Notes that the field has occurred, and a fault where it had before. */
  #repeated(message: FixMessage, at: number, field: number, dictionary: Dictionary, rank: number, order: number): void {
    const tag = message.tagAt(at);
    if (field < 0) {
      // A tag that no dictionary knows is in no group: its first occurrence tells, unless it is a fault by itself.
      if (!this.#mustKnow(tag) && message.indexOf(tag) < at)
        this.#fault(rank, order, REJECT_REASON.tagAppearsMoreThanOnce, tag);
      return;
    }
    const cell = dictionary === this.#session ? field : this.#session.fieldCount + field;
    if (this.#seen[cell] === this.#now) this.#fault(rank, order, REJECT_REASON.tagAppearsMoreThanOnce, tag);
    this.#seen[cell] = this.#now;
  }

  /** Presence, form and enumeration of a value. */
  #value(message: FixMessage, at: number, field: number, dictionary: Dictionary, rank: number, order: number): void {
    const tag = message.tagAt(at);
    const bytes = message.bytes;
    const start = message.startAt(at);
    const end = message.endAt(at);
    if (start === end) {
      if (this.#valuesPresent) this.#fault(rank, order, REJECT_REASON.tagWithoutValue, tag);
      return;
    }
    if (field < 0) return;
    const type = dictionary.typeAt(field);
    if (!isWellFormed(type, bytes, start, end)) {
      this.#fault(rank, order, REJECT_REASON.incorrectDataFormat, tag);
    } else if (type === FIELD_TYPE.words || type === FIELD_TYPE.chars) {
      let word = start;
      for (let i = start; i <= end; i++) {
        if (i < end && bytes[i] !== SPACE) continue;
        if (dictionary.isOtherValue(field, bytes, word, i)) {
          this.#fault(rank, order, REJECT_REASON.valueIncorrect, tag);
          return;
        }
        word = i + 1;
      }
    } else if (at !== MSG_TYPE_INDEX && dictionary.isOtherValue(field, bytes, start, end)) {
      this.#fault(rank, order, REJECT_REASON.valueIncorrect, tag);
    }
  }

  /** The instances behind a NumInGroup field. Recursion is as deep as the dictionary nests. @returns where to go on */
  #group(
    message: FixMessage,
    numInGroup: number,
    dictionary: Dictionary,
    group: GroupDefinition,
    rank: number,
    order: number,
  ): number {
    let at = numInGroup + 1;
    let instances = 0;
    let last = -1;
    while (at < message.count) {
      const tag = message.tagAt(at);
      const position = group.positionOf(tag);
      if (position < 0) break;
      // Without its delimiter, an instance begins where a field comes again.
      const begins = position === 0 || instances === 0 || group.hasSeen(position);
      if (begins) {
        if (instances > 0) this.#endInstance(group, order);
        group.beginInstance();
        instances++;
        last = -1;
      }
      if (this.#fieldsInOrder && (begins ? position !== 0 : position < last)) {
        this.#fault(RANK.inGroup, order, REJECT_REASON.groupFieldsOutOfOrder, tag);
      }
      last = position;
      group.see(position);
      this.#value(message, at, dictionary.fieldIndex(tag), dictionary, RANK.inGroup, order);
      const inner = group.groupAt(position);
      at = inner === null ? at + 1 : this.#group(message, at, dictionary, inner, RANK.inGroup, order);
    }
    if (instances > 0) this.#endInstance(group, order);
    const stated = parseInt32(message.bytes, message.startAt(numInGroup), message.endAt(numInGroup));
    if (stated !== instances) {
      this.#fault(rank, order, REJECT_REASON.incorrectNumInGroup, message.tagAt(numInGroup));
    }
    return at;
  }

  #endInstance(group: GroupDefinition, order: number): void {
    const missing = group.missingTag();
    if (missing !== 0) this.#fault(RANK.instance, order, REJECT_REASON.requiredTagMissing, missing);
  }

  /** First required tag that did not occur, or 0. CheckSum(10) is not among a message's fields. */
  #missing(dictionary: Dictionary, set: MemberSet): number {
    const required = set.requiredTags;
    const offset = dictionary === this.#session ? 0 : this.#session.fieldCount;
    for (let i = 0; i < required.length; i++) {
      const cell = offset + dictionary.fieldIndex(required[i]);
      if (this.#seen[cell] !== this.#now && required[i] !== CHECK_SUM) return required[i];
    }
    return 0;
  }

  /** Keeps the fault that comes first; among those of one field, the first found. */
  #fault(rank: number, order: number, reason: number, tag: number): void {
    if (rank > this.#rank || (rank === this.#rank && order >= this.#order)) return;
    this.#rank = rank;
    this.#order = order;
    this.#reason = reason;
    this.#faultTag = tag;
  }

  #fail(reason: number, tag: number): number {
    this.refTag = tag;
    return reason;
  }
}

const MSG_TYPE_INDEX = 2;
const CHECK_SUM = 10;

function standardSection(tag: number): number {
  if (isStandardHeaderTag(tag)) return SECTION.header;
  return isStandardTrailerTag(tag) ? SECTION.trailer : SECTION.body;
}
