import { asapScheduler, config } from 'rxjs';
import { dateTimestampProvider } from 'rxjs/internal/scheduler/dateTimestampProvider';
import { immediateProvider } from 'rxjs/internal/scheduler/immediateProvider';
import { intervalProvider } from 'rxjs/internal/scheduler/intervalProvider';
import { timeoutProvider } from 'rxjs/internal/scheduler/timeoutProvider';
import { keepIn } from './kept-cells.ts';

/**
 * Brings a strategy's copy of RxJS back to how it was loaded, between two instances of the strategy: what the former
 * left waiting "at once" when it faulted would hold up the next one's asapScheduler for good, and its handler of
 * unhandled errors would hear of the next one's. Clocks and timers are the next one's as soon as it is set up; what is
 * thrown in a stream before that, while the file is loaded, has nobody to report it later, and operators that are made
 * before it have no place for what they keep.
 */
export const renewRxjs = (): void => {
  keepIn(null);
  for (const action of [...asapScheduler.actions]) action.unsubscribe();
  config.onUnhandledError = null;
  config.onStoppedNotification = null;
  for (const provider of [intervalProvider, immediateProvider, dateTimestampProvider]) provider.delegate = undefined;
  timeoutProvider.delegate = {
    setTimeout: ((report: () => void) => report()) as never,
    clearTimeout: () => {},
  };
};
