import type { EngineStrategy } from '../engine/engine.ts';
import { OrderLogReader } from '../engine/orders/order-log.ts';
import { NO_KILL_RULES } from '../engine/risk/kill-rules.ts';
import { WIDE_LIMITS } from '../engine/risk/limits.ts';
import { StoreFace, StreamFace } from '../gateway/index.ts';
import { CAUSE, CELL, CELLS_DOUBLES, type LatencyRecorder, native, STREAM_CELLS } from '../native/index.ts';
import { DEFAULT_SIMULATION } from './config/index.ts';
import type { EnginePlan, RehearsalPlan, StorePlan } from './engine-plan.ts';
import { giveBackMemory } from './give-back-memory.ts';
import { openReplayInSteps } from './open-replay.ts';
import { rehearsalDriver } from './rehearsal-driver.ts';
import { forgetfulJournal, meetJournal } from './rehearsal-journal.ts';
import { REHEARSAL_SYMBOLS, standIns } from './rehearsal-symbols.ts';
import { ringStoreOf } from './session-store.ts';
import { createPlanMemory } from './shared-memory.ts';
import { atOnce, type Steps } from './steps.ts';

/**
 * Runs the whole path (decoder, book, strategies, risk, FIX, fills) over a synthetic recording with engines that are
 * thrown away, so that V8 has compiled it all before the first real event. Nothing of it is counted or logged.
 * More than one engine: what V8 compiles for the only one it knows, it ties to that engine's own functions and objects,
 * and gives up at the first call of the next. None is over before all have played, since V8 forgets what it has called
 * when that is collected; and the latest stays, without its strategies' streams: with the objects that V8 has written
 * into code, some 330 functions would go.
 */
export function rehearse(plan: EnginePlan, cast: () => readonly EngineStrategy[]): void {
  const rehearsals: Rehearsal[] = [];
  for (const recording of plan.rehearsals) {
    meetSocket();
    if (plan.source.mode === 'live' && plan.source.store !== undefined) meetStore(plan.source.store);
    if (plan.source.mode === 'live' && plan.source.journal !== undefined) meetJournal(plan.source.journal, NOTED_CALLS);
    const strategies = cast();
    giveBack(plan);
    rehearsals.push(rehearsed(plan, recording, strategies));
  }
  for (const rehearsal of rehearsals) rehearsal.close();
  kept.push(...rehearsals.slice(-1));
}

/** For as long as the thread lives. */
const kept: Rehearsal[] = [];

/**
 * Where the loop is played, what the start has left behind goes back before an engine is made. A live loop keeps what it
 * has touched: what it gave back would come again as page faults.
 */
export function giveBack({ source }: EnginePlan): void {
  if (source.mode !== 'live') giveBackMemory();
}

/** Turns between two looks whether a rehearsal is over; the order log has room for what they write. */
const TURNS_PER_LOOK = 64;

/** Calls of a function until V8 begins to note what it is called with, many times over. */
const NOTED_CALLS = 2_000;

/** A rehearsal's bytes go through memory: the calls that will reach a socket meet one as well, which is never opened. */
function meetSocket(): void {
  const bytes = 1_024;
  const stream = new StreamFace(
    new (native().TcpStream)({
      host: '127.0.0.1',
      port: 9,
      rx: new Uint8Array(bytes),
      tx: new Uint8Array(bytes),
      cells: new Int32Array(STREAM_CELLS),
      maxPendingBytes: bytes,
    }),
  );
  for (let call = 0; call < NOTED_CALLS; call += 1) {
    stream.poll();
    stream.send(0, 1, CAUSE.none);
  }
}

/** The same for the store: a rehearsal keeps its messages in memory. What is asked of the durable one changes nothing in it. */
function meetStore(plan: StorePlan): void {
  const ring = ringStoreOf(plan);
  const store = new StoreFace(ring);
  const bytes = new Uint8Array(1);
  for (let call = 0; call < NOTED_CALLS; call += 1) {
    const seq = store.nextSenderMsgSeqNum();
    // One byte of none: refused by the ring itself.
    if (store.lastReservedMsgSeqNum() >= seq) store.keep(seq, bytes, 1, 0);
    store.setNextSender(seq);
    store.setNextTarget(store.nextTargetMsgSeqNum());
    store.read(0, bytes, 0);
    store.oldestKept();
  }
  ring.close();
}

function rehearsed(plan: EnginePlan, recording: RehearsalPlan, strategies: readonly EngineStrategy[]): Rehearsal {
  // The watchdog sees the rehearsal as well: a strategy that never returns may do so here first.
  const { heartbeat } = plan.memory;
  const cast = [...strategies, rehearsalDriver(REHEARSAL_SYMBOLS)];
  const rehearsal = atOnce(openRehearsal(plan, recording, cast, { heartbeat }));
  rehearsal.run();
  new Int32Array(heartbeat).fill(0);
  return rehearsal;
}

export interface Rehearsal {
  /** To its end. */
  run(): void;
  /** @returns whether there is more to play */
  turn(): boolean;
  close(): void;
}

interface RehearsalMemory {
  readonly heartbeat?: SharedArrayBuffer;
  readonly latency?: LatencyRecorder;
}

/** An engine that plays so much of a recording to strategies that it is thrown away with. */
export function* openRehearsal(
  plan: EnginePlan,
  recording: RehearsalPlan,
  strategies: readonly EngineStrategy[],
  { heartbeat, latency }: RehearsalMemory,
): Steps<Rehearsal> {
  const memory = {
    ...createPlanMemory(plan.loop.maxInstruments, strategies.length),
    ...(heartbeat && { heartbeat }),
  };
  yield;
  const open = yield* openReplayInSteps(
    {
      // Recorded time flies here: what suits a day would refuse nearly every order of the driver.
      plan: { ...plan, armed: true, positions: [], risk: WIDE_LIMITS, killRules: NO_KILL_RULES },
      strategies,
      memory,
      ...(plan.source.mode === 'live' && plan.source.journal && { journal: forgetfulJournal() }),
      ...(latency && { latency }),
    },
    { recording, speed: 0, paused: false, simulation: DEFAULT_SIMULATION },
    standIns(),
  );
  const cells = new Float64Array(memory.cells, 0, CELLS_DOUBLES);
  // Nobody else reads this order log, and a full one pauses the feed.
  const orderLog = new OrderLogReader(memory.orderLog);
  const { engine } = open;
  const isOver = (): boolean => {
    orderLog.drain(() => {});
    return cells[CELL.messages] >= recording.messages;
  };
  let turns = 0;
  return {
    run: () => engine.run(isOver),
    turn: () => {
      engine.turn();
      turns += 1;
      return turns % TURNS_PER_LOOK !== 0 || !(engine.stopped || isOver());
    },
    close: () => {
      engine.retire();
      open.close();
    },
  };
}
