/** The order gateway against QuickFIX C++: what is lost on the way is never ordered twice, and is said to be in doubt. */
import { describe, expect, it } from 'vitest';
import type { ExecutionReport } from '../../engine/domain/execution.ts';
import { Side } from '../../engine/domain/side.ts';
import { TimeInForce } from '../../engine/domain/time-in-force.ts';
import { FixOrderGateway, MemoryStore } from '../../gateway/index.ts';
import { CAUSE, CELL, CELLS_DOUBLES, native, STREAM_CELLS } from '../../native/index.ts';
import { Counterparty } from './counterparty.ts';
import { LossyLine } from './lossy-line.ts';
import { portToListenOn } from './ports.ts';
import { command, reason } from './quickfix-counterparty.ts';
import { FIX44 } from './versions.ts';

const WAIT_MS = 100_000;
const DAY_MS = 86_400_000;

if (reason === undefined) {
  describe('The order gateway against QuickFIX C++', () => {
    it('gap-fills orders that were lost, says that they are in doubt, and trades on', {
      timeout: 300_000,
    }, async () => {
      const port = await portToListenOn();
      const venue = await Counterparty.start(command('acceptor', port, FIX44, 30));
      const line = await LossyLine.open(port);
      const heard: string[] = [];
      const clock = { cells: new Float64Array(CELLS_DOUBLES), day0Ms: Math.floor(Date.now() / DAY_MS) * DAY_MS };
      const stream = new (native().TcpStream)({
        host: '127.0.0.1',
        port: line.port,
        rx: new Uint8Array(65_536),
        tx: new Uint8Array(65_536),
        cells: new Int32Array(STREAM_CELLS),
        maxPendingBytes: 65_536,
      });
      const turn = (): void => {
        clock.cells[CELL.nowNs] = (Date.now() - clock.day0Ms) * 1e6;
        for (let i = 0; i < 64 && gateway.poll() > 0; i++);
      };
      const until = async (condition: () => boolean): Promise<void> => {
        for (const endMs = performance.now() + WAIT_MS; !condition(); turn()) {
          if (performance.now() > endMs) throw new Error(`never: ${condition}; heard ${heard.join(', ')}`);
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
      };
      clock.cells[CELL.nowNs] = (Date.now() - clock.day0Ms) * 1e6;
      const gateway = new FixOrderGateway({
        stream,
        clock,
        session: {
          role: 'initiator',
          beginString: 'FIX.4.4',
          senderCompId: 'HOTLAP',
          targetCompId: 'PEER',
          heartBtIntMs: 30_000,
          resetOnLogon: false,
          logonTimeoutMs: 5_000,
          logoutTimeoutMs: 2_000,
        },
        clOrdIdPrefix: 'G-',
        store: new MemoryStore(new Int32Array(2)),
        sink: {
          onExecution: (report: ExecutionReport) => heard.push(`fill ${report.clOrdOrdinal} ${report.lastPrice}`),
          onMassCancel: () => undefined,
          onMassStatus: () => undefined,
          onInDoubt: (ordinal) => heard.push(`in doubt ${ordinal}`),
          onSessionUp: () => heard.push('up'),
          onSessionDown: (why) => heard.push(`down: ${why}`),
        },
      });
      gateway.addInstrument({
        handle: 0,
        symbol: 'AAPL',
        priceScale: 10_000,
        tickSize: 100,
        lotSize: 1,
        multiplier: 1,
      });
      try {
        gateway.start();
        await until(() => heard.includes('up'));
        line.loses = (message, direction) =>
          direction === 'toAcceptor' && /\|11=G-[23]\|/.test(message) && !/\|43=Y\|/.test(message);
        for (let ordinal = 1; ordinal <= 5; ordinal++) {
          const price = 3_201_400 + 100 * ordinal;
          expect(gateway.newOrder(ordinal, 0, Side.Buy, price, 100, TimeInForce.Day, CAUSE.control)).toBe(0);
        }
        // QuickFIX asks for everything from the first gap on, so that what it holds of 4 and 5 is gap-filled as well.
        const doubtful = ['in doubt 2', 'in doubt 3', 'in doubt 4', 'in doubt 5'];
        await until(() => doubtful.every((each) => heard.includes(each)));
        expect(heard.filter((each) => each.startsWith('in doubt'))).toEqual(doubtful);
        await until(() => heard.includes('fill 1 3201500'));
        // The venue's application has heard of no order twice, and of the lost ones never.
        const orders = venue.heard.filter((each) => each.startsWith('order '));
        expect(orders).toEqual([...new Set(orders)]);
        expect(orders).not.toContain('order G-2');
        expect(orders).not.toContain('order G-3');
        expect(line.seen('toAcceptor', /\|35=D\|.*\|43=Y\|/)).toEqual([]);
        await until(() => line.seen('toAcceptor', /\|35=4\|.*\|123=Y\|/).length >= 1);
        expect(gateway.newOrder(6, 0, Side.Sell, 3_202_000, 100, TimeInForce.Day, CAUSE.control)).toBe(0);
        await until(() => heard.includes('fill 6 3202000'));
      } finally {
        gateway.session.stop('the test is over');
        stream.close();
        line.close();
        await venue.stop();
      }
    });
  });
} else {
  it.skip(`The order gateway against QuickFIX C++: ${reason}`);
}
