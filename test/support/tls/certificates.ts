/** Certificates made with openssl for one test file: a CA, a stranger's CA, servers and clients of both. */
import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const PASSPHRASE = 'correct horse 554';

export class Certificates {
  readonly folder = mkdtempSync(join(tmpdir(), 'hotlap-tls-'));

  constructor() {
    this.#ca('ca', 'Test Exchange CA');
    this.#ca('other-ca', 'Stranger CA');
    this.#issue('server', 'ca', 'localhost', 'DNS:localhost,IP:127.0.0.1');
    this.#issue('elsewhere', 'ca', 'fix.elsewhere.test', 'DNS:fix.elsewhere.test');
    this.#issue('expired', 'ca', 'localhost', 'DNS:localhost,IP:127.0.0.1', -1);
    this.#issue('client', 'ca', 'TRADER', 'DNS:trader.test');
    this.#issue('stranger', 'other-ca', 'TRADER', 'DNS:trader.test');
    this.#openssl(
      'pkey',
      '-in',
      'client.key',
      '-aes256',
      '-passout',
      `pass:${PASSPHRASE}`,
      '-out',
      'client-locked.key',
    );
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  fingerprint(name: string): string {
    return createHash('sha256')
      .update(new X509Certificate(this.read(name)).raw)
      .digest('hex');
  }

  write(name: string, text: string): string {
    writeFileSync(this.path(name), text);
    return this.path(name);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #ca(name: string, commonName: string): void {
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', `${name}.key`];
    this.#openssl('req', '-x509', ...key, '-out', `${name}.pem`, '-subj', `/CN=${commonName}`, '-days', '30');
  }

  #issue(name: string, ca: string, commonName: string, alternatives: string, days = 30): void {
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', `${name}.key`];
    this.#openssl('req', ...key, '-out', `${name}.csr`, '-subj', `/CN=${commonName}`);
    this.write(`${name}.ext`, `subjectAltName=${alternatives}\n`);
    const signer = ['-CA', `${ca}.pem`, '-CAkey', `${ca}.key`, '-CAcreateserial', '-extfile', `${name}.ext`];
    this.#openssl('x509', '-req', '-in', `${name}.csr`, ...signer, '-out', `${name}.pem`, '-days', String(days));
  }

  #openssl(...args: string[]): void {
    execFileSync('openssl', args, { cwd: this.folder, stdio: 'pipe' });
  }
}
