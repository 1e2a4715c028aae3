import { expect } from 'vitest';
import { Side } from '../../engine/domain/side.ts';
import { TimeInForce } from '../../engine/domain/time-in-force.ts';
import { createMemoryPair, FixOrderGateway, MemoryStore, type SessionConfig } from '../../gateway/index.ts';
import { CAUSE, STREAM, STREAM_RESULT } from '../../native/layout.ts';
import { CONFIG, TestClock } from './fix-peer.ts';
import { bodyOf, messagesIn, wire } from './fix-wire.ts';

const AAPL = 3;

/** The venue of an order gateway, by hand. */
export class GatewayPeer {
  readonly clock = new TestClock();
  /** `ordinal: reason`, as the gateway told them. */
  readonly doubts: string[] = [];
  /** Ordinals that reports named. */
  readonly reports: number[] = [];
  readonly gateway: FixOrderGateway;
  readonly store: MemoryStore;
  /** What the venue sends next is numbered so. */
  seq = 1;
  /** What the engine does on hearing of a doubt. */
  onDoubt: (ordinal: number) => void = () => undefined;
  readonly #pair = createMemoryPair({ bytes: 65_536 });

  constructor(config: Partial<SessionConfig> = {}, store: MemoryStore = new MemoryStore(new Int32Array(2))) {
    this.store = store;
    this.gateway = new FixOrderGateway({
      stream: this.#pair.a,
      clock: this.clock,
      session: { ...CONFIG, role: 'initiator', ...config },
      clOrdIdPrefix: 'T7-',
      store,
      sink: {
        onExecution: (report) => this.reports.push(report.clOrdOrdinal),
        onMassCancel: () => undefined,
        onMassStatus: () => undefined,
        onInDoubt: (ordinal, reason) => {
          this.doubts.push(`${ordinal}: ${reason}`);
          this.onDoubt(ordinal);
        },
        onSessionUp: () => undefined,
        onSessionDown: () => undefined,
      },
    });
    this.gateway.addInstrument({
      handle: AAPL,
      symbol: 'AAPL',
      priceScale: 10_000,
      tickSize: 100,
      lotSize: 1,
      multiplier: 1,
    });
    this.gateway.start();
  }

  static loggedOn(config: Partial<SessionConfig> = {}, store?: MemoryStore): GatewayPeer {
    const peer = new GatewayPeer(config, store);
    peer.accepts();
    peer.sends('35=A|98=0|108=30|');
    expect(peer.gateway.isReady()).toBe(true);
    return peer;
  }

  /** Takes the next connection. @returns what it begins with */
  accepts(): string[] {
    this.#pair.b.open();
    this.polls(4);
    expect(this.#pair.b.poll()).toBe(STREAM_RESULT.opened);
    return this.received();
  }

  /** `35=…|rest|` under the next number. */
  sends(body: string): void {
    const message = wire(body.replace('|', `|34=${this.seq++}|49=PEER|52=${this.clock.text()}|56=US|`));
    this.#pair.b.tx.set(message);
    expect(this.#pair.b.send(0, message.length, CAUSE.none)).toBe(message.length);
    this.polls(4);
  }

  polls(count: number): void {
    for (let i = 0; i < count; i++) this.gateway.poll();
  }

  after(ms: number): void {
    this.clock.advance(ms);
    this.polls(3);
  }

  disconnects(): void {
    this.#pair.b.close();
    this.polls(3);
  }

  /** Type, number, and ClOrdID or NewSeqNo of what the venue got. */
  received(): string[] {
    const { b } = this.#pair;
    const found: string[] = [];
    while (b.poll() > 0) {
      const { cells, rx } = b;
      found.push(...messagesIn(rx.subarray(cells[STREAM.rxStart], cells[STREAM.rxEnd])).map(bodyOf));
      cells[STREAM.rxStart] = cells[STREAM.rxEnd];
    }
    return found.map((body) =>
      [/35=\w/, /34=\d+/, /43=Y/, /(?<=\|)(11|36)=[^|]*/]
        .map((part) => part.exec(body)?.[0] ?? '')
        .filter((text) => text !== '')
        .join(' '),
    );
  }

  buy(ordinal: number): number {
    return this.gateway.newOrder(ordinal, AAPL, Side.Buy, 3_201_400, 100, TimeInForce.Day, CAUSE.tick);
  }

  cancel(ordinal: number, orig: number): number {
    return this.gateway.cancel(ordinal, orig, AAPL, Side.Buy, 100, TimeInForce.Day, CAUSE.tick);
  }
}
