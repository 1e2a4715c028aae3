/** What a stream once answered, it answers again from the tape: call by call, whatever lies between. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openTape, playTape } from '../../../app/tape/loop-tape.ts';
import { openTapeDrain, tapeFolderOf } from '../../../app/tape/tape-drain.ts';
import { feedTape } from '../../../app/tape/tape-feeder.ts';
import type { ControlMessage } from '../../../engine/engine.ts';
import { type ByteStream, TapeStream, TapingStream } from '../../../gateway/index.ts';
import {
  CAUSE,
  CELL,
  CELLS_DOUBLES,
  STREAM,
  STREAM_CELLS,
  STREAM_RESULT,
  TAPE_ADVANCE,
} from '../../../native/index.ts';

const BYTES = 1 << 20;
const TURNS = 3_000;

const folder = mkdtempSync(join(tmpdir(), 'tape-stream-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let state = 7;
const below = (limit: number): number => {
  state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
  return (state >>> 8) % limit;
};

/** A stream with moods: what it answers is random, and noted. */
class MoodyStream implements ByteStream {
  readonly rx = new Uint8Array(BYTES);
  readonly tx = new Uint8Array(BYTES);
  readonly cells = new Int32Array(STREAM_CELLS);

  open(): void {
    this.cells.fill(0);
  }

  poll(): number {
    if (below(3) === 0) this.cells[STREAM.txPending] = below(3) * 100;
    if (below(4) !== 0) return 0;
    if (below(20) === 0) {
      this.cells[STREAM.errno] = below(200);
      return [STREAM_RESULT.opened, STREAM_RESULT.closed, STREAM_RESULT.failed][below(3)] as number;
    }
    const length = 1 + below(below(50) === 0 ? 300_000 : 400);
    const end = this.cells[STREAM.rxEnd] as number;
    for (let at = end; at < end + length; at += 1) this.rx[at] = below(256);
    this.cells[STREAM.rxEnd] = end + length;
    return length;
  }

  send(_offset: number, length: number): number {
    if (below(3) === 0) this.cells[STREAM.txPending] = below(1_000);
    return below(10) === 0 ? ([STREAM_RESULT.full, STREAM_RESULT.failed][below(2)] as number) : length;
  }

  close(): void {}
}

/** What the session sees of a call. */
const seen = (stream: ByteStream, result: number): string =>
  [
    result,
    stream.cells[STREAM.txPending],
    stream.cells[STREAM.errno],
    Buffer.from(stream.rx.subarray(stream.cells[STREAM.rxStart], stream.cells[STREAM.rxEnd])).toString('latin1'),
  ].join('|');

/** Takes what has come, as a session does, and leaves the last few bytes of it. */
function consume(stream: ByteStream): void {
  const { cells } = stream;
  cells[STREAM.rxStart] = Math.max(cells[STREAM.rxStart] as number, (cells[STREAM.rxEnd] as number) - 3);
}

test('every answer comes again in its turn, with the bytes, the cells and the commands', async () => {
  const run = join(folder, 'run');
  mkdirSync(run);
  const drain = openTapeDrain(run);
  const cells = new Float64Array(CELLS_DOUBLES);
  const tape = openTape(drain.ringFile, cells);
  cells[CELL.nowNs] = 123;
  tape.opened();
  const moody = new MoodyStream();
  const taping = new TapingStream(moody, tape.writer, cells);
  const script: { turn: number; calls: string[]; said: string[]; command: ControlMessage | undefined }[] = [];
  for (let turn = 1; turn <= TURNS; turn += 1) {
    cells[CELL.turns] = turn;
    cells[CELL.nowNs] = 123 + turn;
    const calls: string[] = [];
    const said: string[] = [];
    for (let call = below(4); call > 0; call -= 1) {
      const isPoll = below(2) === 0;
      calls.push(isPoll ? 'poll' : 'send');
      said.push(seen(taping, isPoll ? taping.poll() : taping.send(0, 77, CAUSE.none)));
      consume(moody);
      // A stream moves what was not taken to its front.
      if ((moody.cells[STREAM.rxEnd] as number) > BYTES / 2) {
        moody.rx.copyWithin(0, moody.cells[STREAM.rxStart], moody.cells[STREAM.rxEnd]);
        moody.cells[STREAM.rxEnd] -= moody.cells[STREAM.rxStart] as number;
        moody.cells[STREAM.rxStart] = 0;
      }
    }
    const command: ControlMessage | undefined =
      below(50) === 0
        ? { kind: 'kill', scope: { of: 'strategy', name: `ä${turn}` }, reason: 'tried', who: 'test' }
        : undefined;
    if (command !== undefined) tape.command(command);
    tape.worked();
    script.push({ turn, calls, said, command });
  }
  expect(tape.writer.cutAt).toBe(0);
  tape.writer.close();
  drain.close();

  const feed = feedTape(tapeFolderOf(run));
  expect(feed.openedNs).toBe(123);
  const playedCells = new Float64Array(CELLS_DOUBLES);
  const played = playTape(feed.ring, playedCells);
  const stream = new TapeStream(played.player, played.entry, playedCells, BYTES);
  for (const { turn, calls, said, command } of script) {
    let next: number = TAPE_ADVANCE.waiting;
    while (next === TAPE_ADVANCE.waiting) {
      next = played.advance();
      if (next === TAPE_ADVANCE.waiting) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(next).toBe(TAPE_ADVANCE.ready);
    // The loop counts the turn as it begins.
    expect(playedCells[CELL.turns]).toBe(turn - 1);
    playedCells[CELL.turns] = turn;
    const again = calls.map((call) => {
      const answer = seen(stream, call === 'poll' ? stream.poll() : stream.send(0, 77));
      consume(stream);
      return answer;
    });
    expect(again).toEqual(said);
    expect(played.command()).toEqual(command);
    expect(played.command()).toBeUndefined();
  }
  expect(played.advance()).toBe(TAPE_ADVANCE.ended);
  feed.close();
});
