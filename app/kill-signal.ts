/** SIGUSR1 sets the kill switch: all trading stops, what is open is cancelled, and the run goes on without orders. */
import type { EngineHost } from './engine-host.ts';

/** Node would open its debugger's port on this signal; with a listener it does not. */
const SIGNAL = 'SIGUSR1';

/** @returns what undoes it */
export function killOnSignal(host: EngineHost): () => void {
  const kill = (): void => host.send({ kind: 'kill', scope: { of: 'firm' }, who: 'signal', reason: SIGNAL });
  process.on(SIGNAL, kill);
  return () => process.off(SIGNAL, kill);
}
