/** The columns of ticks and books. */
import type { ColumnSpec } from './column.ts';

const TIME: ColumnSpec = {
  name: 'time',
  type: 'time',
  about: 'UTC, ns. Null where the day is not known',
};

export const TICK_COLUMNS = [
  {
    ...TIME,
    about: `When the message was made, by the exchange's clock: the day and \`time_of_day_ns\`. ${TIME.about}`,
  },
  {
    name: 'time_of_day_ns',
    type: 'int64',
    required: true,
    about: "The message's own time: ns since midnight in the feed's zone (New York)",
  },
  {
    name: 'sequence',
    type: 'int64',
    required: true,
    about: 'Number of the message in its session; in a BinaryFILE its place in the file, from 1. Names the row',
  },
  { name: 'symbol', type: 'text', required: true, about: 'As the feed has it, without its padding' },
  {
    name: 'kind',
    type: 'text',
    required: true,
    about: '`quote`, `execution`, `trade`, `cross` or `broken`: see above',
  },
  {
    name: 'side',
    type: 'text',
    about: '`buy` or `sell`: of the resting order. Null for `quote`, `cross` and `broken`',
  },
  { name: 'price', type: 'price', about: 'Of the trade, in currency. Null for `quote` and `broken`' },
  { name: 'size', type: 'int64', about: 'Shares of the trade. Null for `quote` and `broken`' },
  {
    name: 'match_number',
    type: 'uint64',
    about: "The exchange's number of the trade; for `broken` of the one that is taken back. Null for `quote`",
  },
  {
    name: 'printable',
    type: 'flag',
    about: 'Whether it counts in the volume: false where a later `cross` tells it again. Null for `quote` and `broken`',
  },
  { name: 'bid', type: 'price', about: 'Best bid once the message is applied. Null where nobody bids' },
  { name: 'bid_size', type: 'int64', about: 'Shares there' },
  { name: 'ask', type: 'price', about: 'Best offer once the message is applied. Null where nobody offers' },
  { name: 'ask_size', type: 'int64', about: 'Shares there' },
  {
    name: 'halted',
    type: 'flag',
    required: true,
    about: 'The symbol does not trade: halted, paused or quotation only',
  },
  {
    name: 'stale',
    type: 'flag',
    required: true,
    about: 'Something was lost, or made no sense, before: from here on no book is to be trusted',
  },
] as const satisfies readonly ColumnSpec[];

const BOOK_HEAD = [
  { ...TIME, about: `End of the interval. ${TIME.about}` },
  {
    name: 'time_of_day_ns',
    type: 'int64',
    required: true,
    about:
      "End of the interval, ns since midnight in the feed's zone (New York): a multiple of `--every`, or `--from`, or `--to`",
  },
  { name: 'symbol', type: 'text', required: true, about: 'As the feed has it, without its padding' },
  {
    name: 'sequence',
    type: 'int64',
    about: 'Number of the last message that changed this book. Null in rows of `--from`',
  },
  { name: 'changes', type: 'int64', required: true, about: 'Messages that changed this book in the interval' },
  { name: 'bid_levels', type: 'int32', required: true, about: 'Price levels of the whole side' },
  { name: 'ask_levels', type: 'int32', required: true, about: 'Price levels of the whole side' },
  {
    name: 'halted',
    type: 'flag',
    required: true,
    about: 'The symbol does not trade: halted, paused or quotation only',
  },
  {
    name: 'stale',
    type: 'flag',
    required: true,
    about: 'Something was lost, or made no sense, before: the book is not to be trusted',
  },
] as const satisfies readonly ColumnSpec[];

const SIDES = ['bid', 'ask'] as const;

/** Of one level: price, size and orders of the bid, then of the ask. */
const levelColumns = (level: number | 'N'): ColumnSpec[] =>
  SIDES.flatMap((side): ColumnSpec[] => [
    { name: `${side}_${level}`, type: 'price', about: `Price of the level; 1 is the best. Null behind the last` },
    { name: `${side}_size_${level}`, type: 'int64', about: 'Displayed shares of all its orders' },
    { name: `${side}_orders_${level}`, type: 'int32', about: 'How many orders they are' },
  ]);

export const bookColumns = (depth: number): ColumnSpec[] => [
  ...BOOK_HEAD,
  ...Array.from({ length: depth }, (_, level) => levelColumns(level + 1)).flat(),
];

/** As the reference page has them, whatever the depth. */
export const BOOK_COLUMNS_TOLD: readonly ColumnSpec[] = [...BOOK_HEAD, ...levelColumns('N')];
