import { parentPort, workerData } from 'node:worker_threads';
import { blocks, playback, systemEvent } from '../../support/playback.ts';

const one = playback(blocks([systemEvent(1, 1)]), { port: workerData.port });
one.start();
parentPort?.postMessage('started');
for (;;) one.poll();
