import type { FeedReceiver } from '../../native/index.ts';
import { CELL, POLL, TAPE_ADVANCE } from '../../native/layout.ts';
import { HotlapError } from '../domain/errors.ts';
import type { CancelSweep } from '../orders/cancel-sweep.ts';
import type { OrderLogWriter } from '../orders/order-log.ts';
import type { StatusQueries } from '../orders/status-queries.ts';
import type { Matching } from '../ports/matching.ts';
import type { OrderGateway } from '../ports/order-gateway.ts';
import type { LoopTape, TapedTurns } from '../ports/tape.ts';
import type { Reconciliation } from '../recovery/reconciliation.ts';
import { type KillRules, LOOK } from '../risk/kill-rules.ts';
import type { ControlChannel } from './control-channel.ts';
import { HEARTBEAT } from './heartbeat.ts';
import type { Idler } from './idler.ts';
import type { Playback } from './playback.ts';
import type { StopSequence } from './stop-sequence.ts';
import type { StrategySet } from './strategy-set.ts';
import type { TimerQueue } from './timer-queue.ts';
import type { TurnWatch } from './turn-watch.ts';

/** Why an engine stops that has had the whole of its feed. */
export const FEED_ENDED = 'the feed has ended';
/** Live: events between two looks at the order session. A recv for each event would sit inside tick-to-order. */
const EVENTS_PER_GATEWAY_POLL = 64;
/** Replay: rounds in which orders and reports may answer each other at one instant. */
const MAX_SETTLE_ROUNDS = 64;
/** Replay: turns in which time may stand still because something is always due. */
const MAX_TURNS_AT_ONE_TIME = 100_000;
/** Free records of the order log below which no market data is taken: one turn writes fewer. */
const ORDER_LOG_RESERVE = 1_024;
/** Turns between two questions of `shouldStop`. */
const TURNS_PER_QUESTION = 64;

export interface LoopParts {
  feed: Pick<FeedReceiver, 'poll'>;
  cells: Float64Array;
  heartbeat: Int32Array;
  gateway: OrderGateway;
  sweep: CancelSweep;
  rules: KillRules;
  queries: StatusQueries;
  reconciliation: Reconciliation;
  matching: Matching | undefined;
  timers: TimerQueue;
  strategies: StrategySet;
  orderLog: OrderLogWriter;
  control: ControlChannel;
  stop: StopSequence;
  /** Keeps what comes in. */
  tape: Pick<LoopTape<never>, 'held' | 'worked'> | undefined;
  /** Gives back what came in: turns are those of the tape, and nothing else is waited for. */
  played: Pick<TapedTurns<never>, 'advance' | 'divergence'> | undefined;
  /** Holds and releases what was recorded; undefined: the feed is live. */
  playback: Playback | undefined;
  idler: Idler;
  turnWatch: TurnWatch | undefined;
  /** Engine time is known: called once, before the first event is told. */
  begin: () => void;
  requestStop: (reason: string) => void;
  stopAtEnd: boolean;
}

/**
 * One turn is a sum: stop, feed, orders, timers, control. Every term is bounded, and 0 where it has changed nothing: a
 * tape has no turns of 0.
 */
export class EngineLoop {
  /** Events told, gaps, turns in which the feed had to wait for the order log. Doubles: they pass 2^31. */
  readonly counters = new Float64Array(3);
  private readonly parts: LoopParts;
  private readonly orderLogReserve: number;
  private begun = false;
  private sinceGatewayPoll = 0;
  private turnsAtOneTime = 0;

  constructor(parts: LoopParts, orderLogRecords: number) {
    this.parts = parts;
    this.orderLogReserve = Math.min(ORDER_LOG_RESERVE, orderLogRecords >> 1);
  }

  turn(): number {
    const { cells, heartbeat, matching, control, sweep, rules, queries, reconciliation, stop, tape } = this.parts;
    const { playback } = this.parts;
    heartbeat[HEARTBEAT.turns] = ((heartbeat[HEARTBEAT.turns] as number) + 1) | 0;
    cells[CELL.turns] = (cells[CELL.turns] as number) + 1;
    const swept = stop.poll() + sweep.poll();
    const look = rules.poll();
    const asked = queries.poll() + reconciliation.poll();
    const own = swept + asked + (look === LOOK.goesOn ? 1 : 0);
    const work = own + (matching === undefined ? this.liveTurn() : this.replayTurn(matching));
    if (playback !== undefined) playback.passed();
    const handled = work + control.poll(work);
    if (tape !== undefined && (handled > 0 || look !== LOOK.none)) tape.worked();
    return handled;
  }

  run(shouldStop: (() => boolean) | undefined): void {
    const { stop, idler, requestStop, played, playback } = this.parts;
    if (played !== undefined) {
      this.play(played);
      return;
    }
    const { turnWatch } = this.parts;
    let untilQuestion = TURNS_PER_QUESTION;
    while (!stop.over) {
      if (turnWatch?.isOn === true) turnWatch.begin();
      const handled = this.turn();
      if (turnWatch?.isOn === true) turnWatch.end();
      untilQuestion -= 1;
      if (handled !== 0) idler.worked();
      else if (playback?.held === true) {
        playback.rest();
        untilQuestion = 0;
      } else idler.idle();
      if (untilQuestion > 0) continue;
      untilQuestion = TURNS_PER_QUESTION;
      if (turnWatch?.isOn === true) turnWatch.begin();
      if (shouldStop !== undefined && !stop.requested && shouldStop()) requestStop('asked to stop');
      if (turnWatch?.isOn === true) turnWatch.end();
    }
  }

