/** What a run's folder has of its orders, in order: records of orders.csv, and between them those of refusals.csv. */
import { HotlapError } from '../../engine/domain/errors.ts';
import { ORDER_LOG } from '../../engine/orders/order-log.ts';
import { REFUSAL_LOG } from '../../engine/orders/refusal-log.ts';
import { csvLines } from '../run-directory/order-lines.ts';

export interface LogEvent {
  /** Whether it is of refusals.csv: `values` are a REFUSAL_LOG then, else an ORDER_LOG. */
  readonly refused: boolean;
  readonly values: readonly number[];
  readonly line: string;
  /** Which one of the order log, from 1; of a refusal, the one before it. */
  readonly record: number;
  /** Counts the feed's sessions: where sequence numbers begin anew, it is one more. */
  readonly session: number;
  readonly sequence: number;
}

/** Where in the feed something happened: negative, zero or positive as of a sort. */
export const comparePlace = (
  a: Pick<LogEvent, 'session' | 'sequence'>,
  b: Pick<LogEvent, 'session' | 'sequence'>,
): number => a.session - b.session || a.sequence - b.sequence;

export const ORDER_HEADER = Object.keys(ORDER_LOG).join(',');
export const REFUSAL_HEADER = Object.keys(REFUSAL_LOG).join(',');

/** @throws HotlapError ERR_RUN_FOLDER_CONTENT where the columns are not those of this version */
export function* logEvents(orders: string, refusals: string): Generator<LogEvent> {
  const refused = linesOf(refusals, REFUSAL_HEADER);
  let refusal = refused.next();
  let record = 0;
  let session = 0;
  let last = 0;
  const event = (isRefusal: boolean, line: string, values: readonly number[], sequence: number): LogEvent => {
    if (sequence < last) session += 1;
    last = sequence;
    return { refused: isRefusal, values, line, record, session, sequence };
  };
  function* refusalsBefore(count: number): Generator<LogEvent> {
    for (; refusal.done !== true; refusal = refused.next()) {
      const values = numbers(refusal.value);
      if ((values[REFUSAL_LOG.orderRecords] as number) > count) return;
      yield event(true, refusal.value, values, values[REFUSAL_LOG.sequence] as number);
    }
  }
  try {
    for (const line of linesOf(orders, ORDER_HEADER)) {
      yield* refusalsBefore(record);
      record += 1;
      const values = numbers(line);
      yield event(false, line, values, values[ORDER_LOG.sequence] as number);
    }
    yield* refusalsBefore(Number.POSITIVE_INFINITY);
  } finally {
    refused.return(undefined);
  }
}

const numbers = (line: string): number[] => line.split(',').map(Number);

function* linesOf(file: string, header: string): Generator<string> {
  const lines = csvLines(file);
  const { value } = lines.next();
  if (value !== header) {
    lines.return(undefined);
    throw new HotlapError(
      'ERR_RUN_FOLDER_CONTENT',
      `${file} has other columns than this hotlap writes: it is of another version. Run both with the same hotlap, and compare those.`,
    );
  }
  yield* lines;
}
