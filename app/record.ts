/** `hotlap record`: live groups to pcapng files. A native thread receives, this one writes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { HotlapError } from '../engine/domain/errors.ts';
import { native, type PacketRecorder } from '../native/index.ts';
import type { RecordResult } from '../report/record-result.ts';
import { launchState } from './launch-state.ts';
import type { RecordOptions } from './options.ts';
import { FileSeries } from './record/file-series.ts';
import { LossTeller, lostOf } from './record/losses.ts';
import { describe, type OpenedInput, openInputs } from './record/open-inputs.ts';
import { version } from './version.ts';

const PHASE_RECORDING = 1;
const PHASE_COMPLETE = 2;
/** The ring holds many times what comes in it. */
const LOOK_EVERY_MS = 10;
/** What only a system call tells is asked for so often. */
const ASK_EVERY_MS = 1_000;

export interface Recorded {
  readonly result: RecordResult;
  /** What went wrong on the way; what was written before is in the result, and on the disk. */
  readonly failure: HotlapError | null;
}

export async function record(options: RecordOptions): Promise<Recorded> {
  const { hotCore } = launchState();
  const recorder = new (native().PacketRecorder)({
    ringBytes: options.ringBytes,
    naps: options.idle === 'backoff',
    ...(hotCore !== null && { cpu: hotCore }),
    ...(options.maxPackets !== null && { maxPackets: options.maxPackets }),
  });
  try {
    return await recordInto(recorder, options);
  } finally {
    recorder.close();
  }
}

async function recordInto(recorder: PacketRecorder, options: RecordOptions): Promise<Recorded> {
  const inputs = openInputs(recorder, options.feeds);
  const series = await FileSeries.open(recorder, {
    ...options.files,
    application: `hotlap ${version()}`,
    interfaces: inputs.map(describe),
    onFile: ({ file, packets }) => options.onLog?.('info', `${file} is complete, with ${packets} packets.`),
  });
  const losses = new LossTeller(inputs, options.ringBytes, (text) => options.onLog?.('warn', text));
  const startMs = performance.now();
  let failure: HotlapError | null = null;
  let ended: RecordResult['ended'] = 'failure';
  try {
    recorder.start();
    for (const { groups, interface: name, transport } of inputs)
      options.onLog?.(
        'info',
        `Recording ${groups.join(', ')} on ${name} by ${transport.backend} (${transport.reason}).`,
      );
    ended = await whileRecording(recorder, series, losses, options);
    recorder.stop();
    while (await series.drain());
    await series.finish(untold(recorder, series), commentOf(recorder));
  } catch (error) {
    recorder.stop();
    if (!(error instanceof HotlapError)) throw error;
    failure = error;
    ended = 'failure';
    await series.abandon();
  }
  losses.look(recorder.inputs(), true);
  const result = resultOf(recorder, inputs, series, (performance.now() - startMs) / 1e3, ended);
  return { result, failure };
}

async function whileRecording(
  recorder: PacketRecorder,
  series: FileSeries,
  losses: LossTeller,
  { seconds, signal, onProgress }: RecordOptions,
): Promise<RecordResult['ended']> {
  const until = seconds === null ? Number.POSITIVE_INFINITY : performance.now() + seconds * 1_000;
  let askMs = performance.now() + ASK_EVERY_MS;
  while (recorder.phase() === PHASE_RECORDING) {
    if (signal?.aborted === true) return 'signal';
    const nowMs = performance.now();
    if (nowMs >= until) return 'seconds';
    if (nowMs >= askMs) {
      askMs = nowMs + ASK_EVERY_MS;
      recorder.askLosses();
    }
    const more = await series.drain();
    losses.look(recorder.inputs());
    onProgress?.({ step: 'recording', done: series.packets, total: 0, unit: 'packets' });
    if (!more) await sleep(LOOK_EVERY_MS);
  }
  return recorder.phase() === PHASE_COMPLETE ? 'packets' : 'signal';
}

/** Behind the last packet, so that no block tells of them. */
const untold = (recorder: PacketRecorder, series: FileSeries): number[] =>
  recorder.inputs().map((input, index) => lostOf(input) - series.toldLost(index));

const sumOf = <T>(list: readonly T[], value: (each: T) => number): number =>
  list.reduce((sum, each) => sum + value(each), 0);

function lossesOf(recorder: PacketRecorder) {
  const inputs = recorder.inputs();
  const transport = sumOf(inputs, ({ dropped }) => dropped);
  const ring = sumOf(inputs, ({ groups }) => sumOf(groups, ({ crowdedOut }) => crowdedOut));
  return { packets: transport + ring, transport, ring };
}

/** For the statistics of the last file: where the packets of the whole recording were lost. */
function commentOf(recorder: PacketRecorder): string {
  const { packets, transport, ring } = lossesOf(recorder);
  if (packets === 0) return '';
  const groups = recorder
    .inputs()
    .flatMap((input) => input.groups)
    .filter(({ crowdedOut }) => crowdedOut > 0)
    .map(({ group, crowdedOut }) => `${group}: ${crowdedOut}`);
  const slow = groups.length === 0 ? '' : ` (${groups.join(', ')})`;
  return `Of the whole recording ${packets} packets were lost: ${transport} in the buffers of sockets and devices, ${ring} because the disk was too slow${slow}.`;
}

function resultOf(
  recorder: PacketRecorder,
  opened: readonly OpenedInput[],
  series: FileSeries,
  seconds: number,
  ended: RecordResult['ended'],
): RecordResult {
  const inputs = recorder.inputs().map((input, index) => {
    const { transport, interface: name, frames } = opened[index] as OpenedInput;
    const { dropped, fragments, oversized, malformed, foreign } = input;
    return {
      transport,
      interface: name,
      frames,
      dropped,
      skipped: { fragments, oversized, malformed, foreign },
      groups: input.groups.map(({ group, packets, bytes, crowdedOut: lost }) => ({ group, packets, bytes, lost })),
    };
  });
  const received = sumOf(inputs, ({ groups }) => sumOf(groups, ({ packets }) => packets));
  return {
    files: series.files,
    removedFiles: series.removed,
    packets: series.packets,
    seconds,
    lost: { ...lossesOf(recorder), unwritten: received - series.packets },
    inputs,
    ended,
  };
}
