import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { Side } from '../../../engine/domain/side.ts';
import { TimeInForce } from '../../../engine/domain/time-in-force.ts';
import { GATEWAY_RESULT } from '../../../engine/ports/order-gateway.ts';
import { FixOrderGateway, FixSession, HANDLED, MemoryStore } from '../../../gateway/index.ts';
import { CAUSE, native, STREAM_CELLS, type TcpStream } from '../../../native/index.ts';
import { CONFIG, TestClock } from '../../support/fix-peer.ts';

const clock = new TestClock();
const open: TcpStream[] = [];

function tcp(options: { port: number; listens?: boolean }): TcpStream {
  const stream = new (native().TcpStream)({
    host: '127.0.0.1',
    rx: new Uint8Array(65_536),
    tx: new Uint8Array(32_768),
    cells: new Int32Array(STREAM_CELLS),
    maxPendingBytes: 65_536,
    ...options,
  });
  open.push(stream);
  return stream;
}

afterEach(() => {
  for (const stream of open.splice(0)) stream.close();
});

it('an initiator comes back over TCP: the venue asks for what it missed, orders stay away, cancels come again', async () => {
  const heard: string[] = [];
  const venueHeard: string[] = [];
  const venueStream = tcp({ port: 0, listens: true });
  const venue = new FixSession({
    stream: venueStream,
    clock,
    config: { ...CONFIG, senderCompId: 'PEER', targetCompId: 'US' },
    store: new MemoryStore(new Int32Array(2)),
    application: {
      onMessage: (message) => {
        venueHeard.push(`${message.text(35)} ${message.text(11)} ${message.text(43)}`.trim());
        return HANDLED.ok;
      },
      onLogon: () => undefined,
      onLogout: () => undefined,
    },
  });
  venue.start();
  const stream = tcp({ port: venueStream.port() });
  const gateway = new FixOrderGateway({
    stream,
    clock,
    session: { ...CONFIG, role: 'initiator', reconnect: { intervalMs: 1_000, maxAttempts: 5 } },
    clOrdIdPrefix: 'T-',
    store: new MemoryStore(new Int32Array(2)),
    sink: {
      onExecution: () => undefined,
      onMassCancel: () => undefined,
      onMassStatus: () => undefined,
      onInDoubt: (ordinal) => heard.push(`in doubt: ${ordinal}`),
      onSessionUp: () => heard.push('up'),
      onSessionDown: (_reason, final) => heard.push(final ? 'over' : 'down'),
    },
  });
  gateway.addInstrument({ handle: 0, symbol: 'AAPL', priceScale: 10_000, tickSize: 100, lotSize: 1, multiplier: 1 });
  const until = async (condition: () => boolean): Promise<void> => {
    for (let i = 0; i < 50_000; i++) {
      gateway.poll();
      venue.poll();
      if (condition()) return;
      await turn();
    }
    throw new Error(`never became true: ${condition}; ${heard.join(', ')}; ${venueHeard.join(', ')}`);
  };
  gateway.start();
  await until(() => gateway.isReady() && venue.isLoggedOn());
  for (let round = 0; round < 5; round++) {
    const ordinal = round * 10 + 1;
    // The venue does not read any more: what follows is lost with the connection.
    venueStream.close();
    const buy = gateway.newOrder(ordinal, 0, Side.Buy, 1_000_000, 5, TimeInForce.Day, CAUSE.tick);
    const cancel = gateway.cancel(ordinal + 1, ordinal, 0, Side.Buy, 5, TimeInForce.Day, CAUSE.tick);
    expect([buy, cancel]).toEqual([GATEWAY_RESULT.sent, GATEWAY_RESULT.sent]);
    venue.stop('the line broke');
    await until(() => heard.filter((text) => text === 'down').length === round + 1);
    venue.start();
    clock.advance(1_000);
    await until(() => gateway.isReady() && venue.isLoggedOn());
    gateway.cancel(ordinal + 2, ordinal, 0, Side.Buy, 5, TimeInForce.Day, CAUSE.tick);
    await until(() => heard.includes(`in doubt: ${ordinal}`) && venueHeard.includes(`F T-${ordinal + 1} Y`));
    await until(() => venueHeard.includes(`F T-${ordinal + 2}`) && !gateway.session.isResending());
    // A heartbeat interval logged on: the next interruption is a first one again, and waits for one interval only.
    clock.advance(CONFIG.heartBtIntMs);
    let polls = 0;
    await until(() => ++polls > 100);
  }
  expect(venueHeard.filter((text) => text.startsWith('D'))).toEqual([]);
  expect(heard.filter((text) => text === 'up')).toHaveLength(6);
  expect(new Set(venueHeard).size).toBe(venueHeard.length);
});
