/** What both processes of the kill -9 test share: a store, a clock, and logs that survive them. */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type ByteStream, RingStore, type SessionConfig, StoreDrain } from '../../../gateway/index.ts';
import { CELL, CELLS_DOUBLES, native, STREAM, STREAM_CELLS } from '../../../native/index.ts';
import '../run/keep-compiled.ts';

export interface SideOptions {
  /** Of this side: state and logs. */
  folder: string;
  ringFile: string;
  port: number;
  orders: number;
}

export const optionsOf = (argument: string | undefined): SideOptions => JSON.parse(argument ?? '') as SideOptions;

export const INITIATOR: SessionConfig = {
  role: 'initiator',
  beginString: 'FIX.4.4',
  senderCompId: 'TRADER',
  targetCompId: 'VENUE',
  heartBtIntMs: 1_000,
  resetOnLogon: false,
  logonTimeoutMs: 2_000,
  logoutTimeoutMs: 1_000,
  resendTimeoutMs: 2_000,
};

export const ACCEPTOR: SessionConfig = {
  ...INITIATOR,
  role: 'acceptor',
  senderCompId: 'VENUE',
  targetCompId: 'TRADER',
};

const DRAIN_EVERY_MS = 5;

/** A log with one write for each line or chunk, appended by the kernel: what was written is there after a kill -9. */
export class Log {
  readonly #fd: number;

  constructor(folder: string, name: string) {
    this.#fd = openSync(join(folder, name), 'a', 0o600);
  }

  write(chunk: string | Uint8Array): void {
    if (typeof chunk === 'string') writeSync(this.#fd, chunk);
    else writeSync(this.#fd, chunk);
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/** Whole lines of a log, which a process may have left in the middle of one. */
export function linesOf(file: string): string[] {
  let text = '';
  try {
    text = readFileSync(file, 'latin1');
  } catch {
    return [];
  }
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1);
}

/** Store and clock of one process; drained on the thread that trades, so that a kill hits the drain as well. */
export class Side {
  readonly drain: StoreDrain;
  readonly store: RingStore;
  readonly cells = new Float64Array(CELLS_DOUBLES);
  readonly day0Ms = Math.floor(Date.now() / 86_400_000) * 86_400_000;
  #drainAtMs = 0;

  constructor({ folder, ringFile }: SideOptions) {
    this.drain = new StoreDrain({ folder: join(folder, 'state'), ringFile });
    this.store = new RingStore(this.drain);
    this.tick();
  }

  tick(): void {
    const nowMs = performance.timeOrigin + performance.now();
    this.cells[CELL.nowNs] = Math.floor((nowMs - this.day0Ms) * 1e6);
    if (nowMs < this.#drainAtMs) return;
    this.#drainAtMs = nowMs + DRAIN_EVERY_MS;
    if (this.drain.poll() < 0) throw this.drain.failure;
  }

  close(): void {
    this.store.close();
    this.drain.close();
  }
}

/** A native TCP stream; everything that it receives goes to a log first. */
export function tappedTcp(port: number, listens: boolean, log: Log): ByteStream {
  const stream = new (native().TcpStream)({
    host: '127.0.0.1',
    port,
    listens,
    rx: new Uint8Array(1 << 18),
    tx: new Uint8Array(1 << 18),
    cells: new Int32Array(STREAM_CELLS),
    maxPendingBytes: 1 << 18,
  });
  const { rx, tx, cells } = stream;
  return {
    rx,
    tx,
    cells,
    open: () => stream.open(),
    close: () => stream.close(),
    send: (offset, length, cause) => stream.send(offset, length, cause),
    poll: () => {
      const before = (cells[STREAM.rxEnd] as number) - (cells[STREAM.rxStart] as number);
      const event = stream.poll();
      const end = cells[STREAM.rxEnd] as number;
      const received = end - (cells[STREAM.rxStart] as number) - before;
      if (received > 0) log.write(rx.subarray(end - received, end));
      return event;
    },
  };
}
