/** Why a TLS connection could not be made or broke, as a clause that says what to do. */
import type { TlsTarget } from './tls-settings.ts';

/** A certificate other than the pinned one; thrown by our own check of the peer. */
export const WRONG_FINGERPRINT = 'HOTLAP_FINGERPRINT';
export const CONNECT_TIMEOUT = 'HOTLAP_CONNECT_TIMEOUT';

type Explain = (target: TlsTarget, error: NodeJS.ErrnoException) => string;

const unknownCa: Explain = () =>
  "the venue's certificate is signed by a CA that is not trusted here: name the venue's CA in `tls.ca`";
const refusedUs: Explain = ({ hasClientCertificate }) =>
  hasClientCertificate
    ? 'the venue refused our certificate: check with the venue that it is the one it knows, and that it is not expired'
    : 'the venue demands a client certificate: name it in `tls.certificate` and `tls.key`';
const noTls: Explain = ({ port }) =>
  `what answers on port ${port} does not speak TLS: check the port, or leave \`tls\` out for a plain connection`;
const noVersion: Explain = () =>
  'the venue offers no TLS version or cipher that we accept: ask it for TLS 1.2 or later, or lower `tls.minVersion`';

/** By Node's code without the family before it. */
const EXPLANATIONS: Readonly<Record<string, Explain>> = {
  CERT_HAS_EXPIRED: () =>
    "the venue's certificate, or one of its CA, has expired: check this host's date, ask the venue",
  CERT_NOT_YET_VALID: () => "the venue's certificate is not valid yet: check this host's date",
  CERT_REVOKED: () => "the venue's certificate is revoked: ask the venue",
  CERT_ALTNAME_INVALID: ({ serverName }) =>
    `the venue's certificate is not for ${serverName}: correct \`host\`, or give the name it carries as \`tls.serverName\``,
  SELF_SIGNED_CERT_IN_CHAIN: unknownCa,
  DEPTH_ZERO_SELF_SIGNED_CERT: unknownCa,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownCa,
  UNABLE_TO_GET_ISSUER_CERT: unknownCa,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownCa,
  CERT_SIGNATURE_FAILURE: unknownCa,
  CERT_UNTRUSTED: unknownCa,
  INVALID_CA: () => 'a certificate in `tls.ca` is no CA: name the file of the CA that signed the venue',
  [WRONG_FINGERPRINT]: () =>
    "the venue's certificate is not the one of `tls.fingerprint256`: if the venue has renewed it, pin the new one",
  [CONNECT_TIMEOUT]: ({ connectTimeoutMs }) =>
    `no TLS connection within ${connectTimeoutMs} ms: check host, port and firewall, and that the port speaks TLS`,
  WRONG_VERSION_NUMBER: noTls,
  PACKET_LENGTH_TOO_LONG: noTls,
  UNEXPECTED_MESSAGE: noTls,
  HTTP_REQUEST: noTls,
  TLSV1_ALERT_PROTOCOL_VERSION: noVersion,
  TLSV1_ALERT_INSUFFICIENT_SECURITY: noVersion,
  UNSUPPORTED_PROTOCOL: noVersion,
  SSL_TLSV1_ALERT_PROTOCOL_VERSION: noVersion,
  TLSV13_ALERT_CERTIFICATE_REQUIRED: refusedUs,
  TLSV1_ALERT_UNKNOWN_CA: refusedUs,
  SSLV3_ALERT_BAD_CERTIFICATE: refusedUs,
  SSLV3_ALERT_CERTIFICATE_EXPIRED: refusedUs,
  SSLV3_ALERT_CERTIFICATE_REVOKED: refusedUs,
  SSLV3_ALERT_CERTIFICATE_UNKNOWN: refusedUs,
  SSLV3_ALERT_UNSUPPORTED_CERTIFICATE: refusedUs,
  TLSV1_ALERT_ACCESS_DENIED: refusedUs,
  SSLV3_ALERT_HANDSHAKE_FAILURE: (target) =>
    `the venue refused the handshake: ${target.hasClientCertificate ? 'it accepts none of our TLS versions and ciphers, or not our certificate' : 'it may demand a client certificate (`tls.certificate`, `tls.key`) or another TLS version'}`,
  ECONNREFUSED: () => 'nobody listens there: check `host` and `port`, and that the venue is up',
  EHOSTUNREACH: () => 'the host cannot be reached: check the route and the firewall',
  ENETUNREACH: () => 'the network cannot be reached: check the route',
  ETIMEDOUT: () => 'the host does not answer: check `host`, `port` and the firewall',
  ENOTFOUND: ({ host }) => `the host ${host} is not known here: check it for a typing error`,
  EAI_AGAIN: ({ host }) => `the name ${host} could not be looked up: check the name server`,
};

/** The handshake was done, and not a byte came before the end: TLS 1.3 lets a server say no only then, if it says anything. */
export const wordless = ({ venue, hasClientCertificate }: TlsTarget): string =>
  `TLS to ${venue}: the venue closed the connection without a word after the handshake: it may ${hasClientCertificate ? 'refuse our certificate' : 'demand a client certificate'}, or not know our CompIDs`;

/** @param secured the handshake was done when it happened */
export function tlsFailure(target: TlsTarget, error: NodeJS.ErrnoException, secured: boolean): string {
  const code = error.code ?? '';
  const explain = EXPLANATIONS[code.replace(/^ERR_(?:SSL|TLS)_/, '')];
  if (explain !== undefined) return `TLS to ${target.venue}: ${explain(target, error)}`;
  if (secured) return `TLS to ${target.venue}: the connection failed (${code === '' ? 'unknown reason' : code})`;
  if (code === 'ECONNRESET' || code === 'EPIPE')
    return `TLS to ${target.venue}: the venue broke the handshake off: it may not speak TLS on this port, or not know this address`;
  return `TLS to ${target.venue}: the handshake failed (${code === '' ? error.message : code})`;
}
