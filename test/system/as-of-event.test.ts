/** What a strategy is shown at each event, in replay and live, is the book after exactly that message: proven by a checksum. */
import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { readBinaryFile } from '../support/itch-reader.ts';
import { NaiveBook } from '../support/naive-book.ts';
import { runToEnd } from '../support/system/running.ts';
import { openWorkshop } from '../support/system/workshop.ts';

const shop = openWorkshop();
const itch = shop.path('flow.itch');
const pcap = shop.path('flow.pcap');
const PRIME = 16_777_619;

/** Mixes sequence, touch and second level of each event into one number, by the views of the public API. */
const strategy = shop.write(
  'as-of.ts',
  `import { defineStrategy } from 'hotlap';
let sum = 0;
let events = 0;
const mix = (value) => { sum = Math.imul(sum ^ (Number.isNaN(value) ? 0 : value), ${PRIME}); };
export default defineStrategy({
  name: 'as-of',
  setup(ctx) { ctx.instrument('MSFT'); },
  onTick(tick, ctx) {
    const { book } = ctx.instrument('MSFT');
    events += 1;
    mix(tick.sequence);
    for (const value of [tick.bid, tick.bidSize, tick.ask, tick.askSize]) mix(value);
    for (const level of [0, 1]) {
      for (const value of [book.bidPrice(level), book.bidSize(level), book.askPrice(level), book.askSize(level)]) mix(value);
    }
  },
  onStop(reason, ctx) { ctx.log.info('SUM ' + sum + ' of ' + events); },
});
`,
);

let expected = '';
beforeAll(async () => {
  const flow = ['--messages', '20000', '--symbols', 'AAPL,MSFT', '--seed', '31', '--rate', '20000'];
  for (const file of [itch, pcap]) expect((await runToEnd(['generate', file, ...flow])).status).toBe(0);
  expected = checksum(readBinaryFile(readFileSync(itch)), 'MSFT');
});

/** The same, from the messages alone. */
function checksum(messages: readonly Buffer[], symbol: string): string {
  const book = new NaiveBook(symbol);
  let locate = -1;
  let sum = 0;
  let events = 0;
  const mix = (value: number | undefined): void => {
    sum = Math.imul(sum ^ (value ?? 0), PRIME);
  };
  for (const [index, message] of messages.entries()) {
    const type = message.toString('latin1', 0, 1);
    if (type === 'R' && message.toString('latin1', 11, 19).trim() === symbol) locate = message.readUInt16BE(1);
    book.apply(message);
    if (message.readUInt16BE(1) !== locate || !'AFECXDUPQB'.includes(type)) continue;
    events += 1;
    const bids = book.levels('B');
    const asks = book.levels('S');
    mix(index + 1);
    for (const value of [bids[0]?.price, bids[0]?.size, asks[0]?.price, asks[0]?.size]) mix(value);
    for (const level of [0, 1]) {
      for (const value of [bids[level]?.price, bids[level]?.size, asks[level]?.price, asks[level]?.size]) mix(value);
    }
  }
  return `as-of: SUM ${sum} of ${events}`;
}

test.each([
  ['replay of BinaryFILE', ['replay', itch]],
  ['replay of pcap', ['replay', pcap]],
  ['demo, one message a packet', ['demo', '--recording', itch, '--messages-per-packet', '1', '--speed', 'max']],
  [
    'demo, bursts of 20 messages a packet',
    ['demo', '--recording', itch, '--messages-per-packet', '20', '--speed', 'max'],
  ],
])('%s', async (_, args) => {
  const { status, stderr } = await runToEnd([...args, '--strategy', strategy, '--warm-up', '0']);
  expect(stderr).toMatch(new RegExp(`${expected}(?!\\d)`));
  expect(Number(expected.split(' ').at(-1))).toBeGreaterThan(5_000);
  expect(status).toBe(0);
});
