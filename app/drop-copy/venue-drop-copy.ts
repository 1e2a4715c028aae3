/** The drop copy that a venue's settings ask for: its address, its session, its store. */
import { join } from 'node:path';
import type { SessionConfig } from '../../gateway/index.ts';
import { sessionConfigOf } from '../config/index.ts';
import { connectVenue } from '../connect-venue.ts';
import type { VenueSettings } from '../options.ts';
import { openSessionStore, ringStoreOf } from '../session-store.ts';
import { openVenueStream } from '../venue-stream.ts';
import { DropCopy, type DropCopyOptions } from './drop-copy.ts';

/** Comes back by itself as long as the run lasts: it is the second opinion. */
const RECONNECT = { intervalMs: 1_000, maxIntervalMs: 30_000, maxAttempts: 0 } as const;

export interface OpenedDropCopy {
  /** Logs on, and compares from now on. */
  begin(engine: Pick<DropCopyOptions, 'clOrdIdPrefix' | 'orderLog' | 'send' | 'journal'>): DropCopy;
  close(): Promise<void>;
}

/** @param stateDir of the venue's order session @returns undefined where the settings ask for none */
export async function openDropCopy(
  venue: VenueSettings,
  folder: string,
  stateDir: string,
  dataFields: SessionConfig['dataFields'],
  onLog: DropCopyOptions['onLog'] = () => undefined,
): Promise<OpenedDropCopy | undefined> {
  const { dropCopy } = venue;
  if (dropCopy === undefined) return undefined;
  const settings = settingsOf(venue, dropCopy);
  const { graceMs, priceTolerance, onDifference } = dropCopy;
  const opened = openSessionStore({ ...settings, stateDir: join(stateDir, 'drop-copy') }, folder);
  opened.whenFailed(() =>
    onLog('error', 'The store of the drop copy has failed: copies may be lost at the next start.'),
  );
  const store = ringStoreOf(opened.plan);
  const closeStore = (): void => {
    store.close();
    opened.close();
  };
  try {
    const connection = await connectVenue(settings, folder, onLog);
    const session = sessionConfigOf(settings, dataFields);
    let running: DropCopy | undefined;
    return {
      begin: (engine) => {
        const venueStream = openVenueStream({ venue: connection.venue, session });
        running = new DropCopy({
          ...engine,
          session,
          venueStream,
          store,
          graceMs,
          priceTolerance,
          onDifference,
          onLog,
        });
        return running;
      },
      close: async () => {
        running?.close();
        await connection.close();
        closeStore();
      },
    };
  } catch (error) {
    closeStore();
    throw error;
  }
}

/** The venue's own settings, but for what belongs to the order session alone. */
function settingsOf(
  {
    dropCopy: _,
    tls,
    username,
    password,
    newPassword,
    logonFields,
    cancelOnDisconnect,
    throttle,
    ...venue
  }: VenueSettings,
  { graceMs, priceTolerance, onDifference, ...own }: NonNullable<VenueSettings['dropCopy']>,
): VenueSettings {
  return { ...venue, name: `${venue.name}, drop copy`, ...own, host: own.host ?? venue.host, reconnect: RECONNECT };
}
