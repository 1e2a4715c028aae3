/** Two ports of DPDK on one memif, both in this process; frames as they are come from a process of their own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { memifDevice } from '../../../app/network/memif.ts';
import { native } from '../../../native/index.ts';
import { provideOptional } from '../../../native/optional-addons.ts';
import { compiledWithDpdk } from '../compiled.ts';
import { missing } from '../missing.ts';
import { framesOnStdin } from './frame-writer.ts';
import { Receiving } from './receiving.ts';
import {
  asked,
  type EndOptions,
  FRAME_MOST,
  GROUP,
  type OwnProcess,
  PORT,
  type Sending,
  sendingOf,
  type Transport,
  type Wire,
} from './wire.ts';

const PATIENCE_MS = 5_000;
const RING_FRAMES = 1_024;

class MemifWire implements Wire {
  readonly #folder = mkdtempSync('/dev/shm/hotlap-test-');
  readonly #small: boolean;
  /** What the sender's end could not put into the ring yet leaves with its next turn. */
  #turn: (() => void) | undefined;
  #writer: ChildProcess | undefined;

  constructor({ small }: EndOptions) {
    this.#small = small === true;
    provideOptional('dpdk');
  }

  /** A server must be there before it can be called: all tests begin with the receiver. */
  #device(end: 'receive' | 'send'): string {
    const ringFrames = this.#small ? 64 : RING_FRAMES;
    // In one process two spellings: the PMD keeps one socket a path, and has it listen or call.
    return end === 'receive'
      ? memifDevice('server', { socket: `${this.#folder}/wire`, ringFrames, number: 0 })
      : memifDevice('client', { socket: `${this.#folder}/./wire`, ringFrames, number: 1 });
  }

  #port(end: 'receive' | 'send') {
    return { kind: 'dpdk', device: this.#device(end), memory: 'ordinary', ringFrames: RING_FRAMES } as const;
  }

  source(options: EndOptions = {}) {
    return {
      source: { ...this.#port('receive'), group: GROUP, port: PORT, ...asked(options) },
      at: <Result>(work: () => Result) => work(),
    };
  }

  receiver(options: EndOptions = {}): Receiving {
    const receiving = new Receiving(this.source(options).source, options.mostAPoll, () => this.#turn?.());
    // A sender that was there before calls again in its own time.
    if (this.#turn !== undefined) untilLinkedUp(receiving);
    return receiving;
  }

  sender(): Sending {
    const bytes = new Uint8Array(1 << 16);
    const sender = new (native().PacketSender)({
      ...{ group: GROUP, port: PORT, interface: '', bytes },
      transmit: this.#port('send'),
    });
    const turn = (): void => void sender.flush();
    this.#turn = turn;
    const close = (): void => {
      if (this.#turn === turn) this.#turn = undefined;
      sender.close();
    };
    return { ...sendingOf(sender, bytes), close };
  }

  frames(frames: readonly Uint8Array[]): number {
    const file = join(this.#folder, 'frames');
    writeFileSync(file, framesOnStdin(frames));
    const stdin = openSync(file, 'r');
    const program = compiledWithDpdk('test/support/transport/port_frame_writer.cc');
    // It writes while the test polls: a ring holds fewer frames than a test has.
    this.#writer = spawn(program, [this.#device('send')], { stdio: [stdin, 'ignore', 'inherit'] });
    closeSync(stdin);
    return frames.length;
  }

  ownProcess(end: 'receive' | 'send'): OwnProcess {
    const flags = {
      transport: 'dpdk',
      device: this.#device(end),
      'ring-frames': RING_FRAMES,
      group: GROUP,
      port: PORT,
    };
    return { flags, at: (work) => work() };
  }

  close(): void {
    this.#writer?.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true });
  }
}

function untilLinkedUp(receiving: Receiving): void {
  const until = performance.now() + PATIENCE_MS;
  while (!/link up/.test(receiving.transport().reason)) {
    if (performance.now() > until) throw new Error('the ends of the memif have not found each other');
    receiving.poll();
  }
}

export const DPDK_MEMIF: Transport = {
  name: 'dpdk by net_memif, both ways',
  unavailable: missing({ root: true, addons: ['dpdk'] }),
  maxPayload: FRAME_MOST,
  live: true,
  overflow: 'refused',
  // Its memory is the sender's, and goes with the sender.
  unread: 'lost',
  foreignFrames: 'counted',
  exact: true,
  checksums: 'receiver',
  backend: 'dpdk',
  accelerated: true,
  make: (options = {}) => new MemifWire(options),
};
