import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { ControlMessage } from '../engine.ts';
import type { LoopTape, TapedTurns } from '../ports/tape.ts';
import { isQuestion } from './commands.ts';
import { HEARTBEAT } from './heartbeat.ts';

/** Turns between two looks at the port where nobody has asked for one: idle ones are cheap, busy ones belong to the market. */
const IDLE_TURNS = 256;
const BUSY_TURNS = 16_384;
/** Messages taken at one look. */
const MAX_MESSAGES = 16;

export interface ControlParts {
  readonly port?: MessagePort;
  readonly tape?: LoopTape;
  /** Commands are taken from it instead. */
  readonly played?: TapedTurns;
  readonly heartbeat: Int32Array;
  readonly handle: (message: ControlMessage) => void;
}

/** Commands from the main thread, read inside the loop, where no event of the port ever fires. */
export class ControlChannel {
  private readonly parts: ControlParts;
  private countdown = IDLE_TURNS;

  constructor(parts: ControlParts) {
    this.parts = parts;
  }

  /** @param work what the turn has handled so far @returns messages handled */
  poll(work: number): number {
    const { port, played, heartbeat } = this.parts;
    if (played !== undefined) return this.play(played);
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
    const { tape, handle } = this.parts;
    if (tape !== undefined && !isQuestion(message)) tape.command(message);
    handle(message);
  }

  private play(played: TapedTurns): number {
    let handled = 0;
    for (let message = played.command(); message !== undefined; message = played.command()) {
      this.parts.handle(message);
      handled += 1;
    }
    return handled;
  }
}
