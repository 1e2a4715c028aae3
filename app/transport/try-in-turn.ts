/** A list of transports from first to last: what opens is used, what does not is passed over and says why. */
import { EXCLUDED_BY_POLICY, type PassedOver } from '../../report/run-result.ts';

export interface Candidate<Backend extends string> {
  readonly backend: Backend;
  /** Why it is not tried. */
  readonly excluded?: string;
}

export interface Chosen<Backend extends string, T> {
  readonly opened: T;
  readonly backend: Backend;
  readonly passedOver: PassedOver[];
}

/** @param before what was passed over earlier @returns what `open` made of the first that it could open, and those before it */
export function tryInTurn<Backend extends string, T>(
  candidates: readonly Candidate<Backend>[],
  open: (backend: Backend) => T,
  before: readonly PassedOver[] = [],
): Chosen<Backend, T> | { readonly passedOver: PassedOver[] } {
  const passedOver = [...before];
  for (const { backend, excluded } of candidates) {
    try {
      if (excluded === undefined) return { opened: open(backend), backend, passedOver };
      passedOver.push(exclusionOf(backend, excluded));
    } catch (error) {
      passedOver.push(refusalOf(backend, error));
    }
  }
  return { passedOver };
}

export const exclusionOf = (backend: string, reason: string): PassedOver => ({
  backend,
  code: EXCLUDED_BY_POLICY,
  reason,
});

/** A refusal has a code and a sentence; anything else is a fault of ours, and no reason to fall back. */
export function refusalOf(backend: string, error: unknown): PassedOver {
  const { code, message } = error as { code?: unknown; message: string };
  if (typeof code !== 'string') throw error;
  return { backend, code, reason: message.replace(/\.$/, '') };
}
