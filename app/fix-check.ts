/** `hotlap fix check`: a venue's session tried from address to Logout, without an order, and told step by step. */
import { Dictionary } from 'fix-parser';
import { HotlapError } from '../engine/domain/errors.ts';
import type { FixCheckResult, FixCheckStep, FixCheckVerdict } from '../report/fix-check-result.ts';
import { sessionConfigOf, type VenueDictionaries, venueDictionaries } from './config/index.ts';
import { addressOf, connectVenue, venueLabel } from './connect-venue.ts';
import { checkSession } from './fix-check/check-session.ts';
import { masking } from './fix-check/masking.ts';
import { resultOf } from './fix-check/result.ts';
import { numbersText, type Step, tellConnection, tellLogon, tellRest, tellSettings } from './fix-check/tell.ts';
import { Transcript } from './fix-check/transcript.ts';
import { judge } from './fix-check/verdict.ts';
import type { VenueSettings } from './options.ts';
import { type OpenedSessionStore, openSessionStore, ringStoreOf } from './session-store.ts';
import { openVenueStream, validatorOf } from './venue-stream.ts';

export interface FixCheckOptions {
  readonly venue: VenueSettings;
  readonly configFolder: string;
  readonly venueAt: (path: readonly PropertyKey[]) => string;
  /** Seconds to stay logged on. */
  readonly seconds: number;
  /** Each step as it is known. */
  readonly onStep?: (step: FixCheckStep) => void;
  readonly onLog?: (level: 'info' | 'warn' | 'error', text: string) => void;
  readonly signal?: AbortSignal;
}

export async function fixCheck(options: FixCheckOptions): Promise<FixCheckResult> {
  const { venue, configFolder } = options;
  const steps: FixCheckStep[] = [];
  const mask = masking(venue);
  const step: Step = (name, ok, text) => {
    const told = { name, ok, text: mask(text) };
    steps.push(told);
    options.onStep?.(told);
  };
  const log = (level: 'info' | 'warn' | 'error', text: string): void => options.onLog?.(level, mask(text));
  const { application, validation, dataFields } = await venueDictionaries(venue, configFolder, options.venueAt);
  tellSettings(venue, step);
  let address: string;
  try {
    address = await addressOf(venue.host, venueLabel(venue));
  } catch (error) {
    if (!(error instanceof HotlapError) || error.code !== 'ERR_VENUE_HOST') throw error;
    step('address', false, error.message);
    const verdict: FixCheckVerdict = {
      code: 'unknown-host',
      what: error.message,
      remedy: '',
    };
    return resultOf(venue, verdict, steps, { address: null, seen: new Transcript(), tls: null, dictionary: null });
  }
  step('address', true, `${venue.host} is ${address}, port ${venue.port}`);
  const opened = openSessionStore(venue, configFolder, log);
  try {
    const dictionary = new Dictionary(application);
    return await tried(options, opened, { address, steps, dictionary, validation, dataFields, mask, step, log });
  } finally {
    opened.close();
  }
}

interface Known {
  readonly address: string;
  readonly steps: readonly FixCheckStep[];
  readonly dictionary: Dictionary;
  readonly validation: VenueDictionaries['validation'];
  readonly dataFields: VenueDictionaries['dataFields'];
  readonly mask: (text: string) => string;
  readonly step: Step;
  readonly log: (level: 'info' | 'warn' | 'error', text: string) => void;
}

/** Everything that needs a connection. */
async function tried(
  { venue, configFolder, seconds, signal }: FixCheckOptions,
  opened: OpenedSessionStore,
  { address, steps, dictionary, validation, dataFields, mask, step, log }: Known,
): Promise<FixCheckResult> {
  const connection = await connectVenue(venue, configFolder, log);
  const store = ringStoreOf(opened.plan);
  const seen = new Transcript();
  const session = checkedSession(venue, dataFields);
  const venueStream = openVenueStream({ venue: connection.venue, session });
  let tls: string | null = null;
  const onConnected = (): void => {
    tls = tellConnection(venue, venueStream.transport().reason, seen.connectMs, step);
  };
  try {
    const told = await checkSession({
      config: session,
      validator: validatorOf(validation),
      venueStream,
      isTls: venue.tls !== undefined,
      store,
      transcript: seen,
      stayMs: seconds * 1_000,
      onLog: log,
      onLoggedOn: () => {
        onConnected();
        tellLogon(seen, step);
      },
      signal,
    });
    if (!told.loggedOn && seen.connectMs !== null) onConnected();
    const verdict = judge(venue, seen, told, mask);
    tellRest(venue, seen, told, verdict, dictionary, step);
    const numbers = {
      store: opened.result().stateDir,
      nextSender: store.nextSenderMsgSeqNum(),
      nextTarget: store.nextTargetMsgSeqNum(),
    };
    step('numbers', null, numbersText(seen, numbers, venue.resetOnLogon));
    return resultOf(venue, verdict, steps, { address, seen, tls, dictionary, told, numbers });
  } finally {
    venueStream.stream.close();
    await connection.close();
    store.close();
  }
}

/** What a check must not do to a session: change its password, cancel its orders, wait for its hours, or come back. */
function checkedSession(venue: VenueSettings, dataFields: VenueDictionaries['dataFields']) {
  const { newPassword, cancelOnDisconnect, schedule, reconnect, throttle, ...session } = sessionConfigOf(
    venue,
    dataFields,
  );
  return session;
}
