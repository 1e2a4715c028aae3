/** What a test and its peer in a process of its own say to each other. */
import type { StreamEnd } from './stream-wire.ts';

export interface PeerOptions {
  readonly end: StreamEnd;
  readonly address: string;
  readonly port: number;
}

export type ToPeer =
  /** Behind everything that is still to be sent. */
  | { do: 'send'; bytes: Uint8Array }
  | { do: 'close' }
  /** Reads no more; or again. */
  | { do: 'pause' }
  | { do: 'resume' }
  /** Whatever comes goes back. */
  | { do: 'echo' }
  /** Answered once everything has been told that had come by now. */
  | { do: 'report' };

export type FromPeer =
  | { said: 'listening' }
  | { said: 'opened' }
  | { said: 'reported' }
  | { said: 'received'; bytes: Uint8Array }
  /** And listens again. @param errno 0: in order */
  | { said: 'ended'; errno: number };
