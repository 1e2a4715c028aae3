import { createMemoryPair, type SessionConfig } from '../../gateway/index.ts';
import { CELL, CELLS_DOUBLES, DEPTH, depthStride } from '../../native/layout.ts';
import { constantDelays, Exchange, type ExchangeOptions, NO_FEES } from '../../simulator/index.ts';
import { FixClient } from './fix-client.ts';
import { RecordedBook } from './recorded-book.ts';

const DEPTH_LEVELS = 1;

export const ACCEPTOR: SessionConfig = {
  role: 'acceptor',
  beginString: 'FIX.4.4',
  senderCompId: 'SIM',
  targetCompId: 'ENGINE',
  heartBtIntMs: 30_000,
  resetOnLogon: true,
  logonTimeoutMs: 5_000,
  logoutTimeoutMs: 5_000,
};

/** An exchange on a recorded book of one instrument, ticking by hand, with a client that has logged on. */
export function simulatedExchange(options: Partial<ExchangeOptions> = {}) {
  const book = new RecordedBook();
  const clock = { cells: new Float64Array(CELLS_DOUBLES), day0Ms: Date.UTC(2026, 0, 5) };
  const feedCells = new Float64Array(CELLS_DOUBLES);
  const depth = new Float64Array(depthStride(DEPTH_LEVELS));
  const { a, b } = createMemoryPair({ bytes: 1 << 18 });
  clock.cells[CELL.nowNs] = 52_200e9;
  const exchange = new Exchange({
    stream: b,
    feed: book,
    feedCells,
    record: book.record,
    depth,
    depthLevels: DEPTH_LEVELS,
    clock,
    delays: constantDelays(0, 0),
    fees: NO_FEES,
    session: ACCEPTOR,
    ...options,
  });
  book.onEveryEvent = () => {
    feedCells[CELL.sequence] = book.sequence[0];
  };
  book.onEvent = () => exchange.onEvent();
  const client = new FixClient(a, 'ENGINE', 'SIM');
  const settle = (): void => {
    for (let i = 0; i < 20; i++) exchange.poll();
  };
  exchange.start();
  client.stream.poll();
  settle();
  client.sends('35=A|98=0|108=30|141=Y|');
  settle();
  const logon = client.receives();
  return {
    book,
    exchange,
    client,
    logon,
    halt: (halted: boolean) => {
      depth[DEPTH.halted] = halted ? 1 : 0;
    },
    goStale: () => {
      depth[DEPTH.stale] = 1;
    },
    settle,
    /** Advances the clock, then polls. */
    pass: (ns: number) => {
      clock.cells[CELL.nowNs] += ns;
      settle();
    },
    nowNs: () => clock.cells[CELL.nowNs],
    /** Sends a message, lets the exchange work, and returns what it says. */
    says: (fields: string): string[] => {
      client.sends(fields);
      settle();
      return client.receives();
    },
  };
}
