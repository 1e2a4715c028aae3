import { APPL_VER_ID, type SessionConfig } from '../../gateway/index.ts';
import type { VenueSettings } from './venue-schema.ts';

/** What the session needs of a venue's settings; what the connection, the orders and the log need stays behind. */
export function sessionConfigOf(
  venue: VenueSettings,
  dataFields?: NonNullable<SessionConfig['dataFields']>,
): SessionConfig {
  const { name, host, port, tls, orders, stateDir, dropCopy, logonFields, defaultApplVerId, ...rest } = venue;
  const { dictionary, sessionDictionary, validation, tx, bypass, lwip, ...session } = rest;
  return {
    role: 'initiator',
    ...session,
    ...(dataFields !== undefined && { dataFields }),
    ...(defaultApplVerId !== undefined && { defaultApplVerId: APPL_VER_ID[defaultApplVerId] }),
    ...(logonFields !== undefined && {
      logonFields: Object.entries(logonFields).map(([tag, text]): [number, string] => [Number(tag), text]),
    }),
  };
}
