import { HotlapError } from '../../engine/domain/errors.ts';

export type BeginString = 'FIX.4.0' | 'FIX.4.1' | 'FIX.4.2' | 'FIX.4.3' | 'FIX.4.4' | 'FIXT.1.1';

/** ApplVerID(1128) and DefaultApplVerID(1137) of the versions that run over FIXT.1.1. */
export const APPL_VER_ID = { 'FIX.5.0': '7', 'FIX.5.0SP1': '8', 'FIX.5.0SP2': '9' } as const;

/** What the session layer does differently from version to version. */
export interface FixVersion {
  readonly beginString: BeginString;
  /** DefaultApplVerID(1137) of the Logon; '' before FIXT.1.1. */
  readonly defaultApplVerId: string;
  /** Reject(3) carries RefTagID(371), RefMsgType(372) and SessionRejectReason(373); before, the tag stands in the text. */
  readonly rejectHasReason: boolean;
  /** Highest SessionRejectReason(373) the version defines; a higher one is left out. */
  readonly maxRejectReason: number;
  /** BusinessMessageReject(j) exists; before, a Reject(3) says it. */
  readonly hasBusinessReject: boolean;
  /** EndSeqNo(16) that means "to the last one". */
  readonly infinity: number;
  /** OnBehalfOfLocationID(144) and DeliverToLocationID(145) exist. */
  readonly hasLocationId: boolean;
  /** Timestamps carry milliseconds. */
  readonly hasMilliseconds: boolean;
}

const RANK: Readonly<Record<BeginString, number>> = {
  'FIX.4.0': 40,
  'FIX.4.1': 41,
  'FIX.4.2': 42,
  'FIX.4.3': 43,
  'FIX.4.4': 44,
  'FIXT.1.1': 50,
};

/** @param defaultApplVerId of FIXT.1.1 only: 7, 8 or 9 */
export function fixVersion(beginString: BeginString, defaultApplVerId = ''): FixVersion {
  const rank = RANK[beginString];
  const isFixt = beginString === 'FIXT.1.1';
  if (isFixt !== /^[789]$/.test(defaultApplVerId)) {
    throw new HotlapError(
      'ERR_FIX_SESSION_CONFIG',
      isFixt
        ? 'FIX session: FIXT.1.1 needs defaultApplVerId 7 (FIX.5.0), 8 (FIX.5.0SP1) or 9 (FIX.5.0SP2).'
        : `FIX session: defaultApplVerId goes with beginString FIXT.1.1, not with ${beginString}.`,
      { exitStatus: 2 },
    );
  }
  return {
    beginString,
    defaultApplVerId,
    rejectHasReason: rank >= 42,
    maxRejectReason: rank === 42 ? 11 : 99,
    hasBusinessReject: rank >= 42,
    infinity: rank >= 42 ? 0 : 999_999,
    hasLocationId: rank >= 41,
    hasMilliseconds: rank >= 42,
  };
}
