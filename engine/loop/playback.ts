import { CELL } from '../../native/layout.ts';
import { HEARTBEAT } from './heartbeat.ts';

/** Events told and engine time at which the present step or seek is over; Infinity: never. */
const EVENTS = 0;
const TIME_NS = 1;

/** How long a held loop sleeps at most: commands wake it. */
const REST_MS = 10;

export type PlaybackState = 'playing' | 'paused' | 'stepping' | 'seeking';

export interface PlaybackReport {
  readonly state: PlaybackState;
  /** Engine time, and sequence number of the last message applied. */
  readonly timeNs: number;
  readonly sequence: number;
  /** Of recorded time; 0: as fast as it can. */
  readonly speed: number;
}

export interface PlaybackOptions {
  readonly cells: Float64Array;
  readonly heartbeat: Int32Array;
  /** 0: as fast as it can. */
  readonly speed: number;
  readonly paused: boolean;
  /** Sets the feed's speed, counted from now. Absent: it has none, and always comes as fast as it is taken. */
  readonly pace?: (speed: number) => void;
}

/**
 * How what was recorded plays: on, not at all, for some events, up to a time. Holding stops recorded time itself, so
 * whatever is done here, the orders are the same.
 */
export class Playback {
  /** No market data is taken, and time stands still. */
  held: boolean;
  private readonly options: PlaybackOptions;
  private readonly limits = Float64Array.of(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
  private state: PlaybackState;
  /** After the seek it plays on. */
  private goesOn = false;
  private speed: number;

  constructor(options: PlaybackOptions) {
    this.options = options;
    this.held = options.paused;
    this.state = options.paused ? 'paused' : 'playing';
    this.speed = options.speed;
  }

  /** Engine time, in ns. */
  get nowNs(): number {
    return this.options.cells[CELL.nowNs] as number;
  }

  get isPaced(): boolean {
    return this.options.pace !== undefined;
  }

  /** After each turn: is the step or the seek over? */
  passed(): void {
    const { limits } = this;
    const { cells } = this.options;
    if (
      (cells[CELL.events] as number) >= (limits[EVENTS] as number) ||
      (cells[CELL.nowNs] as number) >= (limits[TIME_NS] as number)
    )
      this.arrived();
  }

  /** Sooner than this no feed may move time: see CELL.deadlineNs. */
  bound(): void {
    const { cells } = this.options;
    if ((this.limits[TIME_NS] as number) < (cells[CELL.deadlineNs] as number))
      cells[CELL.deadlineNs] = this.limits[TIME_NS] as number;
  }

  /** What a held loop does instead of turning at full speed. */
  rest(): void {
    Atomics.wait(this.options.heartbeat, HEARTBEAT.command, 0, REST_MS);
  }

  pause(): void {
    this.enter('paused');
  }

  resume(): void {
    this.enter('playing');
  }

  /** Plays so many events, as fast as it can, then holds. */
  stepEvents(events: number): void {
    this.enter('stepping');
    this.limits[EVENTS] = (this.options.cells[CELL.events] as number) + events;
  }

  stepNs(ns: number): void {
    this.enter('stepping');
    this.limits[TIME_NS] = this.nowNs + ns;
  }

  /** Plays as fast as it can up to a time, then holds where it was held, and goes on where it was not. */
  seek(timeNs: number): void {
    const { state, goesOn } = this;
    this.enter('seeking');
    this.goesOn = state === 'playing' || (state === 'seeking' && goesOn);
    this.limits[TIME_NS] = timeNs;
  }

  setSpeed(speed: number): void {
    this.speed = speed;
    if (this.state === 'playing') this.options.pace?.(speed);
  }

  report(): PlaybackReport {
    const { cells } = this.options;
    return {
      state: this.state,
      timeNs: this.nowNs,
      sequence: cells[CELL.sequence] as number,
      speed: this.speed,
    };
  }

  private arrived(): void {
    this.enter(this.goesOn ? 'playing' : 'paused');
  }

  private enter(state: PlaybackState): void {
    this.state = state;
    this.held = state === 'paused';
    this.goesOn = false;
    this.limits.fill(Number.POSITIVE_INFINITY);
    // Also where the speed stays: what a pause has taken is not to be caught up with.
    this.options.pace?.(state === 'playing' ? this.speed : 0);
  }
}
