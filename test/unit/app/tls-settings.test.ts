import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTls, type TlsSettings } from '../../../app/tls/tls-settings.ts';
import { HotlapError } from '../../../engine/domain/errors.ts';
import { Certificates, PASSPHRASE } from '../../support/tls/certificates.ts';

let certificates: Certificates;
beforeAll(() => {
  certificates = new Certificates();
  certificates.write('garbage.pem', 'not a certificate');
  certificates.write('torn.pem', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
  certificates.write('huge.pem', 'x'.repeat((1 << 20) + 1));
});
afterAll(() => certificates.remove());

const AT = { venue: 'test (fix.example:9878)', host: 'fix.example', port: 9_878, connectTimeoutMs: 1_000 };

const read = (settings: Partial<TlsSettings>) =>
  readTls({ minVersion: 'TLSv1.2', spin: false, ...settings }, AT, certificates.folder);

function refusal(settings: Partial<TlsSettings>): string {
  try {
    read(settings);
  } catch (error) {
    expect(error).toBeInstanceOf(HotlapError);
    expect(error).toMatchObject({ code: 'ERR_TLS_SETTINGS', exitStatus: 2 });
    return (error as HotlapError).message;
  }
  throw new Error('it was accepted');
}

const own = { certificate: 'client.pem', key: 'client.key' };

describe('TLS settings', () => {
  it('are read from files beside the configuration', () => {
    const target = read({ ...own, key: 'client-locked.key', passphrase: PASSPHRASE, ca: ['ca.pem', 'other-ca.pem'] });
    expect(target).toMatchObject({ serverName: 'fix.example', hasClientCertificate: true, spin: false });
    expect(read({ fingerprint256: `${'AB:'.repeat(31)}AB` }).fingerprint256).toBe('ab'.repeat(32));
  });

  it.each<[string, Partial<TlsSettings>, RegExp]>([
    [
      'a CA file that is missing',
      { ca: ['nowhere.pem'] },
      /`tls\.ca`: the file \S+nowhere\.pem does not exist: correct/,
    ],
    ['a folder', { ca: ['.'] }, /is a folder/],
    ['no certificate', { ca: ['garbage.pem'] }, /`tls\.ca` garbage\.pem holds no certificate: give a PEM file/],
    ['a certificate that is torn', { ca: ['torn.pem'] }, /holds a certificate that cannot be read: export it again/],
    ['a file that is no PEM', { ca: ['huge.pem'] }, /larger than 1 MiB/],
    ['a certificate without its key', { certificate: 'client.pem' }, /`tls\.certificate` needs `tls\.key` beside it/],
    ['a key without its certificate', { key: 'client.key' }, /`tls\.key` needs `tls\.certificate` beside it/],
    [
      "another one's key",
      { ...own, key: 'server.key' },
      /server\.key is not the key of `tls\.certificate` client\.pem/,
    ],
    ['a key that is none', { ...own, key: 'garbage.pem' }, /garbage\.pem holds no private key in PEM form/],
    ['a locked key', { ...own, key: 'client-locked.key' }, /is encrypted: give `tls\.passphrase` by reference/],
    [
      'an expired certificate',
      { certificate: 'expired.pem', key: 'expired.key' },
      /expired\.pem expired on .* ask the venue/,
    ],
  ])('with %s are refused with what to do', (_what, settings, message) => {
    expect(refusal(settings)).toMatch(message);
    expect(refusal(settings)).toMatch(/^test \(fix\.example:9878\): /);
  });

  it('with a wrong passphrase are refused without repeating it, in no part of the error', () => {
    const passphrase = 'wrong-but-secret';
    try {
      read({ ...own, key: 'client-locked.key', passphrase });
      throw new Error('it was accepted');
    } catch (error) {
      const { message, stack, cause } = error as Error;
      expect(message).toMatch(/`tls\.passphrase` does not open `tls\.key` client-locked\.key: correct the secret/);
      expect(`${message}${stack}${String(cause)}${JSON.stringify(error)}`).not.toContain(passphrase);
    }
  });
});
