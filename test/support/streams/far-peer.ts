/** The far end of a stream suite as the test holds it: a process of its own behind a wire. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { FarEnd } from '../byte-stream-suite.ts';
import type { FromPeer, PeerOptions, ToPeer } from './peer-messages.ts';
import type { StreamWire } from './stream-wire.ts';

const PROGRAM = fileURLToPath(new URL('./peer.ts', import.meta.url));
const PATIENCE_MS = 20_000;

export class FarPeer implements FarEnd {
  /** errno of every connection's end as the peer saw it. */
  readonly endings: number[] = [];
  readonly #wire: StreamWire;
  readonly #port: number;
  readonly #chunks: Uint8Array[] = [];
  #process: ChildProcess | undefined;
  #isConnected = false;
  #sawEnd = false;
  #hasReported = false;

  constructor(wire: StreamWire, port: number) {
    this.#wire = wire;
    this.#port = port;
  }

  /** Returns once the peer listens. */
  async start(): Promise<void> {
    const { end, address } = { end: this.#wire.far, address: this.#wire.far.address };
    const options: PeerOptions = { end, address, port: this.#port };
    const child = this.#wire.atFar(() => fork(PROGRAM, [JSON.stringify(options)], { serialization: 'advanced' }));
    this.#process = child;
    const listens = new Promise<void>((resolve, reject) => {
      child.on('message', (message: FromPeer) => {
        if (message.said === 'listening') resolve();
        else this.#hear(message);
      });
      child.once('exit', (status, signal) => reject(new Error(`the peer ended with ${status ?? signal}`)));
    });
    await listens;
  }

  get pid(): number {
    return this.#process?.pid as number;
  }

  /** SIGKILL: whatever it held goes as the system has it go. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    this.#isConnected = false;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  received(): Buffer {
    // Asked for in every turn: joined once, not each time.
    if (this.#chunks.length > 1) this.#chunks.splice(0, this.#chunks.length, Buffer.concat(this.#chunks));
    const [all = new Uint8Array(0)] = this.#chunks;
    return Buffer.from(all.buffer, all.byteOffset, all.length);
  }

  /** Of the next connections only. */
  forget(): void {
    this.#chunks.length = 0;
    this.endings.length = 0;
    this.#sawEnd = false;
  }

  sawEnd(): boolean {
    return this.#sawEnd;
  }

  /** Ready for the next test: between connections. @param poll drives the near end meanwhile */
  async released(poll: () => void): Promise<void> {
    const untilMs = performance.now() + PATIENCE_MS;
    this.resume();
    this.#hasReported = false;
    this.#tell({ do: 'report' });
    while ((this.#isConnected || !this.#hasReported) && this.#process !== undefined && performance.now() < untilMs) {
      poll();
      await turn();
    }
    if (this.#isConnected || !this.#hasReported) {
      await this.kill();
      await this.start();
    }
    this.forget();
  }

  /** Returns once the peer does as it was told, and has told what it had heard. */
  async heard(): Promise<void> {
    this.#hasReported = false;
    this.#tell({ do: 'report' });
    const untilMs = performance.now() + PATIENCE_MS;
    while (!this.#hasReported && performance.now() < untilMs) await turn();
  }

  send = (bytes: Uint8Array): void => this.#tell({ do: 'send', bytes });
  pause = (): void => this.#tell({ do: 'pause' });
  resume = (): void => this.#tell({ do: 'resume' });
  close = (): void => this.#tell({ do: 'close' });
  echo = (): void => this.#tell({ do: 'echo' });
  stop = (): void => void this.#process?.kill('SIGSTOP');
  continue = (): void => void this.#process?.kill('SIGCONT');

  #tell(message: ToPeer): void {
    this.#process?.send(message);
  }

  #hear(message: FromPeer): void {
    switch (message.said) {
      case 'opened':
        this.#isConnected = true;
        this.#sawEnd = false;
        break;
      case 'reported':
        this.#hasReported = true;
        break;
      case 'received':
        this.#chunks.push(message.bytes);
        break;
      case 'ended':
        this.#isConnected = false;
        this.#sawEnd = true;
        this.endings.push(message.errno);
    }
  }
}
