/**
 * What a version of FIX defines, as plain data: the form of the generated tables and of what a QuickFIX-format XML
 * file is read into.
 */
export interface DictionaryData {
  /** As BeginString(8) spells it; `FIX.5.0`, `FIX.5.0SP1`, `FIX.5.0SP2` for the application versions over `FIXT.1.1`. */
  readonly version: string;
  readonly fields: readonly FieldData[];
  /** Standard header and trailer; empty in an application version over FIXT.1.1. */
  readonly header: readonly MemberData[];
  readonly trailer: readonly MemberData[];
  readonly components: Readonly<Record<string, readonly MemberData[]>>;
  readonly messages: readonly MessageData[];
}

/** A field; the ones that enumerate what they may hold name each value. */
export type FieldData = readonly [
  tag: number,
  name: string,
  /** Type as the version spells it, in capitals: `INT`, `PRICE`, `MULTIPLEVALUESTRING`, `NUMINGROUP`, … */
  type: string,
  valueMeanings?: readonly (readonly [value: string, meaning: string])[],
];

/** Member of a message, component or group, in the order of the specification: a field, a component, or a group with its members. */
export type MemberData =
  | readonly [tag: number, required: 0 | 1]
  | readonly [component: string, required: 0 | 1]
  | readonly [numInGroupTag: number, required: 0 | 1, members: readonly MemberData[]];

export type MessageData = readonly [
  msgType: string,
  name: string,
  category: 'admin' | 'app',
  members: readonly MemberData[],
];
