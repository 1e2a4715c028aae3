import { defineStrategy, param, Side, TimeInForce } from '../engine/index.ts';

const params = {
  symbol: param.symbol('AAPL', { description: 'What to trade.' }),
  buy: param.boolean(true, { description: 'Buys; false sells.' }),
  quantity: param.integer(2_000, { min: 1, description: 'Shares of the whole order.' }),
  limit: param.price('230.00', { min: '0.01', live: true, description: 'Worst price, for any part of it.' }),
  start: param.string('09:30:02', { description: 'When it begins, HH:MM:SS in New York.' }),
  seconds: param.integer(15, { min: 1, max: 86_400, description: 'How long it is worked.' }),
  everyMs: param.integer(250, { min: 1, max: 3_600_000, description: 'Time between two looks at what is due.' }),
  curve: param.string('volume-curve.csv', {
    description: 'CSV file beside the strategy: a head line, then share of the time and share of the volume a line.',
  }),
};

const NS = 1e9;
const AT_THE_CLOSE = { timeInForce: TimeInForce.AtTheClose };

/** Ends of the curve's pieces: share of the time, share of the volume up to there. */
interface Curve {
  readonly times: readonly number[];
  readonly volumes: readonly number[];
}

/** When it began; Infinity once all is sent. */
let began: Float64Array;

/**
 * Works one large order in parts along a curve of volume: whenever less has executed than is due, it takes what is missing
 * at the touch, and what is left in the end goes to the closing auction.
 */
export default defineStrategy({
  name: 'twap',
  description: 'Works a large order along a volume curve; what is left goes to the closing auction.',
  params,
  load: async ({ readText, params: { curve } }): Promise<Curve> => parseCurve(curve, await readText(curve)),
  setup(ctx) {
    ctx.instrument(ctx.params.symbol);
    began = ctx.cells('began', 1);
    ctx.at(ctx.params.start, 'America/New_York', 'start');
  },
  onTimer(name, ctx) {
    const { symbol, buy, quantity, seconds, everyMs, limit } = ctx.params;
    const stock = ctx.instrument(symbol);
    const side = buy ? Side.Buy : Side.Sell;
    if (name === 'start') {
      began[0] = ctx.now;
      ctx.every(everyMs, 'slice');
      return;
    }
    const elapsed = (ctx.now - began[0]) / (seconds * NS);
    const left = quantity - Math.abs(ctx.position(stock)) - ctx.working(stock);
    if (left <= 0 || began[0] === Number.POSITIVE_INFINITY) return;
    if (elapsed >= 1) {
      began[0] = Number.POSITIVE_INFINITY;
      ctx.orders.limit(stock, side, limit, left, AT_THE_CLOSE);
      return;
    }
    const due = Math.round(quantity * volumeAt(ctx.data, elapsed)) - (quantity - left);
    const price = buy ? stock.book.askPrice(0) : stock.book.bidPrice(0);
    const shown = buy ? stock.book.askSize(0) : stock.book.bidSize(0);
    if (due > 0 && (buy ? price <= limit : price >= limit)) ctx.orders.ioc(stock, side, price, Math.min(due, shown));
  },
});

/** Straight lines between the ends of the pieces. */
function volumeAt({ times, volumes }: Curve, elapsed: number): number {
  let piece = 0;
  while (times[piece] < elapsed) piece += 1;
  const [fromTime, fromVolume] = piece === 0 ? [0, 0] : [times[piece - 1], volumes[piece - 1]];
  return fromVolume + ((volumes[piece] - fromVolume) * (elapsed - fromTime)) / (times[piece] - fromTime);
}

/** @throws Error with file and line */
function parseCurve(file: string, text: string): Curve {
  const times: number[] = [];
  const volumes: number[] = [];
  const [, ...lines] = text.trimEnd().split('\n');
  for (const [index, line] of lines.entries()) {
    const [time, volume] = line.split(',').map(Number);
    if (!(time > 0 && volume >= 0)) throw new Error(`${file}:${index + 2}: "${line}" is no pair like 0.05,0.1`);
    times.push((times.at(-1) ?? 0) + time);
    volumes.push((volumes.at(-1) ?? 0) + volume);
  }
  const ends = [times.at(-1) ?? 0, volumes.at(-1) ?? 0];
  if (ends.some((sum) => Math.abs(sum - 1) > 1e-6))
    throw new Error(`${file}: both columns must add up to 1, not to ${ends.join(' and ')}`);
  // Whatever rounding has left: nothing is behind the last one.
  times[times.length - 1] = Number.POSITIVE_INFINITY;
  return { times, volumes };
}
