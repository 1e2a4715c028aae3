/** One session for a check: it logs on, asks for signs of life, waits, logs out. It sends no application message. */
import { setImmediate as turn } from 'node:timers/promises';
import { type MessageValidator, TAG } from 'fix-parser';
import { FixSession, HANDLED, type SessionConfig, type SessionStore } from '../../gateway/index.ts';
import { CAUSE, CELL, CELLS_DOUBLES, native } from '../../native/index.ts';
import { monotonicOffsetNs } from '../engine-time.ts';
import type { VenueStream } from '../venue-stream.ts';
import { QuietStore } from './quiet-store.ts';
import { TapStream } from './tap-stream.ts';
import { TEST_REQ_ID, type Transcript } from './transcript.ts';

/** Round trips that are measured: enough for a median, few enough for any venue. */
const TEST_REQUESTS = 5;
/** Each is waited for so long, and no longer than a Logon is. */
const ANSWER_MS = 5_000;
/** Polls between two turns of the event loop; over TLS the event loop carries the bytes. */
const POLLS_A_TURN = 200;
const DAY_MS = 86_400_000;
/** By these words our Logout(5) is told from one that the session says of itself. */
export const LOGOUT_TEXT = 'hotlap fix check is done';

export interface CheckSession {
  readonly loggedOn: boolean;
  /** Why the session ended; empty while it has not. */
  readonly reason: string;
  readonly testRequests: number;
  /** Messages of before that the venue asked for again; they were gap-filled. */
  readonly gapFilled: number;
  /** MsgSeqNum(34) that the venue did not send again until the Logout; 0 where nothing was missing. */
  readonly missingFrom: number;
  /** MsgSeqNum(34) of the first application message, left to the next run; 0 where none is. */
  readonly heldFrom: number;
  readonly interrupted: boolean;
}

export interface CheckOptions {
  readonly config: SessionConfig;
  readonly venueStream: VenueStream;
  readonly isTls: boolean;
  readonly store: SessionStore;
  readonly transcript: Transcript;
  readonly validator: MessageValidator | undefined;
  /** Time to stay logged on, for what the venue sends unasked. */
  readonly stayMs: number;
  readonly onLog: (level: 'info' | 'warn' | 'error', text: string) => void;
  readonly onLoggedOn: () => void;
  readonly signal?: AbortSignal | undefined;
}

export async function checkSession(options: CheckOptions): Promise<CheckSession> {
  const { config, isTls, transcript, signal } = options;
  const day0Ms = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const offsetNs = monotonicOffsetNs(day0Ms);
  const cells = new Float64Array(CELLS_DOUBLES);
  const state = { loggedOn: false, reason: '', down: false, gapFilled: 0 };
  const { host } = native();
  const tick = (): void => {
    cells[CELL.nowNs] = host.monotonicNs() + offsetNs;
  };
  const store = new QuietStore(options.store, (seq) => transcript.isApplication(seq));
  const session = new FixSession({
    config,
    stream: new TapStream(options.venueStream.stream, transcript),
    clock: { cells, day0Ms },
    store,
    validator: options.validator,
    onLog: options.onLog,
    application: {
      onMessage: () => HANDLED.ok,
      onLogon: () => {
        state.loggedOn = true;
      },
      mayResend: () => {
        state.gapFilled++;
        return false;
      },
      onLogout: (reason) => {
        state.reason = reason;
        state.down = true;
      },
    },
  });
  const until = async (done: () => boolean, forMs: number): Promise<void> => {
    const endMs = performance.now() + forMs;
    while (!done() && !state.down && signal?.aborted !== true && performance.now() < endMs) {
      for (let i = 0; i < (isTls ? 1 : POLLS_A_TURN) && !done() && !state.down; i++) {
        tick();
        session.poll();
      }
      await turn();
    }
  };
  tick();
  session.start();
  // The session has its own patience for the connection, and then for the answer.
  await until(() => state.loggedOn, 3 * config.logonTimeoutMs);
  const isShort = (): boolean => ['awaiting-resend', 'resending'].includes(session.stateName());
  let testRequests = 0;
  if (state.loggedOn && !state.down) {
    options.onLoggedOn();
    const stayUntilMs = performance.now() + options.stayMs;
    for (; testRequests < TEST_REQUESTS && !state.down && signal?.aborted !== true; testRequests++) {
      const answered = transcript.roundTripsUs.length;
      tick();
      session.compose('1').text(TAG.TestReqID, `${TEST_REQ_ID}${testRequests + 1}`);
      session.sendComposed(CAUSE.none);
      await until(() => transcript.roundTripsUs.length > answered, Math.min(ANSWER_MS, config.logonTimeoutMs));
      // A venue that does not answer one will not answer four more.
      if (transcript.roundTripsUs.length === answered) {
        testRequests++;
        break;
      }
    }
    await until(() => false, stayUntilMs - performance.now());
    // A gap is waited for as long as the venue goes on filling it.
    for (let before = 0; isShort() && before !== store.nextTargetMsgSeqNum() && !state.down; ) {
      before = store.nextTargetMsgSeqNum();
      await until(() => !isShort(), Math.min(ANSWER_MS, config.logonTimeoutMs));
      if (signal?.aborted === true) break;
    }
  }
  const missingFrom = session.stateName() === 'awaiting-resend' ? store.nextTargetMsgSeqNum() : 0;
  const interrupted = signal?.aborted === true;
  if (!state.down) {
    tick();
    session.logout(LOGOUT_TEXT);
    const endMs = performance.now() + config.logoutTimeoutMs * 2;
    while (!state.down && performance.now() < endMs) {
      tick();
      session.poll();
      await turn();
    }
    if (!state.down) session.stop('no end');
  }
  const { loggedOn, reason, gapFilled } = state;
  return { loggedOn, reason, testRequests, gapFilled, missingFrom, heldFrom: store.heldFrom, interrupted };
}
