import type { JournalRecord } from '../../../app/recovery/recovered-state.ts';
import { ORDER_STATE } from '../../../engine/domain/order-state.ts';
import {
  EXEC_ID_BYTES,
  EXECUTION_ID_BYTES,
  EXECUTION_IMAGE,
  EXECUTION_IMAGE_BYTES,
  EXECUTION_IMAGE_DOUBLES,
  IMAGE,
  IMAGE_BYTES,
  IMAGE_DOUBLES,
  JOURNAL_KIND,
  type JournalOpened,
} from '../../../engine/journal/records.ts';
import { EXECUTION, hashOf } from '../../../engine/orders/executions.ts';

export type ExecutionFields = Partial<Record<keyof typeof EXECUTION_IMAGE, number>> & { execId: string };
export type ImageFields = Partial<Record<keyof typeof IMAGE, number>> & {
  execId?: string;
  executions?: readonly ExecutionFields[];
};

export const json = (kind: number, value: unknown): JournalRecord => ({
  kind,
  payload: new TextEncoder().encode(JSON.stringify(value)),
});

/** An order image: a buy of 100 at 10.00 of instrument 0 by strategy 0, sent and unanswered, where nothing else is said. */
export const image = (kind: number, { execId = '', executions = [], ...fields }: ImageFields): JournalRecord => {
  const slots = new Float64Array(IMAGE_DOUBLES);
  const all: ImageFields = {
    key: 1,
    side: 1,
    price: 100_000,
    quantity: 100,
    leaves: 100,
    state: ORDER_STATE.pendingNew,
    ...fields,
  };
  all.ordinal ??= all.key ?? 1;
  for (const [name, value] of Object.entries(all)) slots[IMAGE[name as keyof typeof IMAGE]] = value as number;
  const payload = new Uint8Array(IMAGE_BYTES + executions.length * EXECUTION_IMAGE_BYTES);
  payload.set(new Uint8Array(slots.buffer));
  payload[IMAGE_BYTES - EXEC_ID_BYTES] = execId.length;
  payload.set(new TextEncoder().encode(execId), IMAGE_BYTES - EXEC_ID_BYTES + 1);
  for (const [index, each] of executions.entries())
    putExecution(payload, IMAGE_BYTES + index * EXECUTION_IMAGE_BYTES, each);
  return { kind, payload };
};

/** A live execution of order 1, strategy 0, where nothing else is said. */
function putExecution(payload: Uint8Array, from: number, { execId, ...fields }: ExecutionFields): void {
  const slots = new Float64Array(payload.buffer, from, EXECUTION_IMAGE_DOUBLES);
  const name = new TextEncoder().encode(execId);
  const all = {
    key: 1,
    side: 1,
    status: EXECUTION.live,
    idLength: name.length,
    idHash: hashOf(name, 0, name.length),
    ...fields,
  };
  for (const [name, value] of Object.entries(all)) slots[EXECUTION_IMAGE[name as keyof typeof EXECUTION_IMAGE]] = value;
  payload.set(name.subarray(0, EXECUTION_ID_BYTES), from + EXECUTION_IMAGE_DOUBLES * 8);
}

export const opened = (strategies: string[], more: Partial<JournalOpened> = {}): JournalRecord =>
  json(JOURNAL_KIND.opened, {
    version: '0',
    day0Ms: 0,
    startMs: 0,
    pid: 1,
    clOrdIdPrefix: 'K-',
    strategies,
    ...more,
  } satisfies JournalOpened);

export const instrument = (handle: number, symbol: string): JournalRecord =>
  json(JOURNAL_KIND.instrument, { handle, symbol, priceScale: 10_000, multiplier: 1 });

export const carried = json(JOURNAL_KIND.carried, {});

/** A run with strategy `maker` and AAPL as instrument 0. */
export const begun = (): JournalRecord[] => [opened(['maker']), instrument(0, 'AAPL'), carried];
