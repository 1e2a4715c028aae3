import { HotlapError } from '../../domain/errors.ts';

const MOST = 1 << 20;

/** A count that an operator is given. @throws HotlapError ERR_OPERATOR_WINDOW */
export const checkedWindow = (operator: string, window: number, least = 1): number => {
  if (Number.isSafeInteger(window) && window >= least && window <= MOST) return window;
  throw new HotlapError(
    'ERR_OPERATOR_WINDOW',
    `${operator} takes a whole number from ${least} to ${MOST}, not ${String(window)}.`,
  );
};
