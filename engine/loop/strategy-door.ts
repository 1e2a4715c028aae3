/**
 * Between one instance of a strategy and the engine. An instance that is being set up beside the one that trades changes
 * nothing yet: its interests wait, its orders are refused. One whose place another has taken is not heard any more.
 */
export class StrategyDoor {
  /** Bytes, so that the way of every order reads no more than one: 1 while it is open. */
  readonly isOpen = new Uint8Array(1);
  /** Timers that were set before it opened. */
  readonly timers: number[] = [];
  /** By handle, what was wanted before it opened. */
  readonly interests = new Map<number, { readonly classes: number; readonly hearers: object }>();
  /** What reached the end of a stream before it opened. */
  raised: { readonly error: unknown } | null = null;
  private isRetired = false;

  static open(): StrategyDoor {
    const door = new StrategyDoor();
    door.isOpen[0] = 1;
    return door;
  }

  get isTrial(): boolean {
    return this.isOpen[0] === 0 && !this.isRetired;
  }

  admit(): void {
    this.isOpen[0] = 1;
  }

  retire(): void {
    this.isOpen[0] = 0;
    this.isRetired = true;
  }
}
