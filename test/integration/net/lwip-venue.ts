/** `lwip-venue.ts JSON`: a playback whose feed and whose FIX side are on one wire; what comes in goes back. */
import { CAUSE, type PlaybackOptions, STREAM, STREAM_RESULT } from '../../../native/index.ts';
import { provideOptional } from '../../../native/optional-addons.ts';
import { blocks, playback, systemEvent } from '../../support/playback.ts';

export type VenueOptions = Pick<PlaybackOptions, 'group' | 'port' | 'tcpHost' | 'tcpPort' | 'tcpLwip' | 'transmit'> & {
  messages: number;
  everyNs: number;
};

const { messages, everyNs, ...options } = JSON.parse(process.argv[2] as string) as VenueOptions;
provideOptional('lwip');
const events = Array.from({ length: messages }, (_, index) => systemEvent(index * everyNs, index));
const one = playback(blocks(events), { ...options, pace: { mode: 'recorded', factor: 1 } });
one.start();
process.on('message', (what: string) => {
  if (what === 'go') one.go();
  if (what === 'stop') one.stop();
});
process.on('disconnect', () => {
  one.stop();
  process.exit();
});
process.send?.({ port: one.tcpPort });

const { rx, tx, cells } = one;
const turn = (): void => {
  const result = one.poll();
  if (result === STREAM_RESULT.failed || result === STREAM_RESULT.closed) process.send?.({ ended: result });
  const [start, end] = [cells[STREAM.rxStart] as number, cells[STREAM.rxEnd] as number];
  if (start !== end) {
    tx.set(rx.subarray(start, end));
    if (one.send(0, end - start, CAUSE.none) === end - start) cells[STREAM.rxStart] = end;
  }
  setImmediate(turn);
};
turn();
