// SIGUSR1 kills all trading, from the first line on: one that comes before there is an engine is remembered for it
// (app/kill-signal.ts), in the environment, which the restarted image of the process gets as well. The listener stays
// to the end, because without one Node opens its debugger's port on this signal.
import inspector from 'node:inspector';
import { setImmediate } from 'node:timers/promises';

/** Until then a debugger that Node began to open before the first line is open. */
const SETTLED_MS = 100;

export function rememberKills() {
  process.on('SIGUSR1', remember);
  closeDebugger();
  globalThis.setImmediate(closeDebugger);
  setTimeout(closeDebugger, SETTLED_MS).unref();
}

/** What has arrived so far is remembered: the loop delivers a signal, and execve would drop one that waits for it. */
export async function settleKills() {
  await setImmediate();
  closeDebugger();
}

/** The pid guards against a variable that a child inherited. */
function remember() {
  process.env.HOTLAP_KILL = String(process.pid);
}

/** One that nobody asked for was opened by a signal that came before the listener. */
function closeDebugger() {
  const wanted = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].some((flags) => flags.includes('--inspect'));
  if (wanted || inspector.url() === undefined) return;
  inspector.close();
  remember();
}
