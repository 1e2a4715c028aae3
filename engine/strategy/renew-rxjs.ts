import { asapScheduler, config } from 'rxjs';

/**
 * Brings a strategy's copy of RxJS back to how it was loaded, between two instances of the strategy: what the former
 * left waiting "at once" when it faulted would hold up the next one's asapScheduler for good, and its handler of
 * unhandled errors would hear of the next one's. Clocks and timers are the next one's as soon as it is set up.
 */
export const renewRxjs = (): void => {
  for (const action of [...asapScheduler.actions]) action.unsubscribe();
  config.onUnhandledError = null;
  config.onStoppedNotification = null;
};
