/**
 * The main thread's side of a FIX session over TLS: connects with node:tls when the hot thread asks for it, and copies
 * bytes between the connection and the two rings of a `RingStream`, with back-pressure both ways. It looks at the rings
 * by itself: whoever sends must not pay for waking it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { checkServerIdentity, connect, type TLSSocket } from 'node:tls';
import { RingPeer } from '../../gateway/index.ts';
import { CONNECT_TIMEOUT, tlsFailure, WRONG_FINGERPRINT, wordless } from './tls-failure.ts';
import { fingerprintOf, sniOf, type TlsTarget } from './tls-settings.ts';

/** Looked at so often while nothing happens; an order after a pause waits that long at most (timers: up to 1 ms later). */
const QUIET_MS = 1;
/** After a byte either way the pump turns without pause for this long: an answer, and the next order, are near. */
const BUSY_MS = 20;
/** Copied out of the ring at once: some records of TLS, so that arriving bytes wait for no long write. */
const WRITE_BYTES = 1 << 16;
/** What is still to leave when the session closes gets this long. */
const FLUSH_MS = 2_000;

type Log = (level: 'info' | 'warn' | 'error', text: string) => void;

export class TlsPump {
  readonly #target: TlsTarget;
  readonly #peer: RingPeer;
  readonly #log: Log;
  #socket: TLSSocket | undefined;
  #secured = false;
  #hasReceived = false;
  /** Arrived bytes that the in ring did not take. */
  #rest: Uint8Array | undefined;
  /** How the connection ended; told once everything that arrived is in the ring. */
  #ending: { failure: string; errno: number } | undefined;
  #isLive = false;
  #closing = false;
  #busyUntilMs = 0;
  #stopped = false;
  #timer: NodeJS.Timeout | NodeJS.Immediate | undefined;
  #deadline: NodeJS.Timeout | undefined;

  /** @param ring of createRing; its RingStream belongs to the session's thread */
  constructor(ring: SharedArrayBuffer, target: TlsTarget, log: Log = () => {}) {
    this.#peer = new RingPeer(ring);
    this.#target = target;
    this.#log = log;
    this.#schedule();
  }

