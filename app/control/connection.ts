/** One connection to the control socket: lines in, answers out, one at a time, each bounded in bytes and time. */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { type Answer, MAX_REQUEST_BYTES, parseRequest, type Refusal, type Request, refusal } from './protocol.ts';

const NEWLINE = 0x0a;
/** How long a connection that is over may still throw bytes at us. */
const LINGER_MS = 1_000;
/** Refusals in a row after which a connection is closed: whoever goes on like that does not listen. */
const MAX_REFUSALS = 64;

const TOO_LARGE = `A request has at most ${MAX_REQUEST_BYTES} bytes: this connection is closed, because nobody knows where the next one begins.`;

export interface ConnectionParts {
  readonly socket: Socket;
  readonly idleMs: number;
  readonly answer: (request: Request) => Promise<Answer> | Answer;
  readonly refused: (refusal: Refusal) => void;
}

/** Resolves once the connection has ended, whoever ended it. Never rejects. */
export async function serveConnection(parts: ConnectionParts): Promise<void> {
  const { socket } = parts;
  const connection = new Connection(parts);
  // What is wrong with a connection ends it; nobody else is concerned.
  socket.on('error', () => socket.destroy());
  try {
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      if (!(await connection.take(chunk as Buffer))) break;
    }
    await connection.end();
  } catch {
    // The peer has gone, or was too slow.
  } finally {
    connection.close();
  }
}

/**
 * Ends a connection so that its last answer arrives: closed with bytes unread it would be reset, so they are thrown away
 * for a moment, until the peer has gone as well.
 */
export function endConnection(socket: Socket, last?: Answer): void {
  if (socket.destroyed) return;
  if (!socket.writableEnded) socket.end(last === undefined ? '' : `${JSON.stringify(last)}\n`);
  socket.resume();
  const limit = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(limit));
}

class Connection {
  readonly #parts: ConnectionParts;
  readonly #line = Buffer.alloc(MAX_REQUEST_BYTES);
  /** Aborted with the socket: nobody waits for one that is gone. */
  readonly #gone = new AbortController();
  #length = 0;
  #refusals = 0;
  #deadline: NodeJS.Timeout | undefined;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    parts.socket.once('close', () => this.#gone.abort());
    this.#wait();
  }

  /** @returns whether the connection goes on */
  async take(chunk: Buffer): Promise<boolean> {
    // What comes behind the last answer is not looked at.
    if (this.#parts.socket.writableEnded) return false;
    for (let at = 0; at < chunk.length; ) {
      const end = chunk.indexOf(NEWLINE, at);
      const stop = end < 0 ? chunk.length : end;
      if (this.#length + stop - at > MAX_REQUEST_BYTES) {
        await this.#tell(refusal(null, 'ERR_CONTROL_REQUEST_SIZE', TOO_LARGE));
        return false;
      }
      this.#length += chunk.copy(this.#line, this.#length, at, stop);
      if (end < 0) return true;
      at = end + 1;
      if (!(await this.#lineIsDone())) return false;
    }
    return true;
  }

  /** The peer has said its last; a line that it did not end counts. */
  async end(): Promise<void> {
    if (this.#length > 0 && !this.#parts.socket.writableEnded) await this.#lineIsDone();
  }

  close(): void {
    clearTimeout(this.#deadline);
    endConnection(this.#parts.socket);
  }

  async #lineIsDone(): Promise<boolean> {
    const request = parseRequest(this.#line.subarray(0, this.#length));
    this.#length = 0;
    // The engine's time is not the peer's.
    clearTimeout(this.#deadline);
    const answer = 'command' in request ? await this.#parts.answer(request) : request;
    this.#refusals = answer.ok ? 0 : this.#refusals + 1;
    this.#wait();
    await this.#tell(answer);
    return this.#refusals < MAX_REFUSALS;
  }

  /** The next request is looked at once the peer has taken this answer. */
  async #tell(answer: Answer): Promise<void> {
    const { socket, refused } = this.#parts;
    if (!answer.ok) refused(answer as Refusal);
    if (!socket.write(`${JSON.stringify(answer)}\n`)) await once(socket, 'drain', { signal: this.#gone.signal });
  }

  #wait(): void {
    const { idleMs, socket, refused } = this.#parts;
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => {
      const idle = refusal(null, 'ERR_CONTROL_IDLE', `Nothing was asked for ${idleMs} ms: this connection is closed.`);
      refused(idle);
      // One that does not read takes no more words.
      if (socket.writableLength > 0) socket.destroy();
      else endConnection(socket, idle);
    }, idleMs);
  }
}
