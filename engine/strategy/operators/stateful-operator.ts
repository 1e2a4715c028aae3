import type { Subscriber } from 'rxjs';
import { HotlapError } from '../../domain/errors.ts';
import type { ViewOperator } from '../borrowed-stream.ts';
import { keptNumbers } from '../kept-cells.ts';
import { type Place, placeFor } from './numbers.ts';
import { viewOperator } from './view-operator.ts';

/** What every operator that counts takes. */
export interface KeepOptions {
  /**
   * Name under which its numbers go on in the strategy's next version, and over a restart where state is saved. Absent:
   * each subscription begins anew.
   */
  readonly keep?: string;
}

/**
 * An operator that counts in numbers, all 0 at the beginning. With a name they are the operator's and have one
 * subscription at a time, without one each subscription has its own.
 * @param shape what the numbers mean, as `ema(20)`
 */
export const statefulOperator = <In, Out>(
  { keep }: KeepOptions,
  shape: string,
  length: number,
  connect: (destination: Subscriber<Out>, place: Place) => Subscriber<In>,
): ViewOperator<In, Out> => {
  if (keep === undefined) return viewOperator((destination) => connect(destination, placeFor(length)));
  const place = { numbers: keptNumbers(keep, shape, length), at: 0 };
  let isUsed = false;
  return viewOperator((destination) => {
    if (isUsed) {
      throw new HotlapError(
        'ERR_STATE_NAME',
        `What keeps its numbers as '${keep}' is subscribed to twice: share() it, or give each a name of its own.`,
      );
    }
    isUsed = true;
    destination.add(() => {
      isUsed = false;
    });
    return connect(destination, place);
  });
};

const MOST = 1 << 20;

/** A count that an operator is given. @throws HotlapError ERR_OPERATOR_WINDOW */
export const checkedWindow = (operator: string, window: number, least = 1): number => {
  if (Number.isSafeInteger(window) && window >= least && window <= MOST) return window;
  throw new HotlapError(
    'ERR_OPERATOR_WINDOW',
    `${operator} takes a whole number from ${least} to ${MOST}, not ${String(window)}.`,
  );
};