  /** Ends connection and looking; what a session that has closed sent before still leaves. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    const endMs = performance.now() + FLUSH_MS;
    while (this.#isLive && this.#peer.isGivenUp && performance.now() < endMs) await sleep(QUIET_MS);
    this.#stopped = true;
    clearTimeout(this.#timer as NodeJS.Timeout);
    clearImmediate(this.#timer as NodeJS.Immediate);
    if (this.#isLive) this.#finish({ failure: `TLS to ${this.#target.venue} was stopped`, errno: 0 });
    this.#socket?.destroy();
  }

  #schedule(): void {
    if (this.#stopped) return;
    const isBusy = this.#isLive && (this.#target.spin || performance.now() < this.#busyUntilMs);
    this.#timer = isBusy ? setImmediate(() => this.#turn()) : setTimeout(() => this.#turn(), QUIET_MS);
  }

  #turn(): void {
    if (!this.#isLive) {
      if (this.#peer.isWanted) this.#begin();
    } else {
      this.#receiveRest();
      this.#send();
      if (this.#isLive && this.#peer.isGivenUp) this.#close();
    }
    this.#schedule();
  }

  #begin(): void {
    const { host, port, serverName, context, connectTimeoutMs, fingerprint256 } = this.#target;
    this.#peer.begin();
    this.#isLive = true;
    this.#secured = false;
    this.#hasReceived = false;
    this.#closing = false;
    this.#rest = undefined;
    this.#ending = undefined;
    const socket = connect({
      host,
      port,
      servername: sniOf(serverName),
      secureContext: context,
      rejectUnauthorized: true,
      // Node has compared nothing else by now than the chain of signatures.
      checkServerIdentity: (_name, certificate) => {
        const wrongName = checkServerIdentity(serverName, certificate);
        if (wrongName !== undefined) return wrongName;
        if (fingerprint256 === undefined || fingerprintOf(certificate.raw) === fingerprint256) return undefined;
        return Object.assign(new Error('another certificate is pinned'), { code: WRONG_FINGERPRINT });
      },
    });
    this.#socket = socket;
    socket.setNoDelay(true);
    this.#deadline = setTimeout(
      () => socket.destroy(Object.assign(new Error('no connection in time'), { code: CONNECT_TIMEOUT })),
      connectTimeoutMs,
    );
    socket.once('secureConnect', () => this.#onSecured(socket));
    socket.on('data', (bytes: Buffer) => this.#onData(socket, bytes));
    socket.once('end', () => this.#onEnd(socket, undefined));
    socket.on('error', (error) => this.#onEnd(socket, error));
    socket.once('close', () => this.#onEnd(socket, undefined));
  }

  #onSecured(socket: TLSSocket): void {
    clearTimeout(this.#deadline);
    this.#secured = true;
    const description = describe(socket);
    this.#log('info', `TLS to ${this.#target.venue}: ${description}.`);
    this.#peer.connected(description);
    this.#busy();
  }

  #onData(socket: TLSSocket, bytes: Buffer): void {
    if (socket !== this.#socket || this.#closing || this.#ending !== undefined) return;
    this.#busy();
    this.#hasReceived = true;
    const taken = this.#rest === undefined ? this.#peer.put(bytes, 0) : 0;
    if (taken === bytes.length) return;
    // Node may still hand over what it had decrypted before the pause.
    const more = bytes.subarray(taken);
    this.#rest = this.#rest === undefined ? more : Buffer.concat([this.#rest, more]);
    socket.pause();
  }

  /** The hot thread has made room, perhaps. */
  #receiveRest(): void {
    if (this.#rest !== undefined) {
      const taken = this.#closing ? this.#rest.length : this.#peer.put(this.#rest, 0);
      if (taken > 0) this.#busy();
      this.#rest = taken === this.#rest.length ? undefined : this.#rest.subarray(taken);
      if (this.#rest === undefined) this.#socket?.resume();
    }
    if (this.#rest === undefined && this.#ending !== undefined) this.#finish(this.#ending);
  }

  #send(): void {
    const socket = this.#socket;
    // A socket that is behind keeps the bytes in the ring, whose fullness tells the session.
    if (socket === undefined || !this.#secured || !socket.writable || socket.writableNeedDrain) return;
    if (this.#peer.waiting === 0) return;
    this.#busy();
    socket.write(this.#peer.take(WRITE_BYTES));
  }

  /** The session has closed: what it sent before leaves, then the connection ends. */
  #close(): void {
    const socket = this.#socket;
    if (socket === undefined || !this.#secured || !socket.writable) {
      this.#finish({ failure: '', errno: 0 });
      socket?.destroy();
      return;
    }
    if (!this.#closing) {
      this.#closing = true;
      // Nobody reads any more: a paused socket would never hear the peer's end.
      socket.resume();
      this.#deadline = setTimeout(() => socket.destroy(), FLUSH_MS);
    }
    if (this.#peer.waiting > 0) return;
    const deadline = this.#deadline;
    socket.once('close', () => clearTimeout(deadline));
    socket.end();
    this.#finish({ failure: '', errno: 0 });
  }

  #onEnd(socket: TLSSocket, error: NodeJS.ErrnoException | undefined): void {
    if (socket !== this.#socket || this.#ending !== undefined) return;
    clearTimeout(this.#deadline);
    const broken: NodeJS.ErrnoException | undefined =
      error ?? (this.#secured ? undefined : Object.assign(new Error(), { code: 'ECONNRESET' }));
    const failure = this.#failureOf(broken);
    if (failure !== '' && !this.#closing) this.#log('error', `${failure}.`);
    this.#ending = { failure, errno: Math.abs(broken?.errno ?? 0) };
    this.#receiveRest();
  }

  #failureOf(broken: NodeJS.ErrnoException | undefined): string {
    if (broken !== undefined) return tlsFailure(this.#target, broken, this.#secured);
    return this.#hasReceived || this.#closing ? '' : wordless(this.#target);
  }

  /** The generation is over: the next one may begin. */
  #finish({ failure, errno }: { failure: string; errno: number }): void {
    this.#peer.ended(failure, errno);
    this.#isLive = false;
    this.#socket = undefined;
    this.#rest = undefined;
    this.#ending = undefined;
  }

  #busy(): void {
    this.#busyUntilMs = performance.now() + BUSY_MS;
  }
}

/** Protocol, cipher and whose certificate it was, as a clause. */
function describe(socket: TLSSocket): string {
  const { subject, valid_to: validTo, issuer } = socket.getPeerCertificate();
  return `${socket.getProtocol()} with ${socket.getCipher().name}, certificate of ${named(subject)} from ${named(issuer)}, valid until ${validTo}`;
}

/** Part of a certificate's name: what the peer chose, so nothing but printable characters, and not many. */
function named(name: { CN?: string | string[]; O?: string | string[] } | undefined): string {
  const text = String(name?.CN ?? name?.O ?? 'nobody');
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 64);
}
