/**
 * `node test/acceptance/echo-acceptor.ts --port N`: an acceptor for the public acceptance definitions. On one port it
 * offers a session for each FIX version, with an application behind it that echoes orders. Prints `listening on PORT`;
 * with --verbose what the sessions say. With --lwip (LwipOptions as JSON) and --address its TCP is production's, by lwIP.
 */
import { createServer } from 'node:net';
import { parseArgs } from 'node:util';
import { FixMessage, FRAME, Framer, PARSE } from 'fix-parser';
import { CELL, CELLS_DOUBLES } from '../../native/layout.ts';
import { provideOptional } from '../../native/optional-addons.ts';
import { EchoSession } from './echo/echo-session.ts';
import { type Identity, identify } from './echo/identities.ts';
import { type ConnectedSocket, endGracefully } from './echo/socket-stream.ts';
import { serveStreams } from './echo/stream-server.ts';

const POLL_MS = 5;
const MAX_POLLS = 1_000;
/** A Logon is shorter, and comes soon. */
const MAX_LOGON_BYTES = 4_096;
const LOGON_MS = 10_000;

const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    verbose: { type: 'boolean', default: false },
    lwip: { type: 'string' },
    address: { type: 'string', default: '127.0.0.1' },
  },
});
if (values.port === undefined || !/^\d{1,5}$/.test(values.port)) {
  process.stderr.write('usage: echo-acceptor.ts --port N [--verbose]\n');
  process.exit(2);
}

const day0Ms = Math.floor(Date.now() / 86_400_000) * 86_400_000;
const clock = { cells: new Float64Array(CELLS_DOUBLES), day0Ms };
const log = (text: string): void => {
  if (values.verbose) process.stderr.write(`${text}\n`);
};
/** Of those who have called; opened with the first call. */
const sessions = new Map<Identity, Promise<EchoSession>>();
const open: EchoSession[] = [];

function sessionOf(identity: Identity): Promise<EchoSession> {
  let session = sessions.get(identity);
  if (session === undefined) {
    session = EchoSession.open(identity, clock, log).then((opened) => {
      open.push(opened);
      return opened;
    });
    sessions.set(identity, session);
  }
  return session;
}

function poll(): void {
  clock.cells[CELL.nowNs] = (Date.now() - day0Ms) * 1e6;
  for (const session of open) for (let i = 0; i < MAX_POLLS && session.poll() > 0; i++);
}

/** Hands a new connection to the session that its first message names; anybody else is closed without a byte. */
function onConnection(socket: ConnectedSocket): void {
  const framer = new Framer({ maxMessageBytes: MAX_LOGON_BYTES, resync: 'bodyLength' });
  const message = new FixMessage();
  let received: Uint8Array = new Uint8Array(0);
  socket.setNoDelay(true);
  socket.on('error', (error) => log(`connection: ${error.message}`));
  const timeout = setTimeout(() => endGracefully(socket), LOGON_MS);
  socket.on('close', () => clearTimeout(timeout));
  const onData = async (bytes: Uint8Array): Promise<void> => {
    received = Buffer.concat([received, bytes]);
    const found = framer.next(received, 0, received.length);
    if (found === FRAME.incomplete) return;
    socket.off('data', onData);
    clearTimeout(timeout);
    const ok = found === FRAME.message && message.parse(received, framer.start, framer.end) === PARSE.ok;
    const identity = ok ? identify(message) : undefined;
    // Not a byte is lost, nor the end, while the session opens.
    socket.pause();
    const session = identity === undefined ? undefined : await sessionOf(identity);
    if (session === undefined || socket.destroyed || !session.accept(socket, received, poll)) {
      endGracefully(socket);
      return;
    }
    socket.resume();
    poll();
  };
  socket.on('data', onData);
}

const onListening = (port: number): void => void process.stdout.write(`listening on ${port}\n`);

function serveByNode(address: string, port: number): void {
  const server = createServer(onConnection);
  server.on('error', (error) => {
    process.stderr.write(`cannot listen on port ${port}: ${error.message}\n`);
    process.exit(1);
  });
  server.listen(port, address, () => onListening((server.address() as { port: number }).port));
}

if (values.lwip === undefined) {
  serveByNode(values.address, Number(values.port));
} else {
  provideOptional('lwip');
  const at = { address: values.address, port: Number(values.port), lwip: JSON.parse(values.lwip) };
  void serveStreams(at, onConnection, onListening);
}
setInterval(poll, POLL_MS);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(0));
