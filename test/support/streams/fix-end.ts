/** One end of an exchange of numbered FIX messages: production's session, over whatever stream. */
import type { FixMessage } from 'fix-parser';
import { TAG } from 'fix-parser';
import type { ByteStream } from '../../../gateway/index.ts';
import { FixSession, HANDLED, MemoryStore } from '../../../gateway/index.ts';
import { CAUSE, CELL, CELLS_DOUBLES } from '../../../native/index.ts';

/** Sent in one turn at most: what comes is taken as often. */
const BURST = 64;

export interface FixEndCounts {
  readonly sent: number;
  readonly received: number;
  /** Messages whose number was not the one behind the last. */
  readonly outOfOrder: number;
  readonly logons: number;
  readonly ended: string;
}

export class FixEnd {
  readonly #session: FixSession;
  readonly #count: number;
  readonly #clock = {
    cells: new Float64Array(CELLS_DOUBLES),
    day0Ms: Math.floor(Date.now() / 86_400_000) * 86_400_000,
  };
  #sent = 0;
  #received = 0;
  #outOfOrder = 0;
  #logons = 0;
  #ended = '';

  /** @param count messages to send, and to receive */
  constructor(stream: ByteStream, role: 'initiator' | 'acceptor', count: number) {
    this.#count = count;
    const [us, them] = role === 'initiator' ? ['ENGINE', 'VENUE'] : ['VENUE', 'ENGINE'];
    this.#tick();
    this.#session = new FixSession({
      stream,
      clock: this.#clock,
      config: {
        ...{ role, beginString: 'FIX.4.4', senderCompId: us, targetCompId: them, heartBtIntMs: 30_000 },
        ...{ resetOnLogon: true, logonTimeoutMs: 10_000, logoutTimeoutMs: 10_000 },
      },
      store: new MemoryStore(new Int32Array(2)),
      application: {
        onMessage: (message) => this.#take(message),
        onLogon: () => void this.#logons++,
        onLogout: (reason) => {
          this.#ended = reason;
        },
      },
    });
    this.#session.start();
  }

  /** @returns whether anything was done */
  turn(): boolean {
    this.#tick();
    let work = this.#session.poll();
    for (let burst = 0; burst < BURST && this.#sent < this.#count && this.#session.isLoggedOn(); burst++) {
      const writer = this.#session.compose('D');
      writer
        .uint(TAG.ClOrdID, this.#sent + 1)
        .text(TAG.Symbol, 'AAPL')
        .text(TAG.Text, 'a'.repeat(this.#sent % 97) || '-');
      if (this.#session.sendComposed(CAUSE.none) !== 0) break;
      this.#sent++;
      work++;
    }
    return work > 0;
  }

  get isComplete(): boolean {
    return this.#sent === this.#count && this.#received === this.#count;
  }

  get hasEnded(): boolean {
    return this.#ended !== '';
  }

  logout(): void {
    this.#session.logout('done');
  }

  counts(): FixEndCounts {
    return {
      sent: this.#sent,
      received: this.#received,
      outOfOrder: this.#outOfOrder,
      logons: this.#logons,
      ended: this.#ended,
    };
  }

  #take(message: FixMessage): number {
    this.#received++;
    if (message.text(TAG.ClOrdID) !== String(this.#received)) this.#outOfOrder++;
    return HANDLED.ok;
  }

  #tick(): void {
    this.#clock.cells[CELL.nowNs] = (Date.now() - this.#clock.day0Ms) * 1e6;
  }
}
