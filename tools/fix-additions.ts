import type { DictionaryData, FieldData, MemberData } from '../gateway/fix-parser/dictionary-data.ts';

/** What the QuickFIX dictionaries lack of a version. */
interface Addition {
  readonly versions: readonly string[];
  readonly why: string;
  readonly fields?: readonly FieldData[];
  readonly members: readonly {
    /** `header`, a component, or a MsgType. */
    readonly where: string;
    /** Counter of the group in it whose entries have them. */
    readonly group?: number;
    /** The member behind which they stand. */
    readonly after: number | string;
    readonly members: readonly MemberData[];
  }[];
}

export const ADDITIONS: readonly Addition[] = [
  {
    versions: ['FIX.5.0', 'FIX.5.0SP1', 'FIX.5.0SP2'],
    why: "LegPrice belongs to every leg; without it a leg's price would be refused",
    members: [{ where: 'InstrumentLeg', after: 1017, members: [[566, 0]] }],
  },
  {
    versions: ['FIXT.1.1'],
    why: 'extension pack 56 added passwords, their status and versions of extensions to the session layer; venues use them',
    fields: [
      [925, 'NewPassword', 'STRING'],
      [1156, 'ApplExtID', 'INT'],
      [1400, 'EncryptedPasswordMethod', 'INT'],
      [1401, 'EncryptedPasswordLen', 'LENGTH'],
      [1402, 'EncryptedPassword', 'DATA'],
      [1403, 'EncryptedNewPasswordLen', 'LENGTH'],
      [1404, 'EncryptedNewPassword', 'DATA'],
      [1406, 'RefApplExtID', 'INT'],
      [1407, 'DefaultApplExtID', 'INT'],
      [1408, 'DefaultCstmApplVerID', 'STRING'],
      [
        1409,
        'SessionStatus',
        'INT',
        [
          ['0', 'SESSION_ACTIVE'],
          ['1', 'SESSION_PASSWORD_CHANGED'],
          ['2', 'SESSION_PASSWORD_DUE_TO_EXPIRE'],
          ['3', 'NEW_SESSION_PASSWORD_DOES_NOT_COMPLY_WITH_POLICY'],
          ['4', 'SESSION_LOGOUT_COMPLETE'],
          ['5', 'INVALID_USERNAME_OR_PASSWORD'],
          ['6', 'ACCOUNT_LOCKED'],
          ['7', 'LOGONS_ARE_NOT_ALLOWED_AT_THIS_TIME'],
          ['8', 'PASSWORD_EXPIRED'],
        ],
      ],
      [1410, 'DefaultVerIndicator', 'BOOLEAN'],
    ],
    members: [
      { where: 'header', after: 1128, members: [[1156, 0]] },
      {
        where: '3',
        after: 372,
        members: [
          [1130, 0],
          [1406, 0],
          [1131, 0],
        ],
      },
      { where: 'MsgTypeGrp', group: 384, after: 1130, members: [[1406, 0]] },
      { where: 'MsgTypeGrp', group: 384, after: 1131, members: [[1410, 0]] },
      { where: '5', after: 'start', members: [[1409, 0]] },
      {
        where: 'A',
        after: 554,
        members: [
          [925, 0],
          [1400, 0],
          [1401, 0],
          [1402, 0],
          [1403, 0],
          [1404, 0],
          [1409, 0],
        ],
      },
      {
        where: 'A',
        after: 1137,
        members: [
          [1407, 0],
          [1408, 0],
          [58, 0],
          [354, 0],
          [355, 0],
        ],
      },
    ],
  },
];

/** The dictionary with what it lacks. @throws where it does not lack it */
export function completed(data: DictionaryData): DictionaryData {
  return ADDITIONS.filter(({ versions }) => versions.includes(data.version)).reduce(withAddition, data);
}

function withAddition(data: DictionaryData, { fields = [], members, why }: Addition): DictionaryData {
  const known = new Set(data.fields.map(([tag]) => tag));
  const twice = fields.find(([tag]) => known.has(tag));
  if (twice !== undefined) throw new Error(`${data.version} has ${twice[1]} already: ${why}`);
  return members.reduce(withMembers, { ...data, fields: [...data.fields, ...fields] });
}

function withMembers(data: DictionaryData, { where, group, ...addition }: Addition['members'][number]): DictionaryData {
  const extended = (list: readonly MemberData[]): readonly MemberData[] =>
    list.map((member) =>
      member.length === 3 && member[0] === group
        ? [member[0], member[1], inserted(member[2], addition, where)]
        : member,
    );
  const added = group === undefined ? (list: readonly MemberData[]) => inserted(list, addition, where) : extended;
  if (where === 'header') return { ...data, header: added(data.header) };
  const component = data.components[where];
  if (component !== undefined) return { ...data, components: { ...data.components, [where]: added(component) } };
  return {
    ...data,
    messages: data.messages.map(([type, name, category, list]) => [
      type,
      name,
      category,
      type === where ? added(list) : list,
    ]),
  };
}

function inserted(
  list: readonly MemberData[],
  { after, members }: Pick<Addition['members'][number], 'after' | 'members'>,
  where: string,
): readonly MemberData[] {
  const at = after === 'start' ? 0 : list.findIndex(([each]) => each === after) + 1;
  const isKnown = members.some(([tag]) => list.some(([each]) => each === tag));
  if (isKnown || (at === 0 && after !== 'start')) throw new Error(`${where}: nothing to add behind ${after}`);
  return [...list.slice(0, at), ...members, ...list.slice(at)];
}
