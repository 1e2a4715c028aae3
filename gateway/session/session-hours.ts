import { type SessionContext, TIME } from './context.ts';
import { type ScheduleConfig, SessionSchedule } from './schedule.ts';

/** The schedule of a session on the session's own clock. Without a schedule it is always open. */
export class SessionHours {
  readonly #schedule: SessionSchedule | null;
  /** Start of the last session that was seen open, ms since 1970; NaN for none. */
  #openSinceMs = Number.NaN;

  constructor(config: ScheduleConfig | undefined) {
    this.#schedule = config === undefined ? null : new SessionSchedule(config);
  }

  /**
   * Looks at the calendar: at start, and when a boundary has come. In an open session the numbers are of this session
   * afterwards: older ones begin anew.
   * @returns true while the session is open; its start and end are in the session's times
   */
  open(session: SessionContext): boolean {
    const schedule = this.#schedule;
    const { times } = session;
    if (schedule === null) {
      times[TIME.sessionEnd] = Number.POSITIVE_INFINITY;
      // Numbers whose age is known can be renewed when a schedule is configured later.
      renew(session, Number.NEGATIVE_INFINITY, false);
      return true;
    }
    const epochMs = session.epochMs();
    const isOpen = schedule.find(epochMs);
    const toEngineMs = session.nowMs() - epochMs;
    times[TIME.sessionStart] = schedule.startMs + toEngineMs;
    times[TIME.sessionEnd] = isOpen ? schedule.endMs + toEngineMs : Number.POSITIVE_INFINITY;
    if (!isOpen) return false;
    renew(session, schedule.startMs, this.#openSinceMs < schedule.startMs);
    this.#openSinceMs = schedule.startMs;
    return true;
  }

  /** In words, for the log. */
  nextStart(): string {
    return this.#schedule === null ? '' : new Date(this.#schedule.startMs).toISOString();
  }
}

/**
 * Numbers of an earlier session begin anew. Of numbers whose age nobody knows, those that are unused do.
 * @param areOld whatever their age: the session before this one was lived through
 */
function renew(session: SessionContext, startMs: number, areOld: boolean): void {
  const { sequence } = session;
  const createdMs = sequence.creationMs[0];
  const isUnused = sequence.nextSenderMsgSeqNum() === 1 && sequence.nextTargetMsgSeqNum() === 1;
  if (createdMs >= startMs || (Number.isNaN(createdMs) && !isUnused && !areOld)) return;
  if (isUnused) {
    sequence.reset(session.epochMs());
    return;
  }
  session.log('info', 'FIX sequence numbers are of an earlier session: both begin at 1');
  session.resetSequence();
}
