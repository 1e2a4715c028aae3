/** What a failed check means, and what to do about it. */
import { TAG } from 'fix-parser';
import type { FixCheckVerdict } from '../../report/fix-check-result.ts';
import type { VenueSettings } from '../options.ts';
import { type CheckSession, LOGOUT_TEXT } from './check-session.ts';
import { quoting } from './masking.ts';
import { fieldOf, type SeenMessage } from './tap-stream.ts';
import type { Transcript } from './transcript.ts';

const TLS_HANDSHAKE = 0x16;
const TLS_ALERT = 0x15;

const verdict = (code: FixCheckVerdict['code'], what: string, remedy = ''): FixCheckVerdict => ({ code, what, remedy });

/** Why there is no Logon. @param reason the session's, a clause */
function logonVerdict(venue: VenueSettings, seen: Transcript, reason: string): FixCheckVerdict {
  const where = `${venue.host}:${venue.port}`;
  if (reason.startsWith('TLS to ')) return verdict('tls', sentence(reason));
  if (seen.connectMs === null) return notConnected(where, reason);
  if (seen.first === undefined && seen.notFix.length > 0) return notFix(venue, seen.notFix);
  const refusal = seen.theirLogout ?? seen.reject;
  if (refusal !== undefined) return refused(venue, fieldOf(refusal, TAG.Text), refusal.type);
  if (seen.theirLogon !== undefined) return badAnswer(venue, seen, reason);
  if (seen.first !== undefined)
    return verdict(
      'logon-refused',
      `The venue's first message was no Logon(A) but 35=${quoting(venue)(seen.first.type)}: ${reason}.`,
      'Ask the venue what it expects before a Logon.',
    );
  if (/no answer to the Logon/.test(reason))
    return verdict(
      'no-logon-answer',
      `${where} took the connection and said nothing: ${reason}.`,
      `Check that the port is the one of FIX${venue.tls === undefined ? ', and not one of TLS' : ''}, and ask the venue whether it sees your Logon.`,
    );
  return verdict(
    'closed-silently',
    `${where} closed the connection without a word after the Logon.`,
    `Most venues do so to somebody they do not know: check senderCompId (${venue.senderCompId}), targetCompId (${venue.targetCompId}), and that this address is admitted; a second session under the same CompIDs is closed like this, too${venue.tls === undefined ? ', and a port of TLS (`tls`)' : ''}.`,
  );
}

function notConnected(where: string, reason: string): FixCheckVerdict {
  const what = `No connection to ${where}: ${reason}.`;
  if (/refused/.test(reason))
    return verdict('not-connected', what, 'Nobody listens there: check `host` and `port`, and that the venue is up.');
  if (/no connection within|timed out/.test(reason))
    return verdict(
      'not-connected',
      what,
      'Nothing answers, as behind a firewall: check `host`, `port`, route and VPN, and that this address is admitted.',
    );
  return verdict('not-connected', what, 'Check `host`, `port` and the network.');
}

function notFix(venue: VenueSettings, bytes: Uint8Array): FixCheckVerdict {
  const isTls = bytes[0] === TLS_ALERT || bytes[0] === TLS_HANDSHAKE;
  const shown = quoting(venue)(Buffer.from(bytes).toString('latin1'), 24);
  return isTls
    ? verdict(
        'not-fix',
        'What answers there speaks TLS, not plain FIX.',
        'Add `tls` to the venue (`tls: {}` is enough for a public CA).',
      )
    : verdict(
        'not-fix',
        `What answers there does not speak FIX: it said "${shown}".`,
        `Check that ${venue.port} is the port of FIX.`,
      );
}

/** The venue's own words decide what they are about. */
function refused(venue: VenueSettings, text: string, msgType: string): FixCheckVerdict {
  const how = msgType === '5' ? 'Logout(5)' : 'Reject(3)';
  const what = `The venue refused the Logon with ${how}${text === '' ? ' and no text' : `: "${quoting(venue)(text)}"`}.`;
  if (/seq/i.test(text)) return verdict('sequence-number', what, sequenceRemedy(venue));
  if (/begin ?string|version/i.test(text)) return verdict('wrong-version', what, versionRemedy(venue));
  if (/compid|comp id|sender|target|unknown|session not found/i.test(text))
    return verdict(
      'logon-refused',
      what,
      `Check senderCompId (${venue.senderCompId}) and targetCompId (${venue.targetCompId}).`,
    );
  if (/pass|user|credential|auth|login/i.test(text))
    return verdict(
      'logon-refused',
      what,
      'Check username and password, and whether the password has to be changed (`newPassword`).',
    );
  if (/time/i.test(text))
    return verdict('logon-refused', what, "Check this host's clock, e.g. with `chronyc tracking`, and `schedule`.");
  return verdict('logon-refused', what, "Ask the venue's support with these words.");
}

