import type { VenueSettings } from '../options.ts';

/** A venue may echo what it was told: no secret leaves in a text. */
export function masking({ password, newPassword, tls, logonFields = {} }: VenueSettings): (text: string) => string {
  // Short values of Logon fields, such as a flag, are no secrets, and would tear words apart.
  const fields = Object.values(logonFields).filter((value) => value.length > 3);
  const secrets = [password, newPassword, tls?.passphrase, ...fields];
  const hidden = secrets.filter((secret): secret is string => secret !== undefined && secret !== '');
  return (text) => hidden.reduce((masked, secret) => masked.replaceAll(secret, '***'), text);
}
