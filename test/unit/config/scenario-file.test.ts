import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadScenario, parseScenario, shippedScenarios } from '../../../app/config/index.ts';
import { BEHAVIOURS } from '../../../simulator/index.ts';

const parse = (text: string) => parseScenario(text, 'night.yaml');
const complaint = (code: string, message: string | RegExp) => expect.objectContaining({ code, message, exitStatus: 2 });

describe('a scenario', () => {
  it('has a seed, and of each behaviour the share and the times', () => {
    const { seed, behaviours } = parse('seed: 9\nbehaviours:\n  bust: { share: 0.5, minMs: 2, maxMs: 3, atMost: 4 }');
    expect({ seed, behaviours }).toEqual({
      seed: 9,
      behaviours: { bust: { share: 0.5, minMs: 2, maxMs: 3, atMost: 4 } },
    });
  });

  it('needs no more than the shares', () => {
    expect(parse('')).toEqual({ seed: 1, behaviours: {} });
    expect(parse('behaviours: { reject: { share: 1 } }').behaviours).toEqual({
      reject: { share: 1, minMs: 1, maxMs: 100, atMost: null },
    });
    // The default of the other bound gives way.
    expect(parse('behaviours: { delay: { share: 1, minMs: 500 } }').behaviours.delay).toMatchObject({ maxMs: 500 });
    expect(parse('behaviours: { delay: { share: 1, maxMs: 0.5 } }').behaviours.delay).toMatchObject({ minMs: 0.5 });
  });

  it.each([
    [
      'behaviours:\n  rejct: { share: 1 }',
      'ERR_CONFIG_UNKNOWN_KEY',
      /^night.yaml:2: unknown key `rejct` in behaviours. Did you mean `reject`\?$/,
    ],
    ['behaviours:\n  bust: { share: 1, minMS: 1 }', 'ERR_CONFIG_UNKNOWN_KEY', /Did you mean `minMs`\?$/],
    ['behaviours:\n  bust: { share: 2 }', 'ERR_CONFIG_VALUE', /^night.yaml:2: `behaviours.bust.share` is wrong/],
    ['behaviours:\n  bust: { minMs: 1 }', 'ERR_CONFIG_VALUE', 'night.yaml:2: `behaviours.bust.share` is missing.'],
    ['behaviours:\n  bust: { share: 1, minMs: 5, maxMs: 1 }', 'ERR_CONFIG_VALUE', /minMs must not exceed maxMs/],
    ['behaviours:\n  bust: { share: 1, maxMs: 600001 }', 'ERR_CONFIG_VALUE', /`behaviours.bust.maxMs` is wrong/],
    ['seed: -1', 'ERR_CONFIG_VALUE', /^night.yaml:1: `seed` is wrong/],
    ['seed: [', 'ERR_CONFIG_SYNTAX', /^night.yaml:1: this is not YAML/],
  ])('%j is refused with the line', (text, code, message) => {
    expect(() => parse(text)).toThrow(
      complaint(code, typeof message === 'string' ? message : expect.stringMatching(message)),
    );
  });
});

describe('where a scenario comes from', () => {
  it('the package carries some, by name; together they have every behaviour of the order session', () => {
    const names = shippedScenarios();
    expect(names).toContain('rough-session');
    const used = new Set(names.flatMap((name) => Object.keys(loadScenario(name).behaviours)));
    const missing = Object.keys(BEHAVIOURS).filter((name) => !used.has(name));
    expect(missing).toEqual(['falseCopy']);
  });

  it('a file is read, a missing one is told', () => {
    const folder = mkdtempSync(join(tmpdir(), 'scenario-'));
    try {
      const file = join(folder, 'mine.yaml');
      writeFileSync(file, 'seed: 4');
      expect(loadScenario(file).seed).toBe(4);
      expect(() => loadScenario(join(folder, 'none.yaml'))).toThrow(
        complaint(
          'ERR_CONFIG_FILE',
          expect.stringMatching(/^The scenario .*none.yaml does not exist: check .*--scenario\.$/),
        ),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('a name that none has is answered with those there are', () => {
    expect(() => loadScenario('rough-sesion')).toThrow(
      complaint('ERR_CONFIG_FILE', expect.stringMatching(/Did you mean `rough-session`\?/)),
    );
  });
});
