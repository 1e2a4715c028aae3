/** A simulator process under a parent: told what to play over the IPC channel, then obedient to `go`, `join` and `stop`. */
import { type MarketSettings, runSimulator } from '../simulator/index.ts';
import { simulatorRecording } from './recording/simulator-recording.ts';

/** First message from the parent. */
export interface ChildStart {
  readonly type: 'start';
  readonly recording: string;
  readonly settings: MarketSettings;
}

// Ctrl-C reaches the whole process group; the parent stops first and tells us when.
process.on('SIGINT', () => {});
process.once('message', ({ recording, settings }: ChildStart) => {
  runSimulator({ openRecording: () => simulatorRecording(recording), settings, begin: 'go', ipc: true }).catch(() => {
    // The parent has been told; the status is for whoever reads the process table.
    process.exitCode = 1;
  });
});
