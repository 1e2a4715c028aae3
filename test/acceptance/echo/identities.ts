import { type FixMessage, TAG } from 'fix-parser';
import type { SessionConfig } from '../../../gateway/index.ts';

/** Version of the application's messages, and what a session of it says. */
export interface Identity {
  /** Of the dictionary: `FIX.4.4`, `FIX.5.0SP2`. */
  readonly version: 'FIX.4.0' | 'FIX.4.1' | 'FIX.4.2' | 'FIX.4.3' | 'FIX.4.4' | 'FIX.5.0' | 'FIX.5.0SP1' | 'FIX.5.0SP2';
  readonly beginString: SessionConfig['beginString'];
  /** DefaultApplVerID(1137), '' before FIXT.1.1. */
  readonly applVerId: string;
  readonly client: string;
}

const VERSIONS = [
  ['FIX.4.0', 'FIX.4.0', '', 'TW40'],
  ['FIX.4.1', 'FIX.4.1', '', 'TW41'],
  ['FIX.4.2', 'FIX.4.2', '', 'TW42'],
  ['FIX.4.3', 'FIX.4.3', '', 'TW43'],
  ['FIX.4.4', 'FIX.4.4', '', 'TW44'],
  ['FIX.5.0', 'FIXT.1.1', '7', 'TW50'],
  ['FIX.5.0SP1', 'FIXT.1.1', '8', 'TW50SP1'],
  ['FIX.5.0SP2', 'FIXT.1.1', '9', 'TW50SP2'],
] as const;

/** The client of QuickFIX's own definitions, the same in each version; over FIXT.1.1 its Logon tells which. */
const ANY_VERSION_CLIENT = 'TW';
export const ACCEPTOR = 'ISLD';

export const IDENTITIES: readonly Identity[] = VERSIONS.flatMap(([version, beginString, applVerId, client]) =>
  [client, ANY_VERSION_CLIENT].map((name) => ({ version, beginString, applVerId, client: name })),
);

/** Who calls, by the first message of a connection; undefined for nobody we know (1c, 1d). */
export function identify(message: FixMessage): Identity | undefined {
  if (message.text(TAG.TargetCompID) !== ACCEPTOR) return undefined;
  const beginString = message.text(TAG.BeginString);
  const client = message.text(TAG.SenderCompID);
  const applVerId = message.text(TAG.DefaultApplVerID);
  return IDENTITIES.find(
    (identity) =>
      identity.beginString === beginString &&
      identity.client === client &&
      (client !== ANY_VERSION_CLIENT || identity.applVerId === applVerId),
  );
}
