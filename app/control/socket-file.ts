/** The file of a control socket: where it lies, who may use it, and what an engine that was killed has left of it. */
import { once } from 'node:events';
import { lstatSync, mkdirSync, type Stats, statSync, unlinkSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import { dirname, resolve } from 'node:path';
import { HotlapError } from '../../engine/domain/errors.ts';

/** sun_path of sockaddr_un has 108 bytes, one of them for the zero at its end. */
const MAX_PATH_BYTES = 107;

/** Of a socket that only this user may connect to: connect(2) asks for write permission. */
const SOCKET_UMASK = 0o177;

const failure = (what: string, remedy: string, exitStatus: 1 | 2 = 1): HotlapError =>
  new HotlapError('ERR_CONTROL_SOCKET', `The control socket ${what}: ${remedy}.`, { exitStatus });

const errno = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);

/** @returns the absolute path; refuses one that the system cannot bind */
export function socketPath(file: string): string {
  const path = resolve(file);
  const bytes = Buffer.byteLength(path);
  if (bytes <= MAX_PATH_BYTES && !path.includes('\0')) return path;
  throw failure(
    `${path} has a path of ${bytes} bytes, and Linux takes ${MAX_PATH_BYTES}`,
    'name a shorter one with `control: { socket: … }`',
    2,
  );
}

/** Makes the folder, or holds an existing one against what is asked of it: ours, and nobody else's. */
export function claimFolder(path: string): void {
  const folder = dirname(path);
  let status: Stats;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    status = statSync(folder);
  } catch (error) {
    throw failure(`cannot lie in ${folder} (${errno(error)})`, 'name another folder');
  }
  const mode = (status.mode & 0o777).toString(8);
  if (status.uid !== process.geteuid?.())
    throw failure(`would lie in ${folder}, which belongs to another user`, 'name a folder of your own');
  if ((status.mode & 0o077) !== 0)
    throw failure(
      `would lie in ${folder}, which is open to other users (mode ${mode})`,
      `chmod 700 ${folder}, or name a file in a folder that is not there yet, it is made so`,
    );
}

/** Takes away what a killed engine has left; refuses where another one listens, or something else lies there. */
export async function clearStale(path: string): Promise<void> {
  const status = lstatSync(path, { throwIfNoEntry: false, bigint: true });
  if (status === undefined) return;
  if (!status.isSocket()) throw failure(`${path} is there already and is no socket`, 'name another file');
  if (await isListening(path)) throw busy(path);
  // Only the one that was tried: two engines that start at once must not take away each other's.
  const again = lstatSync(path, { throwIfNoEntry: false, bigint: true });
  if (again?.ino === status.ino && again.ctimeNs === status.ctimeNs) unlinkSync(path);
}

/** True when somebody takes connections there. */
export function isListening(path: string): Promise<boolean> {
  return new Promise((done) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      done(true);
    });
    probe.once('error', (error) => done(errno(error) !== 'ECONNREFUSED' && errno(error) !== 'ENOENT'));
  });
}

/** Binds and listens. The mode is right from the first moment on: there is none in which another user could connect. */
export async function bindSocket(server: Server, path: string): Promise<void> {
  const listening = once(server, 'listening');
  // bind(2) and listen(2) happen inside this call: nothing else of this thread sees the mask.
  const mask = process.umask(SOCKET_UMASK);
  try {
    server.listen({ path });
  } finally {
    process.umask(mask);
  }
  try {
    await listening;
  } catch (error) {
    if (errno(error) !== 'EADDRINUSE') throw failure(`${path} cannot be opened (${errno(error)})`, 'name another file');
    throw busy(path);
  }
}

const busy = (path: string): HotlapError =>
  new HotlapError(
    'ERR_CONTROL_BUSY',
    `Another engine listens on the control socket ${path}: end it first, or name another socket.`,
  );
