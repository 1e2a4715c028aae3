import { receiveMessageOnPort } from 'node:worker_threads';
import type { ControlMessage, EngineOptions } from '../engine.ts';
import type { TapedTurns } from '../ports/tape.ts';
import { isQuestion } from './commands.ts';
import { HEARTBEAT } from './heartbeat.ts';

/** Turns between two looks at the port where nobody has asked for one: idle ones are cheap, busy ones belong to the market. */
const IDLE_TURNS = 256;
const BUSY_TURNS = 16_384;
/** Messages taken at one look. */
const MAX_MESSAGES = 16;

/** Where commands come from: a port, beside a tape that keeps them, or the tape of another run. */
export type CommandSource = Pick<EngineOptions, 'control' | 'tape' | 'played'>;

/** Commands from the main thread, read inside the loop, where no event of the port ever fires. */
export class ControlChannel {
  private readonly source: CommandSource;
  private readonly heartbeat: Int32Array;
  private readonly handle: (message: ControlMessage) => void;
  private readonly abandon: (reason: string) => void;
  private countdown = IDLE_TURNS;

  /** @param abandon ends a tape's turns: what would follow a stop is not on it */
  constructor(
    source: CommandSource,
    heartbeat: Int32Array,
    handle: (message: ControlMessage) => void,
    abandon: (reason: string) => void,
  ) {
    this.source = source;
    this.heartbeat = heartbeat;
    this.handle = handle;
    this.abandon = abandon;
  }

  /** @param work what the turn has handled so far @returns messages handled */
  poll(work: number): number {
    const { played } = this.source;
    const given = played === undefined ? 0 : this.play(played);
    return given + this.look(work);
  }

  /** What was sent to this loop, and is of no tape. @param work as of `poll` @returns messages handled */
  look(work: number): number {
    const { source, heartbeat } = this;
    const { control: port } = source;
    if (port === undefined) return 0;
    this.countdown -= work === 0 ? BUSY_TURNS / IDLE_TURNS : 1;
    if (this.countdown > 0 && heartbeat[HEARTBEAT.command] === 0) return 0;
    this.countdown = BUSY_TURNS;
    // Before the port is read: what is sent from now on is seen at the next look.
    Atomics.store(heartbeat, HEARTBEAT.command, 0);
    let handled = 0;
    while (handled < MAX_MESSAGES) {
      const received = receiveMessageOnPort(port);
      if (received === undefined) break;
      this.take(received.message as ControlMessage);
      handled += 1;
    }
    return handled;
  }

  private take(message: ControlMessage): void {
    if (this.source.played !== undefined && message.kind === 'stop') {
      this.abandon(message.reason);
      return;
    }
    if (!isQuestion(message)) this.source.tape?.command(message);
    this.handle(message);
  }

  private play(played: TapedTurns<ControlMessage>): number {
    let handled = 0;
    for (let message = played.command(); message !== undefined; message = played.command()) {
      this.handle(message);
      handled += 1;
    }
    return handled;
  }
}
