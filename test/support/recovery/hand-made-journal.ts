import type { JournalRecord } from '../../../app/recovery/recovered-state.ts';
import { ORDER_STATE } from '../../../engine/domain/order-state.ts';
import {
  EXEC_ID_BYTES,
  IMAGE,
  IMAGE_BYTES,
  IMAGE_DOUBLES,
  JOURNAL_KIND,
  type JournalOpened,
} from '../../../engine/journal/records.ts';

export type ImageFields = Partial<Record<keyof typeof IMAGE, number>> & { execId?: string };

export const json = (kind: number, value: unknown): JournalRecord => ({
  kind,
  payload: new TextEncoder().encode(JSON.stringify(value)),
});

/** An order image: a buy of 100 at 10.00 of instrument 0 by strategy 0, sent and unanswered, where nothing else is said. */
export const image = (kind: number, { execId = '', ...fields }: ImageFields): JournalRecord => {
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
  const payload = new Uint8Array(IMAGE_BYTES);
  payload.set(new Uint8Array(slots.buffer));
  payload[IMAGE_BYTES - EXEC_ID_BYTES] = execId.length;
  payload.set(new TextEncoder().encode(execId), IMAGE_BYTES - EXEC_ID_BYTES + 1);
  return { kind, payload };
};

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
