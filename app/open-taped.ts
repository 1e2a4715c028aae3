import { createEngine } from '../engine/create-engine.ts';
import { Playback } from '../engine/loop/playback.ts';
import { FixOrderGateway, MemoryStore, StoreFace, StreamFace, TapeStream } from '../gateway/index.ts';
import { CELL, native } from '../native/index.ts';
import { shareFeed } from '../simulator/index.ts';
import type { TapePlan } from './engine-plan.ts';
import {
  arrays,
  engineOptions,
  listened,
  type OpenEngine,
  type OpenOptions,
  playedReceiverOptions,
} from './open-engine.ts';
import { forgetfulJournal } from './rehearsal-journal.ts';
import { playTape } from './tape/loop-tape.ts';
import { streamBytes, validatorOf } from './venue-stream.ts';

/** Opens the engine on the tape of a live run: turns, packets, reports and commands are those of the run. */
export function openTaped(options: OpenOptions, source: TapePlan): OpenEngine {
  const { plan, memory } = options;
  const own = arrays(options);
  const latency = new (native().LatencyRecorder)();
  const tape = playTape(source.ring, own.cells);
  const feed = new (native().FeedReceiver)({
    source: { kind: 'tape', player: tape.player },
    ...playedReceiverOptions(plan, own),
    latency,
    sampleEvery: plan.loop.sampleEvery,
  });
  own.cells[CELL.nowNs] = source.openedNs;
  const sequences = new Int32Array(memory.sequences);
  sequences.set([source.numbers.nextOut, source.numbers.nextIn]);
  let gateway: FixOrderGateway | undefined;
  const engine = createEngine({
    ...engineOptions(options, own, shareFeed(feed, plan.loop.maxInstruments).engine, latency),
    stopAtEnd: source.stopAtSessionEnd,
    played: tape,
    playback: new Playback({
      cells: own.cells,
      heartbeat: new Int32Array(memory.heartbeat),
      speed: 0,
      paused: source.paused,
    }),
    ...(source.journal && {
      journal: forgetfulJournal(source.journal.nextOrdinal),
      recovered: source.journal.recovered,
    }),
    gateway: (sink) => {
      gateway = new FixOrderGateway({
        stream: new StreamFace(new TapeStream(tape.player, tape.entry, own.cells, streamBytes(source.session))),
        clock: own.clock,
        sink: listened(sink, options),
        session: source.session,
        orders: source.orders,
        validator: validatorOf(source.validation),
        clOrdIdPrefix: plan.clOrdIdPrefix,
        store: new StoreFace(new MemoryStore(sequences)),
        latency,
        feedCells: own.cells,
        ...(options.onLog && { onLog: options.onLog }),
      });
      return gateway;
    },
    onTimeKnown: () => gateway?.start(),
  });
  return {
    engine,
    feed,
    cells: own.cells,
    latency,
    receiveTransport: () => feed.transport(),
    sendTransport: () => ({
      backend: 'tape',
      accelerated: false,
      reason: 'what is sent goes nowhere: the answers are those of the run; no network is involved',
    }),
    tapeCutAt: () => null,
    systemCalls: () => ({ feedReceive: 0, fixReceive: 0, fixSend: 0 }),
    close: () => feed.close(),
  };
}
