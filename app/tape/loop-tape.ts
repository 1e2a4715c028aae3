/** The hot thread's ends of a tape: what the loop is given from outside goes onto it, or comes from it. */
import type { ControlMessage } from '../../engine/engine.ts';
import type { LoopTape, TapedTurns } from '../../engine/ports/tape.ts';
import { CELL, native, TAPE_ENTRY, TAPE_MAX_ENTRY, type TapePlayer, type TapeWriter } from '../../native/index.ts';

const NOTHING = new Uint8Array(0);

export interface OpenTape extends LoopTape<ControlMessage> {
  readonly writer: TapeWriter;
  /** The feed is open: from here on turns are counted. */
  opened(): void;
}

/** @param ringFile of the TapeDrain @param cells of the receiver, which is made after this */
export function openTape(ringFile: string, cells: Float64Array): OpenTape {
  const writer = new (native().TapeWriter)({ ringFile, cells });
  const encoder = new TextEncoder();
  return {
    writer,
    opened: () => void writer.note(TAPE_ENTRY.opened, 0, 0, NOTHING, 0, 0),
    held: () => void writer.note(TAPE_ENTRY.held, 0, 0, NOTHING, 0, 0),
    worked: () => void writer.worked(),
    command: (message) => {
      const bytes = encoder.encode(JSON.stringify(message));
      writer.note(TAPE_ENTRY.command, 0, 0, bytes, 0, bytes.length);
    },
  };
}

export interface PlayedTape extends TapedTurns<ControlMessage> {
  readonly player: TapePlayer;
  /** The two numbers of the entry that was taken last. */
  readonly entry: Int32Array;
}

/** @param ring the byte ring that a TapeFeeder fills */
export function playTape(ring: SharedArrayBuffer, cells: Float64Array): PlayedTape {
  const entry = new Int32Array(2);
  const player = new (native().TapePlayer)({ ring: new Uint8Array(ring), cells, entry });
  const bytes = new Uint8Array(TAPE_MAX_ENTRY);
  const decoder = new TextDecoder();
  return {
    player,
    entry,
    advance: () => player.advance(),
    command: () => {
      const length = player.take(TAPE_ENTRY.command, -1, bytes, 0);
      return length < 0 ? undefined : (JSON.parse(decoder.decode(bytes.subarray(0, length))) as ControlMessage);
    },
    divergence: () =>
      `this engine does not do what the run did: from turn ${cells[CELL.turns]} on (${cells[CELL.nowNs]} ns of engine time) it took other packets, reports or commands`,
  };
}
