/** Stores as a process leaves them that ends without a word: what lies in folder and ring at that moment is copied. */
import { copyFileSync, cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RingStore, StoreDrain, type StoreOptions } from '../../../gateway/index.ts';

export type Sizes = Omit<StoreOptions, 'folder' | 'ringFile'>;

export interface StorePlace {
  readonly folder: string;
  readonly ringFile: string;
}

const places: string[] = [];

/** A place for a store that `removePlaces` takes away. */
export function newPlace(): StorePlace {
  const root = mkdtempSync(join(tmpdir(), 'hotlap-store-'));
  places.push(root);
  return { folder: join(root, 'state'), ringFile: join(root, 'ring') };
}

export function removePlaces(): void {
  for (const place of places.splice(0)) rmSync(place, { recursive: true, force: true });
}

/** What a process that ends here leaves: `powerLoss` takes the shared memory with it. */
export function leftBy(place: StorePlace, powerLoss = false): StorePlace {
  const next = newPlace();
  cpSync(place.folder, next.folder, { recursive: true, mode: 0 });
  if (!powerLoss && existsSync(place.ringFile)) copyFileSync(place.ringFile, next.ringFile);
  return next;
}

export interface BothSides {
  readonly place: StorePlace;
  readonly drain: StoreDrain;
  readonly store: RingStore;
  close(): void;
}

export const SMALL: Sizes = { ringBytes: 1 << 16, segmentBytes: 1 << 16, blockNumbers: 1_000 };

export function openBoth(place: StorePlace = newPlace(), sizes: Sizes = SMALL): BothSides {
  const drain = new StoreDrain({ ...place, ...sizes });
  const store = new RingStore(drain);
  return {
    place,
    drain,
    store,
    close: () => {
      store.close();
      drain.close();
    },
  };
}
