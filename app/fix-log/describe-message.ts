import type { GroupDefinition } from 'fix-parser';
import type { FixLogField, FixLogMessage } from '../../report/fix-log-entry.ts';
import { directionIn, timeIn } from './line-prefix.ts';
import type { MessageNames } from './message-names.ts';
import type { RawField } from './read-message.ts';
import type { LoggedMessage } from './scan-log.ts';

const MSG_SEQ_NUM = 34;
const MSG_TYPE = 35;
const SENDER_COMP_ID = 49;
const SENDING_TIME = 52;
const TARGET_COMP_ID = 56;

/** A message with the names of its version. */
export function describeMessage(logged: LoggedMessage, names: MessageNames): FixLogMessage {
  const { fields, faults } = logged.raw;
  const msgType = firstValue(fields, MSG_TYPE);
  const logTime = timeIn(logged.prefix);
  return {
    kind: 'message',
    line: logged.line,
    offset: logged.offset,
    time: logTime === '' ? timeIn(firstValue(fields, SENDING_TIME)) : logTime,
    isLogTime: logTime !== '',
    direction: directionIn(logged.prefix),
    beginString: logged.beginString,
    msgType,
    name: names.messageName(msgType),
    sender: firstValue(fields, SENDER_COMP_ID),
    target: firstValue(fields, TARGET_COMP_ID),
    msgSeqNum: Number.parseInt(firstValue(fields, MSG_SEQ_NUM), 10),
    fields: new GroupFolder(fields, names, msgType).fold(),
    garbled: faults,
  };
}

/** The value of the first field with this tag, or ''. */
export const firstValue = (fields: readonly RawField[], tag: number): string =>
  fields.find((field) => field.tag === tag)?.value ?? '';

/** Puts the fields of repeating groups under the fields that count them. */
class GroupFolder {
  readonly #fields: readonly RawField[];
  readonly #names: MessageNames;
  readonly #msgType: string;
  #next = 0;

  constructor(fields: readonly RawField[], names: MessageNames, msgType: string) {
    this.#fields = fields;
    this.#names = names;
    this.#msgType = msgType;
  }

  fold(): FixLogField[] {
    const folded: FixLogField[] = [];
    while (this.#next < this.#fields.length) folded.push(this.#take((tag) => this.#names.group(this.#msgType, tag)));
    return folded;
  }

  #take(groupOf: (tag: number) => GroupDefinition | null): FixLogField {
    const { tag, value } = this.#fields[this.#next++] as RawField;
    if (Number.isNaN(tag)) return { tag: null, name: '', value, meaning: '' };
    const meaning = tag === MSG_TYPE ? this.#names.messageName(value) : this.#names.valueMeaning(tag, value);
    const field = { tag, name: this.#names.fieldName(tag), value, meaning };
    const group = groupOf(tag);
    if (group === null) return field;
    const entries = this.#entries(group);
    return entries.length === 0 ? field : { ...field, entries };
  }

  /** An entry begins with the delimiter; fields that stand before the first one are shown as an entry all the same. */
  #entries(group: GroupDefinition): FixLogField[][] {
    const entries: FixLogField[][] = [];
    while (this.#next < this.#fields.length) {
      const { tag } = this.#fields[this.#next] as RawField;
      if (Number.isNaN(tag) || !group.has(tag)) break;
      if (entries.length === 0 || tag === group.delimiterTag) entries.push([]);
      entries.at(-1)?.push(this.#take((each) => group.group(each)));
    }
    return entries;
  }
}
