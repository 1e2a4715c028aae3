/** The control socket of one run, where one is wanted. */
import { resolve } from 'node:path';
import type { ControlSettings } from '../config/control-schema.ts';
import type { Controlled } from './answer-requests.ts';
import { answerRequests } from './answer-requests.ts';
import { ControlServer } from './control-server.ts';
import { type RunningKind, register } from './running-engines.ts';

/** In `stateDir` of a venue. */
export const SOCKET_NAME = 'control.sock';

export interface OpenControl {
  serve(engine: Controlled): void;
  close(): void;
}

export const NO_CONTROL: OpenControl = { serve: () => {}, close: () => {} };

/**
 * @param folder relative paths start here
 * @param fallback folder of the socket where the settings name none; null: without a name there is no socket
 */
export async function openControl(
  settings: ControlSettings,
  folder: string,
  fallback: string | null,
  onLog: (level: 'info' | 'warn', text: string) => void = () => {},
): Promise<OpenControl> {
  const file = socketFile(settings, folder, fallback);
  return file === null ? NO_CONTROL : controlAt(file, 'live', settings, onLog);
}

/** @param bounds of connections and requests */
export async function controlAt(
  file: string,
  kind: RunningKind,
  bounds: Omit<ControlSettings, 'enabled' | 'socket'>,
  onLog: (level: 'info' | 'warn', text: string) => void,
): Promise<OpenControl> {
  const server = await ControlServer.open(file, bounds, onLog);
  const forget = told(file, kind, onLog);
  return {
    serve: (engine) => server.serve(answerRequests(engine)),
    close: () => {
      forget();
      server.close();
    },
  };
}

/** Without a place to say it the engine runs all the same: `ctl` finds it by --socket or --config. */
function told(file: string, kind: RunningKind, onLog: (level: 'warn', text: string) => void): () => void {
  try {
    return register(file, kind);
  } catch (error) {
    onLog('warn', `\`hotlap ctl\` needs --socket ${file}: ${(error as Error).message}`);
    return () => {};
  }
}

/** Where the socket lies; null: nowhere. */
export function socketFile(
  { enabled, socket }: Pick<ControlSettings, 'enabled' | 'socket'>,
  folder: string,
  fallback: string | null,
): string | null {
  if (!enabled) return null;
  if (socket !== undefined) return resolve(folder, socket);
  return fallback === null ? null : resolve(fallback, SOCKET_NAME);
}
