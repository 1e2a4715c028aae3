import type { VenueSettings } from '../options.ts';

/** Of a text of a venue, enough to understand it. */
const MAX_QUOTED = 256;

/** A venue may echo what it was told: no secret leaves in a text. */
export function masking({ password, newPassword, tls, logonFields = {} }: VenueSettings): (text: string) => string {
  // Short values of Logon fields, such as a flag, are no secrets, and would tear words apart.
  const fields = Object.values(logonFields).filter((value) => value.length > 3);
  const secrets = [password, newPassword, tls?.passphrase, ...fields];
  const hidden = secrets.filter((secret): secret is string => secret !== undefined && secret !== '');
  // Longest first: replacing a secret that begins another one would leave the rest of that to be read.
  hidden.sort((a, b) => b.length - a.length);
  return (text) => hidden.reduce((masked, secret) => masked.replaceAll(secret, '***'), text);
}

/** What a peer wrote, masked while it is still whole, without what a terminal would obey. */
export function quoting(venue: VenueSettings): (text: string, length?: number) => string {
  const mask = masking(venue);
  return (text, length = MAX_QUOTED) =>
    mask(text)
      .replace(/[^\x20-\x7e]/g, '?')
      .slice(0, length);
}
