import type { DictionaryData, FieldData } from '../gateway/fix-parser/dictionary-data.ts';
import { completed } from './fix-additions.ts';

/** A mistake of the QuickFIX dictionaries against the specification of the version, and what is right. */
interface Correction {
  readonly versions: readonly string[];
  readonly field: string;
  readonly why: string;
  readonly name?: string;
  readonly type?: string;
  /** Whether the field enumerates nothing after all. */
  readonly isOpen?: true;
  /** Value as it stands there → value and meaning as they should. */
  readonly values?: Readonly<Record<string, readonly [value: string, meaning: string]>>;
}

const FIX_5 = ['FIX.5.0', 'FIX.5.0SP1', 'FIX.5.0SP2'];

export const CORRECTIONS: readonly Correction[] = [
  {
    versions: ['FIX.4.1', 'FIX.4.2'],
    field: 'SettlLocation',
    why: '`ISO Country Code` stands for any such code: as an enumeration it would refuse all of them',
    isOpen: true,
  },
  {
    versions: ['FIX.4.2', 'FIX.4.3', 'FIX.4.4', 'FIX.5.0', 'FIX.5.0SP1'],
    field: 'HaltReasonChar',
    why: 'tag 327 is HaltReason in every version',
    name: 'HaltReason',
  },
  { versions: ['FIX.5.0SP2'], field: 'HaltReasonInt', why: 'as above', name: 'HaltReason' },
  {
    versions: ['FIX.4.2', 'FIX.4.3'],
    field: 'MessageEncoding',
    why: 'the name of the encoding is not in capitals',
    values: { SHIFT_JIS: ['Shift_JIS', 'SHIFT_JIS'] },
  },
  { versions: ['FIX.4.3'], field: 'NoRpts', why: 'a number of reports, not of entries of a group', type: 'INT' },
  { versions: ['FIX.4.3'], field: 'NoClearingInstructions', why: 'counts the entries of a group', type: 'NUMINGROUP' },
  {
    versions: ['FIX.4.4'],
    field: 'MiscFeeType',
    why: 'a char cannot hold 10, 11 and 12; STRING since FIX 5.0',
    type: 'STRING',
  },
  {
    versions: ['FIX.4.4'],
    field: 'MassCancelRejectReason',
    why: 'a char cannot hold 99; INT since FIX 5.0',
    type: 'INT',
  },
  {
    versions: ['FIX.4.3', 'FIX.4.4'],
    field: 'CommType',
    why: 'the meanings repeat the values',
    values: {
      4: ['4', 'PERCENTAGE_WAIVED_CASH_DISCOUNT'],
      5: ['5', 'PERCENTAGE_WAIVED_ENHANCED_UNITS'],
    },
  },
  {
    versions: ['FIX.4.3', 'FIX.4.4', ...FIX_5],
    field: 'TaxAdvantageType',
    why: 'numbers of the plans without their letters',
    values: { 22: ['22', '403B'], 23: ['23', '457_PLAN'] },
  },
  { versions: FIX_5, field: 'TaxAdvantageType', why: 'as above', values: { 20: ['20', '401K'] } },
  {
    versions: ['FIX.4.4', ...FIX_5],
    field: 'CPProgram',
    why: 'sections 3(a)(3) and 4(2) cut to their first digit',
    values: { 1: ['1', '3A3'], 2: ['2', '4_2'] },
  },
  { versions: FIX_5, field: 'TradeReportType', why: 'no meaning', values: { 7: ['7', 'LOCKED_IN_TRADE_BREAK'] } },
  {
    versions: ['FIX.5.0SP1', 'FIX.5.0SP2'],
    field: 'TradingSessionSubID',
    why: 'no meaning',
    values: { 3: ['3', 'CONTINUOUS_TRADING'] },
  },
  {
    versions: FIX_5,
    field: 'QuoteCondition',
    why: 'a space behind the value',
    values: { 'f ': ['f', 'FAST_MARKET_ETH'] },
  },
];

/** The dictionary with its known mistakes mended. @throws where a correction finds nothing to correct */
export function corrected(data: DictionaryData): DictionaryData {
  const fields = [...data.fields];
  for (const correction of CORRECTIONS.filter(({ versions }) => versions.includes(data.version))) {
    const index = fields.findIndex(([, name]) => name === correction.field);
    const before = fields[index];
    if (before === undefined) throw new Error(`${data.version} has no ${correction.field} to correct`);
    fields[index] = mended(before, correction);
    if (JSON.stringify(fields[index]) === JSON.stringify(before))
      throw new Error(`${data.version} ${correction.field} is right already: ${correction.why}`);
  }
  return completed({ ...data, fields });
}

function mended([tag, name, type, values = []]: FieldData, correction: Correction): FieldData {
  const right = [tag, correction.name ?? name, correction.type ?? type] as const;
  if (correction.isOpen || values.length === 0) return right;
  return [...right, values.map(([value, meaning]) => correction.values?.[value] ?? [value, meaning])];
}