/** A Logon came, but not one that the session can work with. */
function badAnswer(venue: VenueSettings, seen: Transcript, reason: string): FixCheckVerdict {
  const begin = fieldOf(seen.theirLogon, TAG.BeginString);
  if (begin !== venue.beginString)
    return verdict(
      'wrong-version',
      `The venue answers in ${quoting(venue)(begin)}, not in ${venue.beginString}.`,
      versionRemedy(venue),
    );
  if (/MsgSeqNum/.test(reason))
    return verdict('sequence-number', `The venue's Logon was not in sequence: ${reason}.`, sequenceRemedy(venue));
  const [sender, target] = [fieldOf(seen.theirLogon, TAG.SenderCompID), fieldOf(seen.theirLogon, TAG.TargetCompID)];
  if (sender !== venue.targetCompId || target !== venue.senderCompId)
    return verdict(
      'logon-refused',
      `The venue calls itself ${quoting(venue)(sender)} and us ${quoting(venue)(target)}: ${reason}.`,
      'Give these as targetCompId and senderCompId, if they are right.',
    );
  return verdict(
    'logon-refused',
    `The venue's Logon cannot be worked with: ${reason}.`,
    'Ask the venue, with this sentence.',
  );
}

/** What all of it comes to. */
export function judge(
  venue: VenueSettings,
  seen: Transcript,
  told: CheckSession,
  mask: (text: string) => string,
): FixCheckVerdict {
  const masked = ({ code, what, remedy }: FixCheckVerdict): FixCheckVerdict => ({ code, what: mask(what), remedy });
  if (!told.loggedOn)
    return told.interrupted
      ? { code: 'interrupted', what: 'The check was interrupted before the Logon was answered.', remedy: '' }
      : masked(logonVerdict(venue, seen, told.reason));
  if (told.interrupted) return { code: 'interrupted', what: 'The check was interrupted.', remedy: '' };
  const lost =
    seen.ourLogout === undefined ||
    fieldOf(seen.ourLogout, TAG.Text) !== LOGOUT_TEXT ||
    (seen.theirLogout !== undefined && seen.theirLogout.atNs < seen.ourLogout.atNs);
  if (lost)
    return masked({
      code: 'session-lost',
      what: sentence(`the session was logged on and then ended by itself: ${quoting(venue)(told.reason)}`),
      remedy: 'Ask the venue why it ended the session; a second session under the same CompIDs does that, too.',
    });
  const unheard = unheardVerdict(venue, seen, told);
  if (unheard !== null) return masked(unheard);
  if (seen.roundTripsUs.length < told.testRequests)
    return {
      code: 'no-test-request-answer',
      what: `The venue answered ${seen.roundTripsUs.length} of ${told.testRequests} TestRequests(1).`,
      remedy: 'A session without answers is ended by whoever waits for them: ask the venue.',
    };
  if (seen.theirLogout === undefined)
    return {
      code: 'no-logout-answer',
      what: `The venue did not answer the Logout(5) within ${venue.logoutTimeoutMs} ms: ${quoting(venue)(told.reason)}.`,
      remedy: 'Trading works; if the venue closes without an answer on purpose, nothing is to be done.',
    };
  return { code: 'ok', what: 'The venue does what a FIX session needs.', remedy: '' };
}

/** What the venue said, and neither this check nor the next run has taken in. */
function unheardVerdict(venue: VenueSettings, seen: Transcript, told: CheckSession): FixCheckVerdict | null {
  if (told.missingFrom !== 0)
    return verdict(
      'gap',
      `The venue's messages from MsgSeqNum(34) ${told.missingFrom} on are missing, and it did not send them again when asked.`,
      'A run takes nothing in behind a gap, not even a fill: ask the venue to send them again or to gap-fill them, or to reset the session.',
    );
  if (seen.orderMessages > 0 && (told.heldFrom === 0 || venue.resetOnLogon))
    return verdict(
      'application-messages',
      `The venue sent reports about orders (${seen.orderMessages}), and no run will hear of them: by the configuration the numbers begin at 1 again.`,
      'Ask the venue what became of these orders, and check positions before the next run.',
    );
  if (seen.rejects > 0)
    return verdict(
      'rejected-messages',
      `${seen.rejects} of the venue's messages had to be rejected, the first because of this: ${rejectText(seen.firstReject)}.`,
      venue.validation === undefined
        ? 'Ask the venue, with this sentence.'
        : 'Where the venue is right, add what it uses to `dictionary`, or switch that check of `validation` off.',
    );
  return null;
}

/** What our Reject(3) says. */
export function rejectText(reject: SeenMessage | undefined): string {
  const [text, tag, type] = [TAG.Text, TAG.RefTagID, TAG.RefMsgType].map((each) => fieldOf(reject, each));
  const place = [tag && `tag ${tag}`, type && `35=${type}`].filter((part) => part !== '').join(' of ');
  return `${text}${place === '' ? '' : ` (${place})`}`;
}

const versionRemedy = ({ beginString }: VenueSettings): string =>
  `Set beginString to what the venue speaks (now ${beginString}); FIX.5.0 and later run over FIXT.1.1 with defaultApplVerId.`;

const sequenceRemedy = ({ resetOnLogon }: VenueSettings): string =>
  resetOnLogon
    ? 'The venue does not take ResetSeqNumFlag(141): set resetOnLogon to false, and ask it to reset the session once.'
    : 'The numbers of both sides differ: set resetOnLogon to true if the venue takes it, or ask the venue to reset the session.';

const sentence = (clause: string): string => `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;