  /** A tape's turns, as long as it lasts: what the run did while nothing came in needs no turn. */
  private play(tape: Pick<TapedTurns<never>, 'advance' | 'divergence'>): void {
    const { stop, idler, orderLog, control, playback } = this.parts;
    while (!stop.over) {
      if (playback?.held === true) {
        if (control.look(0) === 0) playback.rest();
        continue;
      }
      if (orderLog.room < this.orderLogReserve) {
        idler.idle();
        continue;
      }
      const next = tape.advance();
      if (next === TAPE_ADVANCE.ready) this.turn();
      else if (next === TAPE_ADVANCE.waiting) {
        if (control.look(0) === 0) idler.idle();
      } else stop.abandon(next === TAPE_ADVANCE.ended ? 'the run ends here' : tape.divergence());
    }
  }

  private liveTurn(): number {
    const fed = this.feedTurn();
    if (!this.begun) this.begin();
    return fed + this.gatewayTurn(fed) + this.parts.timers.poll();
  }

  private gatewayTurn(fed: number): number {
    this.sinceGatewayPoll += 1;
    if (fed !== 0 && this.sinceGatewayPoll < EVENTS_PER_GATEWAY_POLL) return 0;
    this.sinceGatewayPoll = 0;
    return this.parts.gateway.poll();
  }

  /** Recorded time moves only when nothing is left to do at the present instant, so any speed gives the same orders. */
  private replayTurn(matching: Matching): number {
    const { timers, playback, stop } = this.parts;
    if (playback?.held === true && !stop.requested) return 0;
    const work = this.atOneTime() ? 1 : this.feedTurn();
    const settled = this.begun ? this.settle(matching) : 0;
    const fired = timers.poll();
    const resettled = fired > 0 ? this.settle(matching) : 0;
    if (this.begun) this.setDeadline(matching);
    return work + settled + fired + resettled;
  }

  /** True while something is due at the present instant. */
  private atOneTime(): boolean {
    const { cells } = this.parts;
    if (!this.begun || (cells[CELL.deadlineNs] as number) > (cells[CELL.nowNs] as number)) {
      this.turnsAtOneTime = 0;
      return false;
    }
    this.turnsAtOneTime += 1;
    if (this.turnsAtOneTime > MAX_TURNS_AT_ONE_TIME) {
      throw new HotlapError(
        'ERR_REPLAY_STUCK',
        'Recorded time stands still: a timer or the fill model is always due. Look for a timer that restarts itself at once.',
      );
    }
    return true;
  }

  private settle(matching: Matching): number {
    let total = 0;
    for (let round = 0; round < MAX_SETTLE_ROUNDS; round += 1) {
      const handled = matching.poll() + this.parts.gateway.poll();
      if (handled === 0) break;
      total += handled;
    }
    return total;
  }

  private setDeadline(matching: Matching): void {
    const { cells, gateway, timers, queries, sweep, rules, stop, playback } = this.parts;
    timers.nextDue(cells, CELL.deadlineNs);
    if (playback !== undefined) playback.bound();
    const matchingDue = matching.nextDueNs();
    if (matchingDue < (cells[CELL.deadlineNs] as number)) cells[CELL.deadlineNs] = matchingDue;
    if (gateway.nextDueNs !== undefined) {
      const gatewayDue = gateway.nextDueNs();
      if (gatewayDue < (cells[CELL.deadlineNs] as number)) cells[CELL.deadlineNs] = gatewayDue;
    }
    const queryDue = queries.nextDueNs();
    if (queryDue < (cells[CELL.deadlineNs] as number)) cells[CELL.deadlineNs] = queryDue;
    const sweepDue = sweep.nextDueNs();
    if (sweepDue < (cells[CELL.deadlineNs] as number)) cells[CELL.deadlineNs] = sweepDue;
    const rulesDue = rules.nextDueNs();
    if (rulesDue < (cells[CELL.deadlineNs] as number)) cells[CELL.deadlineNs] = rulesDue;
    if (stop.requested && stop.limitNs < (cells[CELL.deadlineNs] as number)) cells[CELL.deadlineNs] = stop.limitNs;
  }

  private feedTurn(): number {
    const { feed, orderLog, matching, strategies } = this.parts;
    if (orderLog.room < this.orderLogReserve) {
      this.counters[2] = (this.counters[2] as number) + 1;
      this.parts.tape?.held();
      return 0;
    }
    const result = feed.poll();
    if (result === POLL.idle) return this.idleFeed();
    if (result === POLL.progress || result === POLL.deadline) return 1;
    if (!this.begun) this.begin();
    if (matching !== undefined) matching.onEvent();
    if (result === POLL.gap) {
      this.counters[1] = (this.counters[1] as number) + 1;
      strategies.feed();
    } else {
      this.counters[0] = (this.counters[0] as number) + 1;
      strategies.event();
    }
    return 1;
  }

  private idleFeed(): number {
    const { cells, matching, stop, requestStop, stopAtEnd } = this.parts;
    if (cells[CELL.sourceEnded] !== 1 && cells[CELL.sessionEnded] !== 1) return 0;
    if (!stop.requested) {
      if (!stopAtEnd) return 0;
      requestStop(FEED_ENDED);
      return 1;
    }
    // Behind the last message no feed moves recorded time on: the stop's own waits do.
    if (matching === undefined || stop.over || cells[CELL.deadlineNs] === Number.POSITIVE_INFINITY) return 0;
    cells[CELL.nowNs] = Math.max(cells[CELL.nowNs] as number, cells[CELL.deadlineNs] as number);
    return 1;
  }

  private begin(): void {
    const { begin, matching, timers, heartbeat, strategies } = this.parts;
    this.begun = true;
    heartbeat[HEARTBEAT.phase] = 1;
    timers.begin();
    begin();
    if (matching !== undefined) this.settle(matching);
    strategies.start();
  }
}
