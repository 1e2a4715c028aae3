/**
 * A wire that loses, doubles and changes the order of TCP segments. At the venue's end is a host with a kernel; at the
 * engine's another one, or shared memory for a stack that needs no kernel.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { ip } from '../../../app/network/ip-command.ts';
import { makeVethPair, type VethEnd, type VethPair } from '../../../app/network/veth-pair.ts';
import type { LinkOptions } from '../../../native/index.ts';
import { compiled } from '../compiled.ts';

const RING_FRAMES = 1_024;

/** A host with a kernel of its own, or shared memory for a stack that needs none. */
export type EngineEnd = 'host' | 'calling stack' | 'listening stack';

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
  readonly engine: { readonly host: VethEnd } | { readonly link: LinkOptions };
  readonly venue: VethEnd;
  /** Free on their network, with its size. */
  readonly stackAddress: string;
  readonly #pairs: VethPair[] = [];
  readonly #folder: string | undefined;
  readonly #process: ChildProcess;
  readonly #lines: Interface;
  readonly #said: string[] = [];

  static async open(engine: EngineEnd, faults: WireFaults): Promise<LossyWire> {
    const wire = new LossyWire(engine, faults);
    await wire.#says('ready');
    return wire;
  }

  private constructor(engine: EngineEnd, { seed, loss, duplicate, reorder }: WireFaults) {
    const right = this.#pair();
    this.venue = right.venue;
    this.stackAddress = right.stackAddress;
    let left: string;
    if (engine === 'host') {
      const pair = this.#pair();
      this.engine = { host: pair.engine };
      left = innerEnd(pair.venue);
    } else {
      this.#folder = mkdtempSync('/dev/shm/hotlap-test-');
      const file = join(this.#folder, 'wire');
      this.engine = { link: { kind: 'shm', file, ringFrames: RING_FRAMES } };
      // The other end of the file: who listens has the venue's.
      left = `shm-${engine === 'listening stack' ? 'engine' : 'venue'}:${file}`;
    }
    const args = [left, innerEnd(right.engine), seed, loss, duplicate, reorder].map(String);
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
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true });
    return counts as [WireCounts, WireCounts];
  }

  #pair(): VethPair {
    const pair = makeVethPair();
    this.#pairs.push(pair);
    return pair;
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

/** The kernel in the middle answers nobody. @returns as the wire takes it */
function innerEnd({ namespace, interface: name }: VethEnd): string {
  namespace.inside(() => ip([`address flush dev ${name}`, `link set dev ${name} arp off`]));
  return `${namespace.path}:${name}`;
}

function countsOf(line: string): WireCounts {
  const [, segments, , lost, , duplicated, , reordered] = line.split(' ').map(Number);
  return { segments, lost, duplicated, reordered } as WireCounts;
}
