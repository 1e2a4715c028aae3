/** What a user says about TLS, read from its files and checked before anything connects. */
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';
import { HotlapError } from '../../engine/domain/errors.ts';

/** TLS of a venue as the configuration has it; the venue's certificate is always verified. */
export interface TlsSettings {
  /** Name that the venue's certificate must carry; absent: the host. */
  readonly serverName?: string;
  /** PEM files of the only CAs that are trusted; absent: the CAs that Node ships. */
  readonly ca?: readonly string[];
  /** PEM files of our own certificate with its chain, and of its key. */
  readonly certificate?: string;
  readonly key?: string;
  readonly passphrase?: string;
  /** SHA-256 of the venue's certificate, in hexadecimal: a certificate of any other is refused, whoever signed it. */
  readonly fingerprint256?: string;
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
  /** The main thread turns without pause while connected: the first order after a pause leaves sooner, at the cost of a CPU. */
  readonly spin: boolean;
}

/** Where to connect, and everything that was read from files. Holds the key: never print it. */
export interface TlsTarget {
  /** The venue's name in messages, with host and port. */
  readonly venue: string;
  readonly host: string;
  readonly port: number;
  readonly serverName: string;
  readonly context: SecureContext;
  readonly fingerprint256: string | undefined;
  readonly hasClientCertificate: boolean;
  readonly spin: boolean;
  /** TCP and the handshake must be done by then. */
  readonly connectTimeoutMs: number;
}

/** A PEM file of more is a wrong file. */
const MAX_PEM_BYTES = 1 << 20;

/** @param folder Relative paths start from it. */
export function readTls(
  settings: TlsSettings,
  at: { venue: string; host: string; port: number; connectTimeoutMs: number },
  folder: string,
): TlsTarget {
  const read = (file: string, key: string): string => readPem(resolve(folder, file), `${at.venue}: \`tls.${key}\``);
  const ca = settings.ca?.map((file) => certificates(read(file, 'ca'), `${at.venue}: \`tls.ca\` ${file}`));
  if ((settings.certificate === undefined) !== (settings.key === undefined)) {
    const [has, lacks] = settings.key === undefined ? ['certificate', 'key'] : ['key', 'certificate'];
    throw refused(`${at.venue}: \`tls.${has}\` needs \`tls.${lacks}\` beside it: name both PEM files`);
  }
  const own =
    settings.certificate === undefined || settings.key === undefined
      ? {}
      : ownPair(
          { name: settings.certificate, pem: read(settings.certificate, 'certificate') },
          { name: settings.key, pem: read(settings.key, 'key') },
          settings.passphrase,
          at.venue,
        );
  return {
    ...at,
    serverName: settings.serverName ?? at.host,
    context: createSecureContext({ ...own, ...(ca && { ca: ca.flat() }), minVersion: settings.minVersion }),
    fingerprint256: settings.fingerprint256?.replaceAll(':', '').toLowerCase(),
    hasClientCertificate: settings.certificate !== undefined,
    spin: settings.spin,
  };
}

/** SNI carries names only: an address is verified against the certificate's addresses instead. */
export const sniOf = (serverName: string): string => (isIP(serverName) === 0 ? serverName : '');

export const fingerprintOf = (certificate: Uint8Array): string =>
  createHash('sha256').update(certificate).digest('hex');

function readPem(file: string, what: string): string {
  try {
    const bytes = readFileSync(file);
    if (bytes.length > MAX_PEM_BYTES) throw refused(`${what}: ${file} is larger than 1 MiB: name a PEM file`);
    return bytes.toString('latin1');
  } catch (cause) {
    if (cause instanceof HotlapError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'does not exist' : code === 'EISDIR' ? 'is a folder' : `cannot be read (${code})`;
    throw refused(`${what}: the file ${file} ${why}: correct the path or its permissions`, cause);
  }
}

/** The certificates of a PEM text, one by one: Node passes over what it cannot read, and would trust nobody. */
function certificates(pem: string, what: string): string[] {
  const found = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (found.length === 0) throw refused(`${what} holds no certificate: give a PEM file (-----BEGIN CERTIFICATE-----)`);
  for (const each of found) {
    try {
      new X509Certificate(each);
    } catch (cause) {
      throw refused(`${what} holds a certificate that cannot be read: export it again as PEM`, cause);
    }
  }
  return found;
}

interface PemFile {
  readonly name: string;
  readonly pem: string;
}

function ownPair(certificate: PemFile, key: PemFile, passphrase: string | undefined, venue: string) {
  const [own] = certificates(certificate.pem, `${venue}: \`tls.certificate\` ${certificate.name}`);
  const privateKey = privateKeyOf(key, passphrase, venue);
  const x509 = new X509Certificate(own as string);
  if (!x509.checkPrivateKey(privateKey)) {
    throw refused(
      `${venue}: \`tls.key\` ${key.name} is not the key of \`tls.certificate\` ${certificate.name}: name the pair that was issued together`,
    );
  }
  if (Date.parse(x509.validTo) < Date.now()) {
    throw refused(
      `${venue}: \`tls.certificate\` ${certificate.name} expired on ${x509.validTo}: ask the venue for a new one`,
    );
  }
  return { cert: certificate.pem, key: key.pem, ...(passphrase !== undefined && { passphrase }) };
}

function privateKeyOf({ name, pem }: PemFile, passphrase: string | undefined, venue: string) {
  try {
    return createPrivateKey({ key: pem, ...(passphrase !== undefined && { passphrase }) });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const isEncrypted = pem.includes('ENCRYPTED');
    if (isEncrypted && passphrase === undefined)
      throw refused(
        `${venue}: \`tls.key\` ${name} is encrypted: give \`tls.passphrase\` by reference, e.g. \${ENV:FIX_KEY_PASSPHRASE}`,
      );
    // The cause is left out: nobody has promised that it does not quote what it was given.
    if (isEncrypted)
      throw refused(`${venue}: \`tls.passphrase\` does not open \`tls.key\` ${name}: correct the secret`);
    throw refused(`${venue}: \`tls.key\` ${name} holds no private key in PEM form (${code}): name the key file`);
  }
}

const refused = (sentence: string, cause?: unknown): HotlapError =>
  new HotlapError('ERR_TLS_SETTINGS', `${sentence}.`, { exitStatus: 2, ...(cause !== undefined && { cause }) });
