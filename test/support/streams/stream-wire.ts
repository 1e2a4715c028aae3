/** What the conformance suite of streams knows of a transport: two hosts' worth of ends, and how each makes its TCP. */
import type { LwipOptions } from '../../../native/index.ts';
import { type OptionalAddonName, provideOptional } from '../../../native/optional-addons.ts';

/** Where an end's TCP comes from; plain data, so that a process of its own can be told. */
export interface StreamEnd {
  /** Absent: the kernel's. */
  readonly lwip?: LwipOptions;
  /** Addons that the calling thread needs for it. */
  readonly addons: readonly OptionalAddonName[];
}

export interface StreamWire {
  /** Of the test: it calls. */
  readonly near: StreamEnd;
  /** Of the peer: it listens. */
  readonly far: StreamEnd & { readonly address: string };
  /** Moves the calling thread to where the near end is. @returns what brings it back */
  enter(): () => void;
  /** Runs where the far end is. */
  atFar<Result>(work: () => Result): Result;
  /** Nothing arrives of what the far host's kernel, where there is one, says in the name of a process that has died. */
  silenceFar(silent: boolean): void;
  close(): void;
}

export interface StreamTransport {
  readonly name: string;
  /** Why it cannot be had here. */
  readonly unavailable: string | undefined;
  /** As the near end reports itself. */
  readonly backend: string;
  readonly accelerated: boolean;
  make(): StreamWire;
}

export const provide = ({ addons }: StreamEnd): void => {
  for (const name of addons) provideOptional(name);
};
