/** A simulator process for tests: `node simulator-process.ts RECORDING PORT [STATE]`. */
import { basename } from 'node:path';
import { runSimulator } from '../../simulator/index.ts';
import { openRecording, settings } from './simulated-market.ts';

const [recording, port, state] = process.argv.slice(2);
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort());
const { rounds } = await runSimulator({
  openRecording: () => openRecording(recording),
  settings: settings({ feed: { group: '127.0.0.1', port: Number(port), interface: '127.0.0.1' } }),
  ...(state !== undefined && { state: { folder: state, ringFile: `/dev/shm/${basename(state)}` } }),
  begin: 'go',
  signal: stopping.signal,
});
console.log(`${rounds} rounds`);
