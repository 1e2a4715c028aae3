/** A TCP line between two FIX engines that can lose messages, hold them back, and break; it remembers what it carried. */
import { once } from 'node:events';
import net from 'node:net';

export type Direction = 'toAcceptor' | 'toInitiator';

export interface Carried {
  readonly direction: Direction;
  /** With | for SOH. */
  readonly text: string;
  readonly lost: boolean;
}

const END = /\x0110=\d{3}\x01/g;

export class LossyLine {
  readonly carried: Carried[] = [];
  /** Says of each message whether it is lost. */
  loses: (message: string, direction: Direction) => boolean = () => false;
  readonly #server: net.Server;
  readonly #acceptorPort: number;
  #sockets: net.Socket[] = [];
  #held: { direction: Direction; release: (() => void)[] } | undefined;
  port = 0;

  private constructor(acceptorPort: number) {
    this.#acceptorPort = acceptorPort;
    this.#server = net.createServer((initiator) => this.#connect(initiator));
  }

  static async open(acceptorPort: number): Promise<LossyLine> {
    const line = new LossyLine(acceptorPort);
    line.#server.listen(0, '127.0.0.1');
    await once(line.#server, 'listening');
    line.port = (line.#server.address() as net.AddressInfo).port;
    return line;
  }

  /** Breaks the connection for both; both may call again. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets = [];
  }

  /** Keeps back what goes in one direction until the returned function is called. */
  hold(direction: Direction): () => void {
    const held = { direction, release: [] as (() => void)[] };
    this.#held = held;
    return () => {
      this.#held = undefined;
      for (const release of held.release) release();
    };
  }

  close(): void {
    this.cut();
    this.#server.close();
  }

  /** Messages that were carried, or lost, in one direction and match. */
  seen(direction: Direction, pattern: RegExp): string[] {
    return this.carried
      .filter((each) => each.direction === direction && pattern.test(each.text))
      .map(({ text }) => text);
  }

  #connect(initiator: net.Socket): void {
    const acceptor = net.connect(this.#acceptorPort, '127.0.0.1');
    this.#sockets.push(initiator, acceptor);
    this.#carry(initiator, acceptor, 'toAcceptor');
    this.#carry(acceptor, initiator, 'toInitiator');
  }

  #carry(from: net.Socket, to: net.Socket, direction: Direction): void {
    let unread = '';
    from.setNoDelay(true);
    from.on('error', () => to.destroy());
    from.on('close', () => to.end());
    from.on('data', (bytes: Buffer) => {
      unread += bytes.toString('latin1');
      let start = 0;
      for (const end of unread.matchAll(END)) {
        const message = unread.slice(start, end.index + end[0].length);
        start = end.index + end[0].length;
        this.#pass(message, direction, to);
      }
      unread = unread.slice(start);
    });
  }

  #pass(message: string, direction: Direction, to: net.Socket): void {
    const text = message.replaceAll('\x01', '|');
    const lost = this.loses(text, direction);
    this.carried.push({ direction, text, lost });
    if (lost) return;
    const write = (): void => {
      if (to.writable) to.write(message, 'latin1');
    };
    if (this.#held?.direction === direction) this.#held.release.push(write);
    else write();
  }
}
