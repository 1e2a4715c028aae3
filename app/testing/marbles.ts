/** Marble diagrams of RxJS's TestScheduler, on engine time: one frame is one millisecond. */
import type { ObservableNotification } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { HotlapError } from '../../engine/domain/errors.ts';
import type { MarketEvent } from './market-event.ts';

/** A market in marbles: see {@link marbles}. */
export interface MarketMarbles {
  readonly diagram: string;
  /** In the order of time. */
  readonly frames: readonly { readonly ms: number; readonly events: readonly MarketEvent[] }[];
  /** Where the diagram ends. */
  readonly endMs: number;
}

/** Room behind the last event where the diagram has no `|`: for answers to arrive. */
const TAIL_MS = 10;

/**
 * A market as a marble diagram in RxJS's syntax (`'a-b 100ms c|'`): each frame is a millisecond of engine time, each
 * letter stands for an event, or for several, of the table. `|` ends the recording.
 * @throws HotlapError ERR_TEST_MARBLES
 */
export function marbles(
  diagram: string,
  table: Readonly<Record<string, MarketEvent | readonly MarketEvent[]>>,
): MarketMarbles {
  const parsed = parseDiagram(diagram, table);
  const frames = parsed.letters.map(({ ms, value }) => ({ ms, events: Array.isArray(value) ? value : [value] }));
  return { diagram, frames, endMs: parsed.endMs ?? (frames.at(-1)?.ms ?? 0) + TAIL_MS };
}

export interface ParsedDiagram<Value> {
  readonly letters: readonly { readonly ms: number; readonly letter: string; readonly value: Value }[];
  readonly endMs: number | undefined;
}

/** @throws HotlapError ERR_TEST_MARBLES where it is no diagram, or a letter is not in the table */
export function parseDiagram<Value>(diagram: string, table: Readonly<Record<string, Value>>): ParsedDiagram<Value> {
  const letters: { ms: number; letter: string; value: Value }[] = [];
  let endMs: number | undefined;
  for (const { frame, notification } of messagesOf(diagram)) {
    if (notification.kind === 'N') letters.push({ ms: frame, ...letterOf(diagram, notification.value, table) });
    else if (notification.kind === 'C') endMs = frame;
    else throw wrong(diagram, 'a market has no error `#`: leave it out');
  }
  return { letters, endMs };
}

function messagesOf(diagram: string): { frame: number; notification: ObservableNotification<string> }[] {
  try {
    // In run mode a frame is a millisecond, blanks are ignored, and `100ms` is time.
    return new TestScheduler(() => {}).run(() =>
      TestScheduler.parseMarbles(diagram, undefined, undefined, false, true),
    );
  } catch (error) {
    throw wrong(diagram, (error as Error).message.replace(/\.$/, ''));
  }
}

function letterOf<Value>(
  diagram: string,
  letter: string,
  table: Readonly<Record<string, Value>>,
): { letter: string; value: Value } {
  if (Object.hasOwn(table, letter)) return { letter, value: table[letter] as Value };
  throw wrong(
    diagram,
    `its \`${letter}\` is not in the table, which has ${Object.keys(table).join(', ') || 'nothing'}`,
  );
}

const wrong = (diagram: string, why: string): HotlapError =>
  new HotlapError('ERR_TEST_MARBLES', `The marbles \`${diagram}\` cannot be used: ${why}.`, { exitStatus: 2 });
