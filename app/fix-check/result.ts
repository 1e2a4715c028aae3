/** The document of a check. */
import { type Dictionary, msgTypeCode, TAG } from 'fix-parser';
import type { FixCheckResult, FixCheckStep, FixCheckVerdict } from '../../report/fix-check-result.ts';
import type { VenueSettings } from '../options.ts';
import type { CheckSession } from './check-session.ts';
import { masking, quoting } from './masking.ts';
import { fieldOf, type SeenMessage } from './tap-stream.ts';
import type { Numbers } from './tell.ts';
import { roundTrips, type Transcript } from './transcript.ts';

export interface Found {
  readonly address: string | null;
  readonly seen: Transcript;
  readonly tls: string | null;
  readonly dictionary: Dictionary | null;
  readonly told?: CheckSession;
  readonly numbers?: Numbers;
}

const integerOf = (text: string): number | null => (/^\d+$/.test(text) ? Number(text) : null);

export function resultOf(
  venue: VenueSettings,
  verdict: FixCheckVerdict,
  steps: readonly FixCheckStep[],
  { address, seen, tls, dictionary, told, numbers }: Found,
): FixCheckResult {
  const mask = masking(venue);
  const quote = quoting(venue);
  const integerIn = (message: SeenMessage, tag: number): number | null => integerOf(mask(fieldOf(message, tag)));
  const { name, host, port, beginString, senderCompId, targetCompId } = venue;
  const { theirLogon, ourLogon } = seen;
  const { count, p50Us, maxUs } = roundTrips(seen);
  return {
    venue: { name, host, port, beginString, senderCompId, targetCompId },
    ok: verdict.code === 'ok',
    verdict,
    steps,
    address,
    connection: { ms: seen.connectMs, tls: tls === null ? null : mask(tls) },
    logon:
      theirLogon === undefined || ourLogon === undefined
        ? null
        : {
            ms: (theirLogon.atNs - ourLogon.atNs) / 1e6,
            heartBtIntSeconds: integerIn(theirLogon, TAG.HeartBtInt),
            msgSeqNum: integerIn(theirLogon, TAG.MsgSeqNum),
            resetSeqNumFlag: fieldOf(theirLogon, TAG.ResetSeqNumFlag) === 'Y',
            nextExpectedMsgSeqNum: integerIn(theirLogon, TAG.NextExpectedMsgSeqNum),
            defaultApplVerId: quote(fieldOf(theirLogon, TAG.DefaultApplVerID)) || null,
          },
    testRequest: { sent: told?.testRequests ?? 0, answered: count, p50Us, maxUs },
    clockDifferenceMs: seen.clockDifferenceMs,
    heartbeats: seen.heartbeats,
    unasked: [...seen.unasked.values()].map(({ msgType, count: times, text }) => ({
      msgType: quote(msgType),
      name: dictionary?.messageName(msgTypeCode(msgType)) ?? '',
      count: times,
      text: quote(text),
    })),
    numbers: {
      store: numbers?.store ?? '',
      reset: venue.resetOnLogon && seen.sentFirst !== null,
      sentFirst: seen.sentFirst,
      sentLast: seen.sentLast,
      nextSender: numbers?.nextSender ?? 0,
      nextTarget: numbers?.nextTarget ?? 0,
    },
  };
}
