/** What comes into the loop from outside, kept turn by turn, so that the same loop can run on it again. */
/** Keeps it. Called on the hot thread: bounded, no system call; only a command allocates. */
export interface LoopTape<Command> {
  /** The feed is not polled in this turn. */
  held(): void;
  command(message: Command): void;
  /** The turn is over, and has done something. */
  worked(): void;
}

/** Gives it back. */
export interface TapedTurns<Command> {
  /** Goes to the next turn in which something happened. @returns one of TAPE_ADVANCE */
  advance(): number;
  /** The next command of this turn. */
  command(): Command | undefined;
  /** Where the run has left the tape, as a sentence. Cold. */
  divergence(): string;
}
