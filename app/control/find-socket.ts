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

/** Whom a request is for: commands are for engines that trade, playback for replays, questions for these where none trades. */
export type Addressee = 'live' | 'replay' | 'either';

/** The socket of the only such engine that this user runs: one that has said so, or that lies beside its session. */
export async function onlySocket(addressee: Addressee): Promise<string> {
  const found =
    addressee === 'replay' ? [] : await listening([...registeredSockets('live'), ...socketsIn(stateRoot())]);
  if (found.length === 0 && addressee !== 'live') found.push(...(await listening(registeredSockets('replay'))));
  if (found.length === 1) return found[0] as string;
  if (found.length === 0 && addressee === 'replay')
    throw new HotlapError(
      'ERR_CONTROL_NO_ENGINE',
      'No replay is running: start one, or name its socket with --socket.',
    );
  if (found.length === 0) {
    throw new HotlapError(
      'ERR_CONTROL_NO_ENGINE',
      `No engine listens at ${join(stateRoot(), '*', SOCKET_NAME)}: start one, or name its socket with --socket or its configuration with --config.`,
    );
  }
  throw usage(
    `${found.length} ${addressee === 'replay' ? 'replays' : 'engines'} are running: name one with --socket ${found.join(', or --socket ')}.`,
  );
}

async function listening(paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of new Set(paths)) if (await isListening(path)) found.push(path);
  return found;
}

function socketsIn(states: string): string[] {
  try {
    return readdirSync(states).map((name) => join(states, name, SOCKET_NAME));
  } catch {
    return [];
  }
}
