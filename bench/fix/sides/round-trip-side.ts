/** What both sides of hotlap's round trip share. */
import type { EngineClock } from '../../../engine/ports/clock.ts';
import type { SessionConfig } from '../../../gateway/index.ts';
import { CELL, CELLS_DOUBLES, native, STREAM_CELLS, type TcpStream } from '../../../native/index.ts';

export const PRICE_DECIMALS = 4;
const BUFFER_BYTES = 65_536;
const DAY_MS = 86_400_000;

export const SESSION: Omit<SessionConfig, 'role' | 'senderCompId' | 'targetCompId'> = {
  beginString: 'FIX.4.4',
  heartBtIntMs: 30_000,
  resetOnLogon: true,
  logonTimeoutMs: 5_000,
  logoutTimeoutMs: 2_000,
};

/** Engine time as the loop keeps it: one reading a turn, in a cell. */
export class LoopClock implements EngineClock {
  readonly cells = new Float64Array(CELLS_DOUBLES);
  readonly day0Ms = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  readonly #offsetMs = Float64Array.of(performance.timeOrigin - this.day0Ms);

  constructor() {
    this.tick();
  }

  tick(): void {
    this.cells[CELL.nowNs] = (performance.now() + this.#offsetMs[0]) * 1e6;
  }
}

export const listeningStream = (): TcpStream => stream(0, true);
export const callingStream = (port: number): TcpStream => stream(port, false);

function stream(port: number, listens: boolean): TcpStream {
  return new (native().TcpStream)({
    host: '127.0.0.1',
    port,
    listens,
    rx: new Uint8Array(BUFFER_BYTES),
    tx: new Uint8Array(BUFFER_BYTES),
    cells: new Int32Array(STREAM_CELLS),
    maxPendingBytes: BUFFER_BYTES,
  });
}

/** Only this thread: V8's own stay where the process began. */
export function stayOn(cpu: number): void {
  if (cpu >= 0) native().host.setAffinity([cpu]);
}
