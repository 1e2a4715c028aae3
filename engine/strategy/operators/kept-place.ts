import type { Subscriber } from 'rxjs';
import { HotlapError } from '../../domain/errors.ts';
import { keptNumbers } from '../kept-cells.ts';
import type { Place } from './numbers.ts';

/** What every operator that counts takes. */
export interface KeepOptions {
  /**
   * Name under which its numbers go on in the strategy's next version, and over a restart where state is saved. Absent:
   * each subscription begins anew.
   */
  readonly keep?: string;
}

/** Where an operator counts that keeps its numbers under a name: for one subscription at a time. */
export class KeptPlace implements Place {
  readonly numbers: Float64Array;
  readonly at = 0;
  private readonly name: string;
  private isUsed = false;

  /** @param shape what the numbers mean, as `ema(20)` */
  constructor(name: string, shape: string, length: number) {
    this.name = name;
    this.numbers = keptNumbers(name, shape, length);
  }

  /** @throws HotlapError ERR_STATE_NAME */
  takeFor(destination: Subscriber<unknown>): void {
    if (this.isUsed) {
      throw new HotlapError(
        'ERR_STATE_NAME',
        `What keeps its numbers as '${this.name}' is subscribed to twice: share() it, or give each a name of its own.`,
      );
    }
    this.isUsed = true;
    destination.add(() => {
      this.isUsed = false;
    });
  }
}
