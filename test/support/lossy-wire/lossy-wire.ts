/** Two hosts on this one, and between them a wire that loses, doubles and changes the order of TCP segments. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { ip } from '../../../app/network/ip-command.ts';
import { makeVethPair, type VethEnd, type VethPair } from '../../../app/network/veth-pair.ts';
import { compiled } from '../compiled.ts';

export interface WireFaults {
  readonly seed: number;
  /** Shares of TCP segments, from 0 to 1. */
  readonly loss: number;
  readonly duplicate: number;
  readonly reorder: number;
}

export interface WireCounts {
  readonly segments: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly reordered: number;
}

export const FAULTLESS: WireFaults = { seed: 1, loss: 0, duplicate: 0, reorder: 0 };

export class LossyWire {
  readonly engine: VethEnd;
  readonly venue: VethEnd;
  /** Free on their network, with its size. */
  readonly stackAddress: string;
  readonly #pairs: readonly VethPair[];
  readonly #process: ChildProcess;
  readonly #lines: Interface;
  readonly #said: string[] = [];

  static async open(faults: WireFaults): Promise<LossyWire> {
    const wire = new LossyWire(faults);
    await wire.#says('ready');
    return wire;
  }

  private constructor({ seed, loss, duplicate, reorder }: WireFaults) {
    const [left, right] = [makeVethPair(), makeVethPair()];
    this.#pairs = [left, right];
    this.engine = left.engine;
    this.stackAddress = left.stackAddress;
    this.venue = right.venue;
    const inner = [left.venue, right.engine];
    for (const end of inner) withoutAddress(end);
    const args = [...inner.map(placeOf), seed, loss, duplicate, reorder].map(String);
    const program = compiled('test/support/lossy-wire/lossy_wire.cc');
    this.#process = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#process.stdout as NodeJS.ReadableStream });
    this.#lines.on('line', (line) => this.#said.push(line));
  }

  /** Loses the next new segment with data from that end. @returns after how many ms its bytes came again */
  async repairMs(from: 'engine' | 'venue', send: () => void): Promise<number> {
    this.#process.stdin?.write(`lose ${from === 'engine' ? 0 : 1}\n`);
    // Read before anything comes by its interfaces: the wire looks at both at least once a millisecond.
    await new Promise((resolve) => setTimeout(resolve, 20));
    send();
    const line = await this.#says('repaired');
    return Number(line.split(' ')[2]) / 1e6;
  }

  /** Ends the wire. @returns what it did to what the engine sent, and to what the venue sent */
  async end(): Promise<[WireCounts, WireCounts]> {
    this.#process.stdin?.end();
    if (this.#process.exitCode === null) await once(this.#process, 'close');
    const counts = this.#said.filter((line) => line.startsWith('segments')).map(countsOf);
    for (const pair of this.#pairs) pair.close();
    return counts as [WireCounts, WireCounts];
  }

  async #says(what: string): Promise<string> {
    for (;;) {
      const at = this.#said.findIndex((line) => line.startsWith(what));
      if (at >= 0) return this.#said.splice(at, 1)[0] as string;
      if (this.#process.exitCode !== null) throw new Error(`the wire ended with ${this.#process.exitCode}`);
      await Promise.race([once(this.#lines, 'line'), once(this.#process, 'exit')]);
    }
  }
}

const placeOf = ({ namespace, interface: name }: VethEnd): string => `${namespace.path}:${name}`;

/** The kernel in the middle answers nobody. */
function withoutAddress({ namespace, interface: name }: VethEnd): void {
  namespace.inside(() => ip([`address flush dev ${name}`, `link set dev ${name} arp off`]));
}

function countsOf(line: string): WireCounts {
  const [, segments, , lost, , duplicated, , reordered] = line.split(' ').map(Number);
  return { segments, lost, duplicated, reordered } as WireCounts;
}
