/** `fix-peer.ts JSON`: the acceptor of an exchange of FIX messages, in a process of its own; counts are said at its end. */
import { setImmediate as turn } from 'node:timers/promises';
import { native, STREAM_CELLS } from '../../../native/index.ts';
import { FixEnd } from './fix-end.ts';
import type { PeerOptions } from './peer-messages.ts';

const BYTES = 65_536;

const { address, port, messages } = JSON.parse(process.argv[2] as string) as PeerOptions & { messages: number };
const stream = new (native().TcpStream)({
  ...{ host: address, port, listens: true, maxPendingBytes: BYTES },
  ...{ rx: new Uint8Array(BYTES), tx: new Uint8Array(BYTES), cells: new Int32Array(STREAM_CELLS) },
});
process.on('disconnect', () => process.exit());
const end = new FixEnd(stream, 'acceptor', messages);
process.send?.('listening');
while (!end.hasEnded) {
  end.turn();
  await turn();
}
process.send?.(end.counts());
