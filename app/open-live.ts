import { createEngine } from '../engine/create-engine.ts';
import { RingJournal } from '../engine/journal/ring-journal.ts';
import { FixOrderGateway, MemoryStore, StoreFace, StreamFace, TapingStream } from '../gateway/index.ts';
import { CELL, native, STREAM } from '../native/index.ts';
import { shareFeed } from '../simulator/index.ts';
import type { LivePlan } from './engine-plan.ts';
import { arrays, engineOptions, listened, type OpenEngine, type OpenOptions, receiverOptions } from './open-engine.ts';
import { openRing } from './order-journal.ts';
import { ringStoreOf } from './session-store.ts';
import { openTape } from './tape/loop-tape.ts';
import { openReceiver } from './transport/open-receiver.ts';
import { openVenueStream, validatorOf } from './venue-stream.ts';

/**
 * Opens the engine on what is real: the feed by the transport that its list and policy lead to, a FIX session over TCP,
 * behind the same two faces as in a replay, so that what a rehearsal has compiled serves here.
 */
export function openLive(options: OpenOptions, source: LivePlan): OpenEngine {
  const { plan, memory } = options;
  const own = arrays(options);
  const latency = new (native().LatencyRecorder)();
  const tape = source.tape && openTape(source.tape.ringFile, own.cells);
  const {
    receiver: feed,
    backend,
    transport: receiveTransport,
  } = openReceiver(
    source.feed,
    (from) =>
      new (native().FeedReceiver)({
        source: from,
        ...receiverOptions(plan, own),
        latency,
        sampleEvery: plan.loop.sampleEvery,
        monotonicOffsetNs: source.monotonicOffsetNs,
        ...(tape && { tape: tape.writer }),
      }),
  );
  tape?.opened();
  options.onReceiving?.(backend, receiveTransport());
  const { stream, transport } = openVenueStream(source, { latency, feed: { feed: source.feed, backend } });
  options.onSending?.(transport());
  const onSessionUp = (): void => {
    // What a connection is accelerated by is known once it stands.
    options.onSending?.(transport());
    options.onSessionUp?.();
  };
  const ring = source.journal && openRing(source.journal);
  const durable = source.store === undefined ? undefined : ringStoreOf(source.store);
  const store = new StoreFace(durable ?? new MemoryStore(new Int32Array(memory.sequences)));
  let gateway: FixOrderGateway | undefined;
  const engine = createEngine({
    ...engineOptions(options, own, shareFeed(feed, plan.loop.maxInstruments).engine, latency),
    stopAtEnd: source.stopAtSessionEnd,
    ...(tape && { tape }),
    ...(source.journal &&
      ring && {
        journal: new RingJournal(ring, new Int32Array(source.journal.cells)),
        recovered: source.journal.recovered,
      }),
    gateway: (sink) => {
      gateway = new FixOrderGateway({
        stream: new StreamFace(tape === undefined ? stream : new TapingStream(stream, tape.writer, own.cells)),
        clock: own.clock,
        sink: listened(sink, { onSessionUp }),
        session: source.session,
        orders: source.orders,
        validator: validatorOf(source.validation),
        clOrdIdPrefix: plan.clOrdIdPrefix,
        store,
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
    receiveTransport,
    sendTransport: transport,
    tapeCutAt: () => tape?.writer.cutAt || null,
    systemCalls: () => ({
      feedReceive: own.cells[CELL.receiveCalls],
      fixReceive: stream.cells[STREAM.receiveCalls],
      fixSend: stream.cells[STREAM.sendCalls],
    }),
    close: () => {
      tape?.writer.close();
      stream.close();
      durable?.close();
      ring?.close();
      feed.close();
    },
  };
}
