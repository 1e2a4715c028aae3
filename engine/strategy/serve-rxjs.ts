/** One copy of RxJS for all strategies of a file: its clocks, timers and configuration are those of whoever's code runs. */
import { asapScheduler, config } from 'rxjs';
import { dateTimestampProvider } from 'rxjs/internal/scheduler/dateTimestampProvider';
import { immediateProvider } from 'rxjs/internal/scheduler/immediateProvider';
import { intervalProvider } from 'rxjs/internal/scheduler/intervalProvider';
import { performanceTimestampProvider } from 'rxjs/internal/scheduler/performanceTimestampProvider';
import { timeoutProvider } from 'rxjs/internal/scheduler/timeoutProvider';
import { type EngineTime, MIN_DELAY_MS } from './engine-time.ts';
import { currentInstance, Instance } from './instance.ts';

type Callback = (...args: unknown[]) => void;

/** Of the instance whose code runs, which is hosted: before that RxJS has no time to ask. */
const time = (): EngineTime => currentInstance().time as EngineTime;

/** RxJS on engine time, from the moment that an instance is hosted. */
export const serveRxjs = (): void => {
  timeoutProvider.delegate = {
    setTimeout: ((handler: Callback, timeoutMs?: number, ...args: unknown[]) => {
      // Without a delay it is RxJS reporting an error that nobody handled: it arrives right after the handler.
      if (timeoutMs === undefined) return time().soon(() => handler(...args));
      return time().start(timeoutMs, true, () => handler(...args));
    }) as never,
    clearTimeout: (handle: unknown) => time().clear(handle),
  };
  intervalProvider.delegate = {
    setInterval: ((handler: Callback, timeoutMs = MIN_DELAY_MS, ...args: unknown[]) =>
      time().start(timeoutMs, false, () => handler(...args))) as never,
    clearInterval: (handle: unknown) => time().clear(handle),
  };
  immediateProvider.delegate = {
    setImmediate: ((handler: () => void) => time().soon(handler)) as never,
    clearImmediate: (handle: unknown) => time().clear(handle),
  };
  dateTimestampProvider.delegate = { now: () => time().nowMs() };
  performanceTimestampProvider.delegate = { now: () => time().nowMs() };
  ownConfig();
};

/**
 * A new instance, before its file is evaluated: what that sets is its own. It has no time yet, so that clocks and timers
 * of RxJS are those of the globals, which refuse; what is thrown in a stream has nobody to report it later. None of the
 * library's other instances is heard any more, or not yet.
 */
export const newInstance = (): Instance => {
  forgetSoon();
  for (const provider of [intervalProvider, immediateProvider, dateTimestampProvider, performanceTimestampProvider])
    provider.delegate = undefined;
  timeoutProvider.delegate = {
    setTimeout: ((report: () => void) => report()) as never,
    clearTimeout: () => {},
  };
  ownConfig();
  const instance = new Instance();
  instance.enter();
  return instance;
};

/**
 * Gives up what waits to run "at once" and never will: of a file that is evaluated, of an instance that faulted. The next
 * one's asapScheduler would wait behind it for good. Of others nothing waits: each call of the engine is settled.
 */
export const forgetSoon = (): void => {
  for (const action of [...asapScheduler.actions]) action.unsubscribe();
};

/** What one instance sets in `config` is nothing to the others. */
const ownConfig = (): void => {
  for (const name of ['onUnhandledError', 'onStoppedNotification'] as const) {
    Object.defineProperty(config, name, {
      configurable: true,
      enumerable: true,
      get: () => currentInstance()[name],
      set: (handler) => {
        currentInstance()[name] = handler;
      },
    });
  }
};
