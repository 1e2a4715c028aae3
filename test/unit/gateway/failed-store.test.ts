/** A store that takes nothing more: no order leaves, a cancel does. */
import { expect, it } from 'vitest';
import { DEFAULT_INSTRUMENT } from '../../../engine/market/instrument-registry.ts';
import { GATEWAY_RESULT } from '../../../engine/ports/order-gateway.ts';
import { createMemoryPair, FixOrderGateway, FixSession, HANDLED, MemoryStore, STORE } from '../../../gateway/index.ts';
import { CAUSE } from '../../../native/layout.ts';
import { CONFIG, TestClock } from '../../support/fix-peer.ts';

class FailingStore extends MemoryStore {
  answer: number = STORE.ok;
  override keep(seq: number, bytes: Uint8Array, start: number, end: number): number {
    return this.answer === STORE.ok ? super.keep(seq, bytes, start, end) : this.answer;
  }
}

it.each([
  ['failed', STORE.failed, GATEWAY_RESULT.storeFailed],
  ['full', STORE.full, GATEWAY_RESULT.storeFull],
] as const)(
  '%s: new orders and replacements are refused, a cancel leaves under the next number',
  (_, answer, refusal) => {
    const clock = new TestClock();
    const pair = createMemoryPair({ bytes: 1 << 16 });
    const arrived: string[] = [];
    const venue = new FixSession({
      stream: pair.b,
      clock,
      config: CONFIG,
      store: new MemoryStore(new Int32Array(2)),
      application: {
        onMessage: (message) => {
          arrived.push(`${String.fromCharCode(message.msgType)} ${message.int(34, 0)}`);
          return HANDLED.ok;
        },
        onLogon: () => undefined,
        onLogout: () => undefined,
      },
    });
    const store = new FailingStore(new Int32Array(2));
    const gateway = new FixOrderGateway({
      stream: pair.a,
      clock,
      session: { ...CONFIG, role: 'initiator', senderCompId: 'PEER', targetCompId: 'US' },
      clOrdIdPrefix: 'T-',
      store,
      sink: {
        onExecution: () => {},
        onMassCancel: () => undefined,
        onMassStatus: () => undefined,
        onInDoubt: () => {},
        onSessionUp: () => {},
        onSessionDown: () => {},
      },
    });
    gateway.addInstrument({ ...DEFAULT_INSTRUMENT, handle: 0, symbol: 'AAPL' });
    const turn = (): void => {
      for (let i = 0; i < 20; i++) {
        gateway.poll();
        venue.poll();
      }
    };
    venue.start();
    gateway.start();
    turn();
    expect(gateway.newOrder(1, 0, 1, 1_000_000, 100, 0, CAUSE.tick)).toBe(GATEWAY_RESULT.sent);
    store.answer = answer;
    expect(gateway.newOrder(2, 0, 1, 1_000_000, 100, 0, CAUSE.tick)).toBe(refusal);
    expect(gateway.replace(3, 1, 0, 1, 1_000_100, 100, 0, CAUSE.tick)).toBe(refusal);
    expect(gateway.cancel(4, 1, 0, 1, 100, 0, CAUSE.control)).toBe(GATEWAY_RESULT.sent);
    turn();
    expect(arrived).toEqual(['D 2', 'F 3']);
  },
);
