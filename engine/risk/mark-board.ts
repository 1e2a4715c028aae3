import { POSITION } from '../domain/position.ts';
import type { LossWatchParts } from './loss-watch.ts';

/** Instruments that one look goes over: less than a microsecond. */
const INSTRUMENTS_PER_LOOK = 64;

/**
 * Shows beside the positions, in the house's row, what each instrument is worth: the mid, else the last trade, else what
 * was seen last of either. For threads that see the positions and not the books; so not with each event.
 */
export class MarkBoard {
  private readonly parts: Pick<LossWatchParts, 'positions' | 'registry' | 'references'>;
  private next = 0;

  constructor(parts: Pick<LossWatchParts, 'positions' | 'registry' | 'references'>) {
    this.parts = parts;
  }

  look(): void {
    const { positions, registry, references } = this.parts;
    const instruments = registry.all.length;
    const { all, house } = positions;
    for (let looked = 0; looked < INSTRUMENTS_PER_LOOK && looked < instruments; looked += 1) {
      const handle = this.next < instruments ? this.next : 0;
      this.next = handle + 1;
      const mark = references.of(handle, registry.all[handle]!.book.mid);
      if (!Number.isNaN(mark)) all[positions.at(house, handle) + POSITION.mark] = mark;
    }
  }
}
