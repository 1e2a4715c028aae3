/** `peer.ts JSON`: the far end of a stream suite, in a process of its own. It takes one connection after the other. */
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { CAUSE, native, STREAM, STREAM_CELLS, STREAM_RESULT, STREAM_STATE } from '../../../native/index.ts';
import type { FromPeer, PeerOptions, ToPeer } from './peer-messages.ts';
import { provide } from './stream-wire.ts';

const BYTES = 65_536;
const IDLE_TURNS = 2_000;
/** What is on the wire is heard within fewer polls. */
const POLLS_OF_REPORT = 20;

const { end, address, port } = JSON.parse(process.argv[2] as string) as PeerOptions;
provide(end);
const stream = new (native().TcpStream)({
  ...{ host: address, port, listens: true, maxPendingBytes: BYTES },
  ...{ rx: new Uint8Array(BYTES), tx: new Uint8Array(BYTES), cells: new Int32Array(STREAM_CELLS) },
  ...(end.lwip !== undefined && { lwip: end.lwip }),
});
const { rx, tx, cells } = stream;
const say = (message: FromPeer): void => void process.send?.(message);

let toSend: Uint8Array[] = [];
let closing = false;
let paused = false;
let echo = false;
let pollsToReport = 0;

process.on('disconnect', () => process.exit());
process.on('message', (message: ToPeer) => {
  if (message.do === 'send') toSend.push(message.bytes);
  else if (message.do === 'close') closing = true;
  else if (message.do === 'echo') echo = true;
  else if (message.do === 'report') pollsToReport = POLLS_OF_REPORT;
  else paused = message.do === 'pause';
});

/** @returns whether anything has left */
function send(): boolean {
  const next = toSend[0]?.subarray(0, BYTES / 2);
  if (cells[STREAM.state] !== STREAM_STATE.open || next === undefined) return false;
  tx.set(next);
  if (stream.send(0, next.length, CAUSE.none) !== next.length) return false;
  const left = (toSend[0] as Uint8Array).subarray(next.length);
  if (left.length === 0) toSend.shift();
  else toSend[0] = left;
  return true;
}

function take(): void {
  if (paused || cells[STREAM.rxStart] === cells[STREAM.rxEnd]) return;
  const bytes = rx.slice(cells[STREAM.rxStart], cells[STREAM.rxEnd]);
  cells[STREAM.rxStart] = cells[STREAM.rxEnd];
  if (echo) toSend.push(bytes);
  else say({ said: 'received', bytes });
}

function listenAgain(): void {
  // As it was: nothing of this connection is in the next one.
  [toSend, closing, paused, echo] = [[], false, false, false];
  const errno = cells[STREAM.errno];
  stream.open();
  say({ said: 'ended', errno });
}

stream.open();
say({ said: 'listening' });
for (let idle = 0; ; ) {
  const result = stream.poll();
  take();
  const sent = send();
  if (result === STREAM_RESULT.opened) say({ said: 'opened' });
  else if (result < 0) listenAgain();
  else if (closing && toSend.length === 0 && cells[STREAM.state] === STREAM_STATE.open) {
    stream.close();
    listenAgain();
  }
  if (pollsToReport > 0 && --pollsToReport === 0) say({ said: 'reported' });
  idle = result !== 0 || sent ? 0 : idle + 1;
  // Two cores, and a test on each: who has nothing to do lets go, and stays quick enough for a retransmission.
  await (idle < IDLE_TURNS ? turn() : sleep(1));
}
