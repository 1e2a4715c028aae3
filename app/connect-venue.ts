/** The main thread's part of the way to a venue: its address, and over TLS the connection itself. */
import { lookup } from 'node:dns/promises';
import { isIPv6 } from 'node:net';
import { HotlapError } from '../engine/domain/errors.ts';
import { createRing } from '../gateway/index.ts';
import type { LivePlan } from './engine-plan.ts';
import type { VenueSettings } from './options.ts';
import { TlsPump } from './tls/tls-pump.ts';
import { readTls } from './tls/tls-settings.ts';
import { streamBytes } from './venue-stream.ts';

/** Share of the session's patience that connecting may take, so that its own reason is heard first. */
const CONNECT_SHARE = 0.8;

export interface VenueConnection {
  /** For the plan: where the session's thread connects, or its ring. */
  readonly venue: LivePlan['venue'];
  /** Name, host and port, for messages. */
  readonly label: string;
  close(): Promise<void>;
}

export async function connectVenue(
  settings: VenueSettings,
  /** Relative paths of certificates start here. */
  folder: string,
  onLog?: (level: 'info' | 'warn' | 'error', text: string) => void,
): Promise<VenueConnection> {
  const { host, port, tls, logonTimeoutMs } = settings;
  const label = venueLabel(settings);
  const address = await addressOf(host, label);
  if (tls === undefined) return { venue: { host: address, port }, label, close: async () => {} };
  const ring = createRing(streamBytes(settings));
  const connectTimeoutMs = Math.ceil(logonTimeoutMs * CONNECT_SHARE);
  const target = readTls(tls, { venue: label, host, port, connectTimeoutMs }, folder);
  const pump = new TlsPump(ring, target, onLog);
  return { venue: { host: address, port, ring }, label, close: () => pump.stop() };
}

export const venueLabel = ({ name, host, port }: VenueSettings): string => `${name} (${host}:${port})`;

/** Resolved here, where waiting harms nobody. @param resolve the system's resolver */
export async function addressOf(host: string, venue: string, resolve: typeof lookup = lookup): Promise<string> {
  const refused = (why: string, cause?: unknown): HotlapError =>
    new HotlapError('ERR_VENUE_HOST', `The host of venue ${venue} ${why}.`, { cause });
  if (isIPv6(host)) throw refused('is an IPv6 address, and only IPv4 is spoken: name its IPv4 address');
  try {
    return (await resolve(host, { family: 4 })).address;
  } catch (cause) {
    throw (cause as NodeJS.ErrnoException).code === 'EAI_AGAIN'
      ? refused('could not be looked up, because no name server answers: check the network and /etc/resolv.conf', cause)
      : refused('has no IPv4 address here: check it for a typing error', cause);
  }
}
