/** A hot thread with a stack of its own that says where it is and then never returns, or ends by itself. */
import { parentPort, workerData } from 'node:worker_threads';
import { CAUSE, native, STREAM_CELLS, STREAM_RESULT, type TcpStreamOptions } from '../../../native/index.ts';
import { provideOptional } from '../../../native/optional-addons.ts';

export interface LwipWorkerData {
  readonly options: Pick<TcpStreamOptions, 'host' | 'port' | 'lwip'>;
  readonly says: string;
  readonly ends: boolean;
}

const BYTES = 16_384;
const { options, says, ends } = workerData as LwipWorkerData;
provideOptional('lwip');
const tx = new Uint8Array(BYTES);
const stream = new (native().TcpStream)({
  ...options,
  ...{ rx: new Uint8Array(BYTES), tx, cells: new Int32Array(STREAM_CELLS), maxPendingBytes: BYTES },
});
stream.open();
let result = 0;
while (result === 0) result = stream.poll();
if (result !== STREAM_RESULT.opened) throw new Error(`the stream said ${result}`);
const { written } = new TextEncoder().encodeInto(says, tx);
if (stream.send(0, written, CAUSE.none) !== written) throw new Error('the stream took no bytes');
parentPort?.postMessage('sent');
while (!ends) stream.poll();
