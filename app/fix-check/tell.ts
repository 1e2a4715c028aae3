/** The steps of a check in words. */
import { type Dictionary, msgTypeCode, TAG } from 'fix-parser';
import { SessionSchedule } from '../../gateway/session/schedule.ts';
import type { FixCheckStep, FixCheckVerdict } from '../../report/fix-check-result.ts';
import type { VenueSettings } from '../options.ts';
import type { CheckSession } from './check-session.ts';
import { quoting } from './masking.ts';
import { fieldOf } from './tap-stream.ts';
import { roundTrips, type Transcript } from './transcript.ts';
import { rejectText } from './verdict.ts';

/** A clock further off makes venues refuse messages, or at least makes times in reports worthless. */
const CLOCK_TOLERANCE_MS = 1_000;

export type Step = (name: FixCheckStep['name'], ok: boolean | null, text: string) => void;

export function tellSettings(venue: VenueSettings, step: Step): void {
  const { name, beginString, defaultApplVerId, senderCompId, targetCompId, schedule } = venue;
  const version = defaultApplVerId === undefined ? beginString : `${defaultApplVerId} over ${beginString}`;
  step('settings', null, `${name}: ${version}, ${senderCompId} → ${targetCompId}`);
  const left = (['newPassword', 'cancelOnDisconnect'] as const).filter((key) => venue[key] !== undefined);
  if (left.length > 0)
    step('settings', null, `left out of the Logon, because a check changes nothing: ${left.join(', ')}`);
  if (schedule === undefined) return;
  const calendar = new SessionSchedule(schedule);
  if (!calendar.find(Date.now()))
    step(
      'settings',
      false,
      `by \`schedule\` the session is closed now, until ${new Date(calendar.startMs).toISOString()}`,
    );
}

/** @returns what the TLS connection is */
export function tellConnection(venue: VenueSettings, reason: string, ms: number | null, step: Step): string | null {
  const took = ms === null ? '' : ` in ${ms.toFixed(1)} ms`;
  if (venue.tls === undefined) {
    step('connection', true, `TCP connected${took}`);
    return null;
  }
  const description = reason.split('; ').slice(1).join('; ');
  step('connection', true, `TLS connected${took}: ${description}`);
  return description;
}

export function tellLogon({ theirLogon, ourLogon }: Transcript, step: Step): void {
  if (theirLogon === undefined || ourLogon === undefined) return;
  const asked = fieldOf(ourLogon, TAG.HeartBtInt);
  const answered = fieldOf(theirLogon, TAG.HeartBtInt);
  const parts = [
    `answered in ${((theirLogon.atNs - ourLogon.atNs) / 1e6).toFixed(2)} ms`,
    `HeartBtInt(108)=${answered}${asked === answered ? '' : ` (we asked for ${asked})`}`,
    `its MsgSeqNum(34)=${fieldOf(theirLogon, TAG.MsgSeqNum)}, ours ${fieldOf(ourLogon, TAG.MsgSeqNum)}`,
    ...([TAG.ResetSeqNumFlag, TAG.NextExpectedMsgSeqNum, TAG.DefaultApplVerID] as const).flatMap((tag) => {
      const value = fieldOf(theirLogon, tag);
      return value === '' ? [] : [`${NAMES[tag]}(${tag})=${value}`];
    }),
  ];
  step('Logon', true, parts.join(', '));
}

const NAMES: Readonly<Record<number, string>> = {
  [TAG.ResetSeqNumFlag]: 'ResetSeqNumFlag',
  [TAG.NextExpectedMsgSeqNum]: 'NextExpectedMsgSeqNum',
  [TAG.DefaultApplVerID]: 'DefaultApplVerID',
};

export function tellRest(
  venue: VenueSettings,
  seen: Transcript,
  told: CheckSession,
  verdict: FixCheckVerdict,
  dictionary: Dictionary,
  step: Step,
): void {
  if (!told.loggedOn) {
    step(seen.connectMs === null ? 'connection' : 'Logon', false, verdict.what);
    return;
  }
  const quote = quoting(venue);
  const { count, p50Us, maxUs } = roundTrips(seen);
  step(
    'TestRequest',
    count === told.testRequests,
    p50Us === null
      ? `none of ${told.testRequests} was answered`
      : `${count} of ${told.testRequests} answered, round trip p50 ${p50Us.toFixed(0)} µs, longest ${maxUs?.toFixed(0)} µs`,
  );
  const differenceMs = seen.clockDifferenceMs;
  if (differenceMs !== null) {
    const isFar = Math.abs(differenceMs) > CLOCK_TOLERANCE_MS;
    const text = `the venue's SendingTime(52) is ${Math.abs(differenceMs).toFixed(1)} ms ${differenceMs < 0 ? 'behind' : 'ahead of'} this clock`;
    step('clock', !isFar, isFar ? `${text}: check this host with \`chronyc tracking\`` : text);
  }
  const agreed = venue.heartBtIntMs / 1_000;
  step(
    'heartbeats',
    seen.heartbeats > 0 ? true : null,
    seen.heartbeats > 0
      ? `${seen.heartbeats} came unasked`
      : `none came in this time; HeartBtInt is ${agreed} s: --seconds ${Math.ceil(agreed * 1.2) + 1} would see one`,
  );
  for (const { msgType, count, text } of seen.unasked.values()) {
    if (msgType === '0') continue;
    const name = dictionary.messageName(msgTypeCode(msgType)) || 'unknown type';
    step('unasked', null, `${count} × ${name}(${quote(msgType)})${text === '' ? '' : `: "${quote(text)}"`}`);
  }
  if (told.heldFrom !== 0 && !venue.resetOnLogon)
    step(
      'unasked',
      null,
      `application messages from MsgSeqNum(34) ${told.heldFrom} on are not counted: the venue sends them again to \`hotlap run\``,
    );
  if (told.missingFrom !== 0) step('gap', false, `open from MsgSeqNum(34) ${told.missingFrom} on`);
  if (seen.rejects > 0) step('rejected', false, `${seen.rejects} ×: ${quote(rejectText(seen.firstReject))}`);
  if (told.gapFilled > 0)
    step(
      'unasked',
      null,
      `it asked for ${told.gapFilled} earlier messages of ours again: they were gap-filled, not sent`,
    );
  if (seen.theirLogout === undefined) step('Logout', verdict.code === 'no-logout-answer' ? false : null, verdict.what);
  else {
    const text = fieldOf(seen.theirLogout, TAG.Text);
    const answered = seen.ourLogout !== undefined && seen.theirLogout.atNs > seen.ourLogout.atNs;
    step(
      'Logout',
      answered,
      `${answered ? 'answered' : 'it logged out by itself'}${text === '' ? '' : `: "${quote(text)}"`}`,
    );
  }
}

export interface Numbers {
  readonly store: string;
  readonly nextSender: number;
  readonly nextTarget: number;
}

export function numbersText(
  { sentFirst, sentLast }: Transcript,
  { store, nextSender, nextTarget }: Numbers,
  reset: boolean,
): string {
  const used = sentFirst === null ? 'no MsgSeqNum(34) was used' : `MsgSeqNum(34) ${sentFirst} to ${sentLast} were used`;
  const began = reset && sentFirst !== null ? ', after ResetSeqNumFlag(141)=Y' : '';
  return `${used}${began}; next are ${nextSender} out and ${nextTarget} in, kept in ${store} as for \`hotlap run\``;
}
