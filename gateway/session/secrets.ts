import { TAG } from 'fix-parser';
import type { SessionConfig } from './config.ts';

/** RawData, Password, NewPassword, EncryptedPassword and EncryptedNewPassword. */
const SECRET_TAGS = new Set<number>([TAG.RawData, TAG.Password, TAG.NewPassword, 1402, 1404]);

/** Takes the secrets of a session out of a text, whoever put them there: a venue may echo them. */
export function secretMask({ password, newPassword, logonFields = [] }: SessionConfig): (text: string) => string {
  const fields = logonFields.filter(([tag]) => SECRET_TAGS.has(tag)).map(([, text]) => text);
  const secrets = [password, newPassword, ...fields].filter((secret) => secret !== undefined);
  // Longest first: replacing a secret that begins another one would leave the rest of that to be read.
  secrets.sort((a, b) => b.length - a.length);
  return (text) => secrets.reduce((masked, secret) => masked.replaceAll(secret, '***'), text);
}
