import { expect, it } from 'vitest';
import { allLeft } from '../../../app/cancel-open-orders.ts';
import type { EnginePlan } from '../../../app/engine-plan.ts';
import { openVenueStream, streamBytes } from '../../../app/venue-stream.ts';
import { ORDER_STATE } from '../../../engine/domain/order-state.ts';
import { OrderTable } from '../../../engine/orders/order-table.ts';
import { createOrderTable } from '../../../engine/orders/order-table-layout.ts';
import { createRing, FixOrderGateway, MemoryStore } from '../../../gateway/index.ts';
import { CELLS_DOUBLES } from '../../../native/layout.ts';
import { CONFIG } from '../../support/fix-peer.ts';

it.each([256, 65_536, 1 << 20])("a venue's stream holds a session of %i bytes a message", (maxMessageBytes) => {
  const session = { ...CONFIG, role: 'initiator', maxMessageBytes, lastMsgSeqNumProcessed: true } as const;
  const ring = createRing(streamBytes(session));
  const { stream } = openVenueStream({ venue: { host: '127.0.0.1', port: 1, ring }, session });
  const gateway = new FixOrderGateway({
    stream,
    clock: { cells: new Float64Array(CELLS_DOUBLES), day0Ms: 0 },
    session,
    clOrdIdPrefix: 'x',
    store: new MemoryStore(new Int32Array(2)),
    sink: {
      onExecution() {},
      onInDoubt() {},
      onMassCancel() {},
      onMassStatus() {},
      onSessionUp() {},
      onSessionDown() {},
    },
  });
  expect(gateway.isReady()).toBe(false);
  expect(stream.rx.length).toBeGreaterThan(maxMessageBytes);
});

it('orders that no takeover could reach are told as left, at their venue', () => {
  const orders = createOrderTable(16, 4);
  const source = { mode: 'live', venue: { host: '10.0.0.9', port: 7 } };
  const plan = { memory: { orders }, source } as unknown as EnginePlan;
  expect(allLeft(plan)).toEqual({ open: 0, left: 0, sentence: '' });
  const table = new OrderTable(orders);
  for (const ordinal of [1, 2]) table.state[table.take(ordinal)] = ORDER_STATE.new;
  expect(allLeft(plan)).toEqual({
    open: 2,
    left: 2,
    sentence: '2 of its 2 open orders could not be confirmed as cancelled: check at 10.0.0.9:7',
  });
});
