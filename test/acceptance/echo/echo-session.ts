import { Dictionary, loadTable, MessageValidator, type TableVersion } from 'fix-parser';
import type { EngineClock } from '../../../engine/ports/clock.ts';
import { FixSession, MemoryStore, type SessionConfig } from '../../../gateway/index.ts';
import { EchoApplication } from './echo-application.ts';
import { ACCEPTOR, type Identity } from './identities.ts';
import { type ConnectedSocket, SocketStream } from './socket-stream.ts';

/**
 * As the definitions are written for: they wait for a Logout up to 10 s. Their SendingTime(52) is 10 or 121 s off, in
 * whole seconds: against 120 s the time that a message takes to come would decide.
 */
const TIMES: Pick<SessionConfig, 'logonTimeoutMs' | 'logoutTimeoutMs' | 'heartBtIntMs' | 'sendingTimeAccuracyMs'> = {
  logonTimeoutMs: 10_000,
  logoutTimeoutMs: 2_000,
  heartBtIntMs: 30_000,
  sendingTimeAccuracyMs: 60_000,
};

/** One identity that may log on: its session, and the echo behind it. */
export class EchoSession {
  readonly #stream = new SocketStream();
  readonly #session: FixSession;

  static async open(identity: Identity, clock: EngineClock, onLog: (text: string) => void): Promise<EchoSession> {
    const [session, application] = await Promise.all([
      dictionaryOf(identity.beginString),
      dictionaryOf(identity.version),
    ]);
    return new EchoSession(identity, session, application, clock, onLog);
  }

  private constructor(
    identity: Identity,
    sessionDictionary: Dictionary,
    dictionary: Dictionary,
    clock: EngineClock,
    onLog: (text: string) => void,
  ) {
    const { version, beginString, applVerId, client } = identity;
    const application = new EchoApplication(dictionary, version !== 'FIX.4.0' && version !== 'FIX.4.1');
    const name = `${version} ${client}`;
    this.#session = new FixSession({
      stream: this.#stream,
      clock,
      config: {
        role: 'acceptor',
        beginString,
        ...(applVerId === '' ? {} : { defaultApplVerId: applVerId }),
        senderCompId: ACCEPTOR,
        targetCompId: client,
        resetOnLogon: true,
        ...TIMES,
      },
      store: new MemoryStore(new Int32Array(2)),
      application,
      validator: new MessageValidator(sessionDictionary, dictionary),
      onLog: (level, text) => onLog(`${name} ${level}: ${text}`),
    });
    application.attach(this.#session);
    this.#session.start();
  }

  /** @returns false where somebody else is connected as this identity already (1b) */
  accept(socket: ConnectedSocket, received: Uint8Array, onReadable: () => void): boolean {
    if (!this.#stream.waiting) return false;
    this.#stream.attach(socket, received, onReadable);
    return true;
  }

  poll(): number {
    return this.#session.poll();
  }
}

const dictionaries = new Map<TableVersion, Promise<Dictionary>>();

/** Each version's table is read when somebody first logs on with it. */
function dictionaryOf(version: TableVersion): Promise<Dictionary> {
  let dictionary = dictionaries.get(version);
  if (dictionary === undefined) {
    dictionary = loadTable(version).then((table) => new Dictionary(table));
    dictionaries.set(version, dictionary);
  }
  return dictionary;
}
