import { APPL_VER_ID, type SessionConfig } from '../../gateway/index.ts';
import type { VenueSettings } from './venue-schema.ts';

/** What the session needs of a venue's settings; what the connection, the orders and the log need stays behind. */
export function sessionConfigOf(venue: VenueSettings): SessionConfig {
  const { name, host, port, tls, orders, dictionary, validation, stateDir, logonFields, defaultApplVerId, ...session } =
    venue;
  return {
    role: 'initiator',
    ...session,
    ...(defaultApplVerId !== undefined && { defaultApplVerId: APPL_VER_ID[defaultApplVerId] }),
    ...(logonFields !== undefined && {
      logonFields: Object.entries(logonFields).map(([tag, text]): [number, string] => [Number(tag), text]),
    }),
  };
}
