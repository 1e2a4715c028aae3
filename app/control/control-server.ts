/**
 * The socket by which `hotlap ctl` reaches an engine. It lives on the main thread beside the drains: a connection has
 * one request under way, a request a bounded size, a second a bounded number of them, and an answer a bounded length.
 * Whoever may open the socket is trusted, and that is this user alone: folder 0700, socket 0600.
 */
import { createServer, type Server, type Socket } from 'node:net';
import type { ControlSettings } from '../config/control-schema.ts';
import { endConnection, serveConnection } from './connection.ts';
import { type Answer, type Refusal, type Request, refusal, SAFER } from './protocol.ts';
import { RequestRate } from './request-rate.ts';
import { bindSocket, claimFolder, clearStale, socketPath } from './socket-file.ts';

export type AnswerRequest = (request: Request) => Promise<Answer>;

type Bounds = Pick<ControlSettings, 'requestsPerSecond' | 'connections' | 'idleMs'>;
type Log = (level: 'info' | 'warn', text: string) => void;

/** Refusals told in the log in a minute: a flood of requests is none of lines. */
const TOLD_PER_MINUTE = 10;

export class ControlServer {
  readonly path: string;
  readonly #bounds: Bounds;
  readonly #log: Log;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #rate: RequestRate;
  readonly #saferRate: RequestRate;
  readonly #told = new RequestRate(TOLD_PER_MINUTE / 60, TOLD_PER_MINUTE);
  #answer: AnswerRequest | undefined;

  private constructor(path: string, bounds: Bounds, log: Log) {
    this.path = path;
    this.#bounds = bounds;
    this.#log = log;
    this.#rate = new RequestRate(bounds.requestsPerSecond);
    this.#saferRate = new RequestRate(bounds.requestsPerSecond);
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#connected(socket));
  }

  /** @throws HotlapError ERR_CONTROL_SOCKET, ERR_CONTROL_BUSY */
  static async open(file: string, bounds: Bounds, log: Log): Promise<ControlServer> {
    const path = socketPath(file);
    claimFolder(path);
    await clearStale(path);
    const server = new ControlServer(path, bounds, log);
    await bindSocket(server.#server, path);
    // A connection that cannot be taken, such as for want of descriptors, is no reason to end.
    server.#server.on('error', (error) => log('warn', `The control socket: ${error.message}.`));
    log('info', `hotlap ctl --socket ${path} controls this engine.`);
    return server;
  }

  /** From here on requests are answered by this. */
  serve(answer: AnswerRequest): void {
    this.#answer = answer;
  }

  /** The file goes with it. */
  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #connected(socket: Socket): void {
    const { connections, idleMs } = this.#bounds;
    if (this.#sockets.size >= connections) {
      socket.on('error', () => socket.destroy());
      const sentence = `${connections} connections are open already: close one, or wait until one has been idle for ${idleMs} ms.`;
      const full = refusal(null, 'ERR_CONTROL_CONNECTIONS', sentence);
      this.#refused(full);
      endConnection(socket, full);
      return;
    }
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    void serveConnection({
      socket,
      idleMs,
      answer: (request) => this.#bounded(request),
      refused: (answer) => this.#refused(answer),
    });
  }

  #bounded(request: Request): Promise<Answer> | Answer {
    const id = request.id ?? null;
    const { requestsPerSecond } = this.#bounds;
    const rate = SAFER.has(request.command) ? this.#saferRate : this.#rate;
    if (!rate.take(performance.now()))
      return refusal(id, 'ERR_CONTROL_RATE', `Over ${requestsPerSecond} requests a second: ask again in a moment.`);
    if (this.#answer === undefined)
      return refusal(id, 'ERR_CONTROL_STARTING', 'The engine is starting: ask again in a moment.');
    return this.#answer(request);
  }

  /** What the engine refuses is in its own log. */
  #refused({ code, sentence }: Refusal): void {
    if (code === 'ERR_CONTROL_REFUSED' || code === 'ERR_CONTROL_IDLE') return;
    if (this.#told.take(performance.now())) this.#log('warn', `The control socket refused a request: ${sentence}`);
  }
}
