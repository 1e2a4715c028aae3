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

const IDLEST = 'All connections were taken and this one had been idle longest: it is closed for a new one.';

/** Refusals told in the log in a minute: a flood of requests is none of lines. */
const TOLD_PER_MINUTE = 10;

export class ControlServer {
  readonly path: string;
  readonly #bounds: Bounds;
  readonly #log: Log;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Those with no request under way, the one that has been idle longest first. */
  readonly #idle = new Set<Socket>();
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
    if (this.#sockets.size >= connections && !this.#makePlace()) {
      socket.on('error', () => socket.destroy());
      const sentence = `${connections} connections have a request under way: ask again in a moment.`;
      const full = refusal(null, 'ERR_CONTROL_CONNECTIONS', sentence);
      this.#refused(full);
      endConnection(socket, full);
      return;
    }
    this.#sockets.add(socket);
    this.#idle.add(socket);
    socket.once('close', () => this.#forget(socket));
    void serveConnection({
      socket,
      idleMs,
      answer: (request) => this.#serve(socket, request),
      refused: (answer) => this.#refused(answer),
    });
  }

  /** Whoever asks nothing must not keep a kill out. @returns whether there was one that could go */
  #makePlace(): boolean {
    const [socket] = this.#idle;
    if (socket === undefined) return false;
    this.#forget(socket);
    // One that does not read takes no more words.
    if (socket.writableLength > 0) socket.destroy();
    else endConnection(socket, refusal(null, 'ERR_CONTROL_CONNECTIONS', IDLEST));
    return true;
  }

  #forget(socket: Socket): void {
    this.#sockets.delete(socket);
    this.#idle.delete(socket);
  }

  async #serve(socket: Socket, request: Request): Promise<Answer> {
    this.#idle.delete(socket);
    try {
      return await this.#bounded(request);
    } finally {
      if (this.#sockets.has(socket)) this.#idle.add(socket);
    }
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
