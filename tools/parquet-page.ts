/** docs/reference/parquet.md, made from the columns that `hotlap export` writes. */
import { COLUMN_TYPES, type ColumnSpec } from '../app/export/column.ts';
import { BOOK_COLUMNS_TOLD, TICK_COLUMNS } from '../app/export/market-columns.ts';
import { FILL_COLUMNS, LATENCY_COLUMNS, ORDER_COLUMNS } from '../app/export/run-columns.ts';

const START = `# Tables for research

The columns of what \`hotlap export\` writes, a file a table. This page is made from the code that writes them;
\`npm run reference\` writes it. How to use them: [guide](../guides/research.md).

Parquet format 2, compressed with zstd, row groups of 32,768 rows of ticks (fewer of wider tables), least and greatest
value of each column in each of them. Text is encoded by a dictionary. The same export of the same source by the same version
writes the same bytes.

- **Time** is UTC in ns. It is of a type without a zone, since DuckDB's types with one end at µs. The feed has the time of day
  and no date. The day is \`--date\`; else the day of the packets, where the packet of the first message was captured within an
  hour of the time of day that it names; else it is not known, \`time\` is null and \`hotlap export\` says so. A BinaryFILE has no
  packets: give \`--date\`. \`time_of_day_ns\` is there in any case.
- **Prices** are DECIMAL(18, 4), exact: feed and engine count in 1/10,000. An execution that the venue prices finer is rounded.
- **Quantities and numbers** are integers of 64 bits.
`;

const TICKS = `A row a message that is a trade or moves the best bid or offer (price or size). Prices and sizes of both sides are those
after the message. \`kind\`:

| kind | message | |
|---|---|---|
| \`quote\` | add, cancel, delete, replace (A, F, X, D, U) | the best prices have changed, without a trade |
| \`execution\` | E, C | a displayed order was executed |
| \`trade\` | P | against an order that was not displayed |
| \`cross\` | Q | opening, closing, halt or IPO cross |
| \`broken\` | B | a trade is taken back |

What happens behind the best prices is no row: see \`books\`. With \`--from\` the first row of a symbol is its first message
from then on. Read by the engine's own decoder and books; a message that the feed sent twice is there once. Of a live run the packets
are those of its tape: what came in, with its gaps.`;

const BOOKS = `The best \`--depth\` levels of each book that has changed, at the end of each interval of \`--every\` (recorded time): with
every message up to then, and none behind. An interval in which nothing of a symbol has changed has no row of it: the row
before still stands (an \`ASOF JOIN\` finds it). The last interval ends with \`--to\`; where the recording ends inside it, the row says
what stood then. With \`--from\` every book that is not empty has a row of that time.`;

const ORDERS = `A row an order that was sent in this run, in the order of sending; as many as \`orders.sent\` of \`summary.json\`. From
\`orders.csv\`, the order log.`;

const FILLS = `A row an execution, in the order in which they were applied; of the kind \`fill\` as many as \`fills.count\` of
\`summary.json\`. From \`orders.csv\`.`;

const LATENCIES = `A run keeps latencies as a histogram with three significant digits, not order by order: a row a bucket that is not empty.
The sum of \`orders\` is \`latency.tickToOrder.count\` of \`summary.json\`. From \`latency.hlog\`. Wire to wire and the stages are in
\`summary.json\` as percentiles only.`;

const section = (name: string, about: string, columns: readonly ColumnSpec[]): string => {
  const rows = columns.map(({ name: column, type, required, about: what }) => {
    const { parquet, duckdb } = COLUMN_TYPES[type];
    return `| \`${column}\` | ${parquet} | ${duckdb} | ${required === true ? 'never' : 'yes'} | ${what} |`;
  });
  return `## \`${name}.parquet\`\n\n${about}\n\n| column | Parquet | DuckDB | null | meaning |\n|---|---|---|---|---|\n${rows.join('\n')}\n`;
};

export const parquetPage = (): string =>
  [
    START,
    section('ticks', TICKS, TICK_COLUMNS),
    section('books', BOOKS, BOOK_COLUMNS_TOLD),
    section('orders', ORDERS, ORDER_COLUMNS),
    section('fills', FILLS, FILL_COLUMNS),
    section('latencies', LATENCIES, LATENCY_COLUMNS),
  ].join('\n');
