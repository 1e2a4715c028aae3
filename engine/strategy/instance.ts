import type { config } from 'rxjs';
import type { EngineTime } from './engine-time.ts';
import type { KeptCells } from './kept-cells.ts';

/**
 * What is one instance's alone in a library that serves all strategies of a file: its time, its named numbers, and what
 * it has set in RxJS's `config`.
 */
export class Instance {
  /** null until it is hosted. */
  time: EngineTime | null = null;
  kept: KeptCells | null = null;
  onUnhandledError: typeof config.onUnhandledError = null;
  onStoppedNotification: typeof config.onStoppedNotification = null;

  /** From now on the library serves this one: the first thing in every call of the engine. */
  enter(): void {
    current = this;
  }
}

let current = new Instance();

/** Whose code runs. */
export const currentInstance = (): Instance => current;
