import { parentPort, workerData } from 'node:worker_threads';
import { CAUSE, STREAM, STREAM_RESULT } from '../../../native/index.ts';
import { connect } from '../../support/tcp.ts';

const stream = connect(workerData.port);
while (stream.poll() !== STREAM_RESULT.opened);
while (stream.cells[STREAM.txPending] === 0) stream.send(0, 65_536, CAUSE.none);
parentPort?.postMessage('pending');
for (;;) stream.poll();
