import { HotlapError } from '../../engine/domain/errors.ts';

/** Of what is asked of the world around the loop. Whoever tells it puts file and line before it. */
export const AMBIENT = 'ERR_STRATEGY_AMBIENT';

/** Behind RxJS's own frames the user's still has to be in the stack. */
const FRAMES = 100;

/** @throws HotlapError ERR_STRATEGY_AMBIENT, `WHAT REASON.` */
export const ambient = (what: string, reason: string): never => {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = FRAMES;
  try {
    throw new HotlapError(AMBIENT, `${what} ${reason}.`);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
};

/** Stands for a global: it may be looked at, as libraries do when they are loaded, but not called, and has no values. */
export function guarded(path: string, real: object, reason: string): object {
  // What a function owns for good has to be there unchanged, so the proxy stands on one that owns nothing.
  function stand(): void {}
  return new Proxy(typeof real === 'function' ? stand : {}, {
    apply: () => ambient(`${path}()`, reason),
    construct: () => ambient(`new ${path}()`, reason),
    has: (_, key) => key in real,
    get: (_, key) => {
      const value: unknown = Reflect.get(real, key);
      if (typeof key === 'symbol' || key === 'prototype' || value === undefined) return value;
      const inner = `${path}.${key}`;
      if (typeof value === 'function' || (typeof value === 'object' && value !== null))
        return guarded(inner, value, reason);
      return typeof real === 'function' ? value : ambient(inner, reason);
    },
  });
}
