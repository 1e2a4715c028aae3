import type { MarketReport } from './feed-server/settings.ts';

/** From the parent; the channel should be made with `serialization: 'advanced'`, so that typed arrays survive. */
export type ParentMessage =
  | { type: 'go' }
  /** (ordinal, sequence number of the causing message) … */
  | { type: 'join'; id: number; pairs: ArrayLike<number> }
  | { type: 'report'; id: number }
  | { type: 'stop' };

/** To the parent. */
export type SimulatorMessage =
  | { type: 'ready'; tcpPort: number; dropCopyPort: number; group: string; port: number; interface: string }
  | { type: 'logon' }
  | { type: 'logout'; reason: string }
  | { type: 'ended'; report: MarketReport }
  | { type: 'joined'; id: number; latencies: Float64Array }
  | { type: 'reported'; id: number; report: MarketReport }
  | { type: 'stopped'; report: MarketReport }
  | { type: 'failed'; code: string; sentence: string };

/** The IPC channel to the process that started the simulator. Its end is a reason to stop: nobody is left to serve. */
export class ParentPort {
  readonly #stop: () => void;
  #unsent: Promise<void> = Promise.resolve();
  #obey: (message: ParentMessage) => void = () => undefined;

  constructor(stop: () => void) {
    this.#stop = stop;
    process.on('message', this.#onMessage);
    process.on('disconnect', stop);
  }

  /** @param obey hears everything but `stop` */
  attach(obey: (message: ParentMessage) => void): void {
    this.#obey = obey;
  }

  say(message: SimulatorMessage): void {
    // That the parent has vanished is told by 'disconnect'; a message that it misses is missed by nobody.
    if (!process.connected) return;
    this.#unsent = new Promise((resolve) => {
      process.send?.(message, undefined, undefined, () => resolve());
    });
  }

  /** Lets the last message leave, then gives the channel up. */
  async close(): Promise<void> {
    process.off('message', this.#onMessage);
    process.off('disconnect', this.#stop);
    await this.#unsent;
    if (!process.connected) return;
    await new Promise<void>((resolve) => {
      process.once('disconnect', resolve);
      process.disconnect?.();
    });
  }

  readonly #onMessage = (message: unknown): void => {
    const { type } = message as ParentMessage;
    if (type === 'stop') this.#stop();
    else this.#obey(message as ParentMessage);
  };
}
