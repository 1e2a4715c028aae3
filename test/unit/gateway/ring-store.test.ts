import { afterAll } from 'vitest';
import { type BothSides, leftBy, openBoth, removePlaces } from '../../support/store/killed-store.ts';
import { type OpenedStore, storeConformance } from '../../support/store-conformance.ts';

afterAll(removePlaces);

const closedInOrder = (both: BothSides): OpenedStore => ({
  store: both.store,
  drain: () => both.drain.poll(),
  reopen: () => {
    both.close();
    return closedInOrder(openBoth(both.place));
  },
  close: () => both.close(),
});

/** The process ends without a word, with nothing drained. */
const killed = (both: BothSides): OpenedStore => ({
  store: both.store,
  drain: () => both.drain.poll(),
  reopen: () => {
    const place = leftBy(both.place);
    both.close();
    return killed(openBoth(place));
  },
  close: () => both.close(),
});

/** The host goes down once everything was drained: the numbers go on behind the reserved block. */
const powerLost = (both: BothSides): OpenedStore => ({
  store: both.store,
  drain: () => both.drain.poll(),
  reopen: () => {
    both.drain.poll();
    const place = leftBy(both.place, true);
    both.close();
    return powerLost(openBoth(place));
  },
  close: () => both.close(),
});

storeConformance('RingStore, closed in order,', () => closedInOrder(openBoth()));
storeConformance('RingStore, killed,', () => killed(openBoth()));
storeConformance('RingStore, after a power failure,', () => powerLost(openBoth()));
