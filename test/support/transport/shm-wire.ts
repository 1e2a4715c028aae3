/** Two processes' worth of ends on one wire of shared memory; frames as they are come from a process of their own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { native } from '../../../native/index.ts';
import { writeFrames } from './frame-writer.ts';
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

class ShmWire implements Wire {
  readonly #folder = mkdtempSync('/dev/shm/hotlap-test-');
  readonly #wire: { kind: 'shm'; file: string; ringFrames: number };

  constructor({ small }: EndOptions) {
    this.#wire = { kind: 'shm', file: join(this.#folder, 'wire'), ringFrames: small === true ? 64 : 16_384 };
  }

  source(options: EndOptions = {}) {
    return {
      source: { ...this.#wire, group: GROUP, port: PORT, ...asked(options) },
      at: <Result>(work: () => Result) => work(),
    };
  }

  receiver(options: EndOptions = {}): Receiving {
    return new Receiving(this.source(options).source, options.mostAPoll);
  }

  sender(): Sending {
    const bytes = new Uint8Array(1 << 16);
    const sender = new (native().PacketSender)({
      ...{ group: GROUP, port: PORT, interface: '127.0.0.1', bytes },
      transmit: this.#wire,
    });
    return sendingOf(sender, bytes);
  }

  frames(frames: readonly Uint8Array[]): number {
    return writeFrames('shm', this.#wire.file, frames);
  }

  ownProcess(): OwnProcess {
    const { file, ringFrames } = this.#wire;
    const flags = { transport: 'shm', file, 'ring-frames': ringFrames, group: GROUP, port: PORT };
    return { flags, at: (work) => work() };
  }

  close(): void {
    rmSync(this.#folder, { recursive: true });
  }
}

export const SHM: Transport = {
  name: 'shm',
  unavailable: undefined,
  maxPayload: FRAME_MOST,
  live: true,
  overflow: 'refused',
  unread: 'kept',
  foreignFrames: 'counted',
  exact: true,
  checksums: 'receiver',
  backend: 'shm',
  accelerated: true,
  make: (options = {}) => new ShmWire(options),
};
