/** SIGUSR1 sets the kill switch: all trading stops, what is open is cancelled, and the run goes on without orders. */
import type { EngineHost } from './engine-host.ts';

const SIGNAL = 'SIGUSR1';

/**
 * A signal that came before there was an engine is its first command. From bin/early-kill.js on the process has a listener
 * of its own, so that Node's debugger stays closed before and after this one.
 * @returns what undoes it
 */
export function killOnSignal(host: Pick<EngineHost, 'send'>): () => void {
  const kill = (): void => host.send({ kind: 'kill', scope: { of: 'firm' }, who: 'signal', reason: SIGNAL });
  process.on(SIGNAL, kill);
  if (process.env.HOTLAP_KILL === String(process.pid)) kill();
  return () => process.off(SIGNAL, kill);
}
