/** The columns of orders, fills and latencies. */
import type { ColumnSpec } from './column.ts';

const TIME = (what: string): ColumnSpec => ({
  name: 'time',
  type: 'time',
  about: `${what} Engine time: of a replay the feed's, of a live run this machine's clock. UTC, ns. Null where the day is not known`,
});
const TIME_OF_DAY: ColumnSpec = {
  name: 'time_of_day_ns',
  type: 'int64',
  required: true,
  about: "The same, ns since midnight in the feed's zone (New York)",
};
const STRATEGY: ColumnSpec = {
  name: 'strategy',
  type: 'text',
  about: 'Its name in the run. Null for an order that no strategy of this run has sent',
};
const SYMBOL: ColumnSpec = {
  name: 'symbol',
  type: 'text',
  about: 'Null where the report names no instrument of the run',
};
const SIDE: ColumnSpec = { name: 'side', type: 'text', about: '`buy` or `sell`' };
const SEQUENCE = (about: string): ColumnSpec => ({ name: 'sequence', type: 'int64', required: true, about });

export const ORDER_COLUMNS = [
  { name: 'order_id', type: 'int64', required: true, about: 'Number in its first ClOrdID(11). Names the row' },
  TIME('When it was sent.'),
  TIME_OF_DAY,
  STRATEGY,
  SYMBOL,
  SIDE,
  { name: 'price', type: 'price', about: 'Price(44) as it was sent first. Null for a market order' },
  { name: 'quantity', type: 'int64', required: true, about: 'OrderQty(38) as it was sent first' },
  {
    name: 'cause',
    type: 'text',
    required: true,
    about: 'What the strategy answered with it: `tick`, `timer`, `report` or `control`',
  },
  SEQUENCE(
    'Number of the last message of the feed before it was sent; with the cause `tick` the one that caused it, as in `ticks`',
  ),
  {
    name: 'state',
    type: 'text',
    required: true,
    about: 'In which the run left it: see [states of an order](order-states.md)',
  },
  { name: 'executed', type: 'int64', required: true, about: 'Executed in all' },
  {
    name: 'executed_value',
    type: 'price',
    required: true,
    about: 'Sum of price × quantity of that; divided by `executed` it is the average price',
  },
  { name: 'fills', type: 'int32', required: true, about: 'Its rows of kind `fill` in `fills`' },
  { name: 'replaces', type: 'int32', required: true, about: 'OrderCancelReplaceRequest(G) sent for it' },
  { name: 'cancels', type: 'int32', required: true, about: 'OrderCancelRequest(F) sent for it' },
  {
    name: 'answered_ns',
    type: 'int64',
    about: "Engine time of the venue's first report of it, ns since midnight as above. Null where none came",
  },
  {
    name: 'last_ns',
    type: 'int64',
    required: true,
    about: 'Engine time of the last record of it, ns since midnight as above',
  },
] as const satisfies readonly ColumnSpec[];

export const FILL_COLUMNS = [
  TIME('When the report of it was applied.'),
  TIME_OF_DAY,
  {
    name: 'order_id',
    type: 'int64',
    about:
      'Number in the first ClOrdID(11) of its order, as in `orders`; of an order of an earlier run, or of nobody here, the one that the report names. Null where it names none',
  },
  STRATEGY,
  SYMBOL,
  SIDE,
  {
    name: 'kind',
    type: 'text',
    required: true,
    about:
      '`fill`; `busted`, an execution that is taken back; `corrected`, one that has another price or quantity than was told',
  },
  { name: 'price', type: 'price', required: true, about: 'LastPx(31)' },
  { name: 'quantity', type: 'int64', required: true, about: 'LastQty(32)' },
  { name: 'cum_quantity', type: 'int64', required: true, about: 'CumQty(14) as the venue counts' },
  SEQUENCE('Number of the last message of the feed before it'),
] as const satisfies readonly ColumnSpec[];

export const LATENCY_COLUMNS = [
  {
    name: 'measure',
    type: 'text',
    required: true,
    about: '`tickToOrder`: from the return of the receive burst to the stamp just before the send',
  },
  { name: 'from_ns', type: 'int64', required: true, about: 'Least latency of the bucket, ns' },
  {
    name: 'to_ns',
    type: 'int64',
    required: true,
    about: 'Greatest latency of the bucket, ns: what percentiles are told as',
  },
  { name: 'orders', type: 'int64', required: true, about: 'Orders in the bucket' },
] as const satisfies readonly ColumnSpec[];
