/** The production's simulated exchange with a state that survives it, on a market that moves by itself. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CELL, CELLS_DOUBLES, native } from '../../../native/index.ts';
import { depthStride } from '../../../native/layout.ts';
import { constantDelays, Exchange, NO_FEES, StateKeeper } from '../../../simulator/index.ts';
import { ACCEPTOR, Log, optionsOf, tappedTcp } from '../fix-kill/side.ts';
import { RecordedBook } from '../recorded-book.ts';

const BUY = 1;
const SELL = 2;
const BID = 3_199_000;
const TICK = 100;
const EVENT_EVERY_MS = 1;
const DRAIN_EVERY_MS = 5;
const DEPTH_LEVELS = 1;

const { folder, ringFile, port } = optionsOf(process.argv[2]);
const keeper = new StateKeeper({
  folder: join(folder, 'state'),
  ringFile,
  // A venue may as well cancel what rested when it went down.
  restingOrders: Math.random() < 0.8 ? 'keep' : 'cancel',
});
const received = new Log(folder, 'received');
received.write('\n--- start\n');
const day0Ms = Math.floor(Date.now() / 86_400_000) * 86_400_000;
const cells = new Float64Array(CELLS_DOUBLES);
const tick = (): void => {
  cells[CELL.nowNs] = Math.floor((performance.timeOrigin + performance.now() - day0Ms) * 1e6);
};
tick();
const book = new RecordedBook();
const exchange = new Exchange({
  stream: tappedTcp(port, true, received),
  feed: book,
  feedCells: cells,
  record: book.record,
  depth: new Float64Array(depthStride(DEPTH_LEVELS)),
  depthLevels: DEPTH_LEVELS,
  clock: { cells, day0Ms },
  delays: constantDelays(0, 0),
  fees: NO_FEES,
  session: ACCEPTOR,
  state: keeper.plan,
});
book.onEveryEvent = () => {
  cells[CELL.sequence] = book.sequence[0] as number;
};
book.onEvent = () => exchange.onEvent();

const pick = (below: number): number => Math.floor(Math.random() * below);
let id = 1;
/** The market stays about where it is: new orders on either side, some of them executed, what is oldest goes. */
function move(): void {
  const isBuy = Math.random() < 0.5;
  const price = isBuy ? BID + pick(11) * TICK : BID + (13 + pick(11)) * TICK;
  book.add(id++, isBuy ? BUY : SELL, price, 50 + pick(300));
  const [oldest] = book.orders.keys();
  if (oldest !== undefined && book.orders.size > 60) book.delete(oldest);
  const ids = [...book.orders.keys()];
  const met = ids[pick(ids.length)] as number;
  if (Math.random() < 0.4) book.execute(met, 1 + pick(book.orders.get(met)?.shares ?? 1));
}
for (let times = 0; times < 60; times++) move();
exchange.start();
process.stdout.write('listening\n');
let drainAtMs = 0;
let eventAtMs = 0;
while (!existsSync(join(folder, 'stop')) || exchange.isLoggedOn()) {
  tick();
  const nowMs = performance.now();
  const work = exchange.poll();
  if (nowMs >= eventAtMs) {
    eventAtMs = nowMs + EVENT_EVERY_MS;
    move();
  }
  if (nowMs >= drainAtMs) {
    drainAtMs = nowMs + DRAIN_EVERY_MS;
    keeper.poll();
  }
  if (work === 0) native().host.sleepUs(50);
}
writeFileSync(join(folder, 'ledger.json'), JSON.stringify({ orders: exchange.ledger(), stats: exchange.stats() }));
exchange.close();
keeper.close();
