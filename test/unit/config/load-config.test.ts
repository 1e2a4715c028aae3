import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_LOOP, emptyConfig, loadConfig, parseConfig, suggest } from '../../../app/config/index.ts';
import { HotlapError } from '../../../engine/domain/errors.ts';

const failure = (text: string): HotlapError => {
  try {
    parseConfig(text, 'engine.yaml');
  } catch (error) {
    if (error instanceof HotlapError) return error;
    throw error;
  }
  throw new Error('it was accepted');
};

const VENUE = 'venues:\n  - host: fix.example.com\n    port: 9878\n    senderCompId: ME\n    targetCompId: THEM\n';

describe('a configuration', () => {
  test('may be empty: every default is there, and nothing can change it', () => {
    const config = parseConfig('', 'engine.yaml');
    expect(config).toEqual(emptyConfig().config);
    expect(config.loop).toEqual(DEFAULT_LOOP);
    expect(Object.isFrozen(config.loop)).toBe(true);
    expect(() => {
      (config.loop as { stallMs: number }).stallMs = 1;
    }).toThrow(TypeError);
  });

  test('is read as written', () => {
    const config = parseConfig(
      `feeds:\n  - {group: 239.1.1.1, port: 26400, interface: 10.0.0.2}\n${VENUE}strategies:\n  - source: ./mine.ts\n    params: {symbol: AAPL, quantity: 200, enter: 0.7, passive: true}\nrisk: {maxQuantity: 500}\nloop: {idle: backoff}\n`,
      'engine.yaml',
    );
    expect(config.feeds[0]).toMatchObject({ protocol: 'itch50', group: '239.1.1.1', interface: '10.0.0.2' });
    expect(config.venues[0]).toMatchObject({ beginString: 'FIX.4.4', heartBtIntMs: 30_000, senderCompId: 'ME' });
    expect(config.venues[0]).not.toHaveProperty('password');
    expect(config.strategies[0].params).toEqual({ symbol: 'AAPL', quantity: 200, enter: 0.7, passive: true });
    expect(config.risk.maxQuantity).toBe(500);
    expect(config.loop).toMatchObject({ idle: 'backoff', stallMs: DEFAULT_LOOP.stallMs });
  });

  test.each([
    [
      'risk:\n  max_quantity: 5\n',
      'ERR_CONFIG_UNKNOWN_KEY',
      /engine\.yaml:2: unknown key `max_quantity` in risk\. Did you mean `maxQuantity`\?/,
    ],
    ['risks: {}\n', 'ERR_CONFIG_UNKNOWN_KEY', /engine\.yaml:1: unknown key `risks`\. Did you mean `risk`\?/],
    ['loop:\n  idle: spin\n\n  zzz: 1\n', 'ERR_CONFIG_UNKNOWN_KEY', /engine\.yaml:4: .*Known keys are idle, stallMs/],
    [
      `${VENUE}    senderCompID: X\n`,
      'ERR_CONFIG_UNKNOWN_KEY',
      /engine\.yaml:6: .*in venues\[0\]\. Did you mean `senderCompId`\?/,
    ],
    [
      'loop:\n  stallMs: fast\n',
      'ERR_CONFIG_VALUE',
      /engine\.yaml:2: `loop\.stallMs` is wrong: expected number, received string\./,
    ],
    ['loop: {idle: spinn}\n', 'ERR_CONFIG_VALUE', /`loop\.idle` is wrong: .*"spin"/],
    ['feeds:\n  - port: 1\n', 'ERR_CONFIG_VALUE', /engine\.yaml:2: `feeds\[0\]\.group` is missing\./],
    ['feeds:\n  - {group: example.com, port: 1}\n', 'ERR_CONFIG_VALUE', /must be an IPv4 address/],
    ['- 1\n', 'ERR_CONFIG_VALUE', /the configuration/],
    ['a: [1\n', 'ERR_CONFIG_SYNTAX', /engine\.yaml:\d: this is not YAML/],
    ['loop:\n\tidle: spin\n', 'ERR_CONFIG_SYNTAX', /engine\.yaml:2: .*tabs/],
    ['loop: {idle: spin}\nloop: {idle: yield}\n', 'ERR_CONFIG_SYNTAX', /engine\.yaml:2: .*unique/],
  ])('that is wrong is refused with its line: %j', (text, code, message) => {
    const error = failure(text);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.exitStatus).toBe(2);
  });

  test('takes secrets from the environment and from files, relative to itself', () => {
    const folder = mkdtempSync(join(tmpdir(), 'hotlap-config-'));
    writeFileSync(join(folder, 'secret'), 'from the file\n');
    writeFileSync(
      join(folder, 'engine.yaml'),
      `${VENUE}    username: \${ENV:HOTLAP_TEST_USER}\n    password: \${FILE:secret}\n`,
    );
    process.env.HOTLAP_TEST_USER = 'somebody';
    try {
      const { config, folder: base } = loadConfig(join(folder, 'engine.yaml'));
      expect(config.venues[0]).toMatchObject({ username: 'somebody', password: 'from the file' });
      expect(base).toBe(folder);
    } finally {
      delete process.env.HOTLAP_TEST_USER;
    }
  });

  test('tells of a secret in clear text, without its value', () => {
    const folder = mkdtempSync(join(tmpdir(), 'hotlap-config-'));
    const file = join(folder, 'engine.yaml');
    const tls = '    tls: {passphrase: open-sesame}\n';
    writeFileSync(file, `${VENUE}    password: hunter2\n    newPassword: \${ENV:HOTLAP_TEST_NEW}\n${tls}`);
    process.env.HOTLAP_TEST_NEW = 'by reference';
    try {
      expect(loadConfig(file).clearText).toEqual([
        `${file}:6: venues.0.password lies here in clear text; give it as \${ENV:NAME} or \${FILE:path}.`,
        `${file}:8: venues.0.tls.passphrase lies here in clear text; give it as \${ENV:NAME} or \${FILE:path}.`,
      ]);
    } finally {
      delete process.env.HOTLAP_TEST_NEW;
    }
  });

  test('names a secret that is not there, never its value', () => {
    expect(failure(`${VENUE}    password: \${ENV:HOTLAP_NOT_SET}\n`).message).toMatch(
      /engine\.yaml:6: venues\.0\.password: the environment variable HOTLAP_NOT_SET is not set/,
    );
    expect(failure(`${VENUE}    password: \${FILE:/does/not/exist}\n`).code).toBe('ERR_CONFIG_SECRET');
  });

  test('that is no configuration at all ends in one of its own errors', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        try {
          parseConfig(text, 'engine.yaml');
        } catch (error) {
          expect(error).toBeInstanceOf(HotlapError);
          expect((error as HotlapError).code).toMatch(/^ERR_CONFIG_/);
        }
      }),
    );
  });

  test('whose file is missing or a folder says so', () => {
    expect(() => loadConfig('/does/not/exist.yaml')).toThrow(/does not exist/);
    expect(() => loadConfig(tmpdir())).toThrow(/is a folder/);
  });
});

describe('a suggestion', () => {
  test('takes slips, not other words', () => {
    expect(suggest('sped', ['speed', 'seconds'])).toBe('speed');
    expect(suggest('max-order', ['maxOrder', 'minOrder'])).toBe('maxOrder');
    expect(suggest('teh', ['the'])).toBe('the');
    expect(suggest('replay', ['simulator', 'bench'])).toBeUndefined();
    expect(suggest('', ['a', 'bench'])).not.toBe('bench');
  });
});
