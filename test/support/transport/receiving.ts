/** The receiving end of a wire, with all that it ever handed on. */
import { native, type PacketCounters, type PacketReceiver, type PacketReceiverOptions } from '../../../native/index.ts';

const DOUBLES_OF_PACKET = 3;
const PATIENCE_MS = 5_000;
/** Counters cost a system call. */
const POLLS_BETWEEN_COUNTS = 256;

/** What the sender sent and was not handed on; a packet doubled on purpose counts against it. */
export function lost(counters: PacketCounters): number {
  const { dropped, filtered, malformed, fragments, oversized, badChecksums, faults } = counters;
  const onPurpose = faults === undefined ? 0 : faults.lost - faults.duplicated;
  return dropped + filtered + malformed + fragments + oversized + badChecksums + onPurpose;
}

export class Receiving {
  readonly packets: Buffer[] = [];
  readonly burstsNs: number[] = [];
  readonly #receiver: PacketReceiver;
  readonly #turn: () => void;
  readonly #bytes = new Uint8Array(1 << 20);
  readonly #table: Float64Array;

  /** @param mostAPoll packets that a poll has room for @param turn of the other end, where that must have its turns too */
  constructor(source: PacketReceiverOptions['source'], mostAPoll = 256, turn: () => void = () => undefined) {
    this.#turn = turn;
    this.#table = new Float64Array(DOUBLES_OF_PACKET * mostAPoll);
    this.#receiver = new (native().PacketReceiver)({ source, bytes: this.#bytes, packets: this.#table });
  }

  poll(): number {
    this.#turn();
    const count = this.#receiver.poll();
    for (let row = 0; row < count * DOUBLES_OF_PACKET; row += DOUBLES_OF_PACKET) {
      const [offset, length, burstNs] = this.#table.subarray(row, row + DOUBLES_OF_PACKET) as unknown as number[];
      this.packets.push(Buffer.from(this.#bytes.slice(offset, (offset as number) + (length as number))));
      this.burstsNs.push(burstNs as number);
    }
    return count;
  }

  counters(): PacketCounters {
    return this.#receiver.counters();
  }

  transport(): ReturnType<PacketReceiver['transport']> {
    return this.#receiver.transport();
  }

  /** Polls until as many packets as were sent are accounted for; the caller's expectation says whether they are. */
  account(sent: number): PacketCounters {
    const until = performance.now() + PATIENCE_MS;
    for (let polls = 1; ; polls++) {
      const took = this.poll();
      if (took > 0 || polls % POLLS_BETWEEN_COUNTS !== 0) continue;
      const counters = this.counters();
      if (counters.packets + lost(counters) >= sent || performance.now() > until) return counters;
    }
  }

  /** Polls until this payload has come, which was sent last. */
  upTo(last: Uint8Array): Buffer[] {
    const until = performance.now() + PATIENCE_MS;
    const hasCome = () => this.packets.some((packet) => packet.equals(last));
    if (hasCome()) return this.packets;
    while (performance.now() < until) if (this.poll() > 0 && hasCome()) break;
    return this.packets;
  }

  close(): void {
    this.#receiver.close();
  }
}
