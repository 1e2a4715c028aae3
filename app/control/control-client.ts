/** The other end of the control socket: one connection, a request at a time. */
import { once } from 'node:events';
import { lstatSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { HotlapError } from '../../engine/domain/errors.ts';
import { printable } from '../../report/format.ts';
import type { Answer, Request } from './protocol.ts';

/** Longer than the engine waits for its loop. */
const PATIENCE_MS = 10_000;
/** No answer is half as long. */
const MAX_ANSWER_BYTES = 1 << 20;

/** A second with some to spare: fewer refusals in a row than the server takes. */
const MAX_TRIES = 12;
const RATE_PAUSE_MS = 100;

type Page = { next: number | null } & Record<string, unknown>;

/** A request as it is written: its number is the client's to give. */
export type Asking = Request extends infer Each ? (Each extends Request ? Omit<Each, 'id'> : never) : never;

export class ControlClient {
  readonly #path: string;
  readonly #socket: Socket;
  readonly #chunks: AsyncIterator<string>;
  #text = '';
  #nextId = 1;

  private constructor(path: string, socket: Socket) {
    this.#path = path;
    this.#socket = socket;
    this.#chunks = socket[Symbol.asyncIterator]();
  }

  /** @throws HotlapError ERR_CONTROL_NO_ENGINE */
  static async open(path: string): Promise<ControlClient> {
    refuseForeign(path);
    const socket = connect(path);
    try {
      await once(socket, 'connect');
    } catch (error) {
      throw new HotlapError('ERR_CONTROL_NO_ENGINE', nobody(path, (error as NodeJS.ErrnoException).code ?? ''));
    }
    socket.setEncoding('utf8');
    // Whoever waits for an answer hears of it.
    socket.on('error', () => {});
    return new ControlClient(path, socket);
  }

  /** @throws HotlapError with the answer's own code where the engine refuses; ERR_CONTROL_NO_ENGINE where it is gone */
  async ask(request: Asking): Promise<Answer> {
    const id = this.#nextId++;
    this.#socket.write(`${JSON.stringify({ id, ...request }, finite)}\n`);
    const answer = JSON.parse(await this.#line()) as Answer;
    if (!answer.ok) throw new HotlapError(answer.code ?? 'ERR_CONTROL_REFUSED', printable(answer.sentence));
    return answer;
  }

  /** All rows of what comes in pages; waits where there are more pages than requests in a second. */
  async all<Row>(command: 'orders' | 'positions' | 'limits'): Promise<Row[]> {
    const rows: Row[] = [];
    for (let after: number | null = 0; after !== null; ) {
      const page = await this.#page(command, after);
      rows.push(...(page[command] as Row[]));
      after = page.next;
    }
    return rows;
  }

  async #page(command: 'orders' | 'positions' | 'limits', after: number): Promise<Page> {
    for (let tries = 0; ; tries += 1) {
      try {
        return (await this.ask({ command, after })).data as Page;
      } catch (error) {
        if ((error as HotlapError).code !== 'ERR_CONTROL_RATE' || tries === MAX_TRIES) throw error;
        await sleep(RATE_PAUSE_MS);
      }
    }
  }

  close(): void {
    this.#socket.destroy();
  }

  async #line(): Promise<string> {
    const late = gone(`The engine behind ${this.#path} has not answered within ${PATIENCE_MS / 1000} s`);
    const limit = setTimeout(() => this.#socket.destroy(late), PATIENCE_MS);
    try {
      for (let end = -1; ; end = this.#text.indexOf('\n')) {
        if (end >= 0) {
          const line = this.#text.slice(0, end);
          this.#text = this.#text.slice(end + 1);
          return line;
        }
        if (this.#text.length > MAX_ANSWER_BYTES)
          throw gone(`${this.#path} says more than 1 MiB: it is no engine of ours`);
        const { done, value } = await this.#chunks.next();
        if (done === true) break;
        this.#text += value;
      }
    } catch (error) {
      if (error instanceof HotlapError) throw error;
    } finally {
      clearTimeout(limit);
    }
    throw gone(`The engine behind ${this.#path} has ended, or closed the connection, before it answered`);
  }
}

/** A socket that somebody else has put there is no engine of ours, whatever it answers. Root may ask any. */
function refuseForeign(path: string): void {
  const user = process.geteuid?.();
  if (user !== 0 && ownerOf(path) !== user) throw new HotlapError('ERR_CONTROL_NO_ENGINE', nobody(path, 'EACCES'));
}

/** Of what is not there, or lies where this user may not look, connect(2) says more: it passes. */
function ownerOf(path: string): number | undefined {
  try {
    return lstatSync(path).uid;
  } catch {
    return process.geteuid?.();
  }
}

/** JSON has null for Infinity and NaN, and null is no limit. */
function finite(key: string, value: unknown): unknown {
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  throw new HotlapError('ERR_USAGE', `${key} cannot be ${value}: give a number.`, { exitStatus: 2 });
}

const gone = (what: string): HotlapError => new HotlapError('ERR_CONTROL_NO_ENGINE', `${what}.`);

function nobody(path: string, code: string): string {
  switch (code) {
    case 'ENOENT':
      return `No engine listens at ${path}: nothing is there. Start one, or name its socket with --socket or its configuration with --config.`;
    case 'ECONNREFUSED':
      return `No engine listens at ${path}: the one that did has ended.`;
    case 'EACCES':
      return `The engine at ${path} belongs to another user: become that user.`;
    default:
      return `No engine can be reached at ${path} (${code}).`;
  }
}
