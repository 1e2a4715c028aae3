import { expect, it } from 'vitest';
import { recoveringEngine } from '../../support/recovery/recovering-engine.ts';

/** An engine that refuses to arm behind orders that the venue alone knows, and its venue, which has so many of them. */
const refusing = () => {
  const made = recoveringEngine([], { unknownOrders: 'refuse' }, true);
  const { gateway, settle, logOn, status } = made;
  const answer = (...ordinals: number[]): void => {
    for (const ordinal of ordinals) status(ordinal, '0', 0, { massStatus: true });
    gateway.sink.onMassStatus(gateway.massStatuses.at(-1) as number, ordinals.length);
    settle();
  };
  return {
    ...made,
    answer,
    reconnect: () => {
      gateway.interruptSession('the line is dead');
      settle();
      logOn();
    },
  };
};

it('what a person has overruled is no reason against a later reconnection; what is new there is', () => {
  const { logOn, answer, reconnect, engine, gateway, settle, recovery, order } = refusing();
  logOn();
  answer(77);
  expect(recovery()).toMatchObject({ state: 'refused', findings: { unknown: 1 } });
  engine.arm();
  settle();
  reconnect();
  answer(77);
  expect(recovery()).toMatchObject({ state: 'reconciled', refusal: '', rounds: 2, findings: { unknown: 1 } });
  expect(order()).toBe('sent');
  reconnect();
  answer(77, gateway.last.ordinal, 78);
  expect(recovery()).toMatchObject({ state: 'refused', findings: { unknown: 2 } });
  expect(recovery().refusal).toMatch(/^The engine does not arm: 1 order /);
});

it('what nobody has overruled yet stays a reason when the connection is lost in between', () => {
  const { logOn, answer, reconnect, status, recovery, order } = refusing();
  logOn();
  status(77, '0', 0, { massStatus: true });
  reconnect();
  answer(77);
  expect(recovery()).toMatchObject({ state: 'refused', rounds: 2 });
  expect(order()).not.toBe('sent');
  reconnect();
  answer(77);
  expect(recovery()).toMatchObject({ state: 'refused', rounds: 3 });
});
