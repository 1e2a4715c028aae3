/** Which socket is meant: the one that is named, the configuration's, or the only one there is. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { HotlapError } from '../../engine/domain/errors.ts';
import type { LoadedConfig } from '../config/index.ts';
import { stateDirOf, stateRoot } from '../session-store.ts';
import { SOCKET_NAME, socketFile } from './open-control.ts';
import { registeredSockets } from './running-engines.ts';
import { isListening, socketPath } from './socket-file.ts';

const usage = (sentence: string): HotlapError => new HotlapError('ERR_USAGE', sentence, { exitStatus: 2 });

/** @param file as --config names it */
export function configuredSocket({ config, folder }: LoadedConfig, file: string): string {
  const { control, venues } = config;
  const venue = venues[0];
  const path = socketFile(control, folder, venue === undefined ? null : stateDirOf(venue, folder));
  if (path !== null) return socketPath(path);
  throw usage(
    control.enabled
      ? `${file} names neither a venue nor \`control: { socket: … }\`: give --socket.`
      : `${file} says \`control: { enabled: false }\`: its engine has no socket.`,
  );
}

/** The socket of the only engine that this user runs: one that has said so, or that lies beside its session. */
export async function onlySocket(): Promise<string> {
  const states = stateRoot();
  const found: string[] = [];
  for (const path of new Set([...registeredSockets(), ...socketsIn(states)]))
    if (await isListening(path)) found.push(path);
  if (found.length === 1) return found[0] as string;
  if (found.length === 0) {
    throw new HotlapError(
      'ERR_CONTROL_NO_ENGINE',
      `No engine listens at ${join(states, '*', SOCKET_NAME)}: start one, or name its socket with --socket or its configuration with --config.`,
    );
  }
  throw usage(`${found.length} engines are running: name one with --socket ${found.join(', or --socket ')}.`);
}

function socketsIn(states: string): string[] {
  try {
    return readdirSync(states).map((name) => join(states, name, SOCKET_NAME));
  } catch {
    return [];
  }
}
