import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { ControlMessage } from '../engine.ts';
import { HEARTBEAT } from './heartbeat.ts';

/** Turns between two looks at the port where nobody has asked for one: idle ones are cheap, busy ones belong to the market. */
const IDLE_TURNS = 256;
const BUSY_TURNS = 16_384;
/** Messages taken at one look. */
const MAX_MESSAGES = 16;

/** Commands from the main thread, read inside the loop, where no event of the port ever fires. */
export class ControlChannel {
  private readonly port: MessagePort | undefined;
  private readonly handle: (message: ControlMessage) => void;
  private readonly heartbeat: Int32Array;
  private countdown = IDLE_TURNS;

  constructor(port: MessagePort | undefined, heartbeat: Int32Array, handle: (message: ControlMessage) => void) {
    this.port = port;
    this.heartbeat = heartbeat;
    this.handle = handle;
  }

  /** @param work what the turn has handled so far @returns messages handled */
  poll(work: number): number {
    if (this.port === undefined) return 0;
    this.countdown -= work === 0 ? BUSY_TURNS / IDLE_TURNS : 1;
    if (this.countdown > 0 && this.heartbeat[HEARTBEAT.command] === 0) return 0;
    this.countdown = BUSY_TURNS;
    // Before the port is read: what is sent from now on is seen at the next look.
    Atomics.store(this.heartbeat, HEARTBEAT.command, 0);
    let handled = 0;
    while (handled < MAX_MESSAGES) {
      const received = receiveMessageOnPort(this.port);
      if (received === undefined) break;
      this.handle(received.message as ControlMessage);
      handled += 1;
    }
    return handled;
  }
}
