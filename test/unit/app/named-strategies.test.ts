import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { DEFAULT_LOOP } from '../../../app/config/defaults.ts';
import { parseConfig } from '../../../app/config/index.ts';
import { bundleAll } from '../../../app/drive-engine.ts';
import { refuseUnknownStrategies } from '../../../app/named-strategies.ts';
import type { EngineOptions } from '../../../app/options.ts';

const configAt = (path: readonly PropertyKey[]): string => `engine.yaml:${path.length}`;
const position = { symbol: 'AAPL', quantity: 1, averagePrice: 1 };

it('a limit of a strategy that is not loaded is refused with file, line and the near name', () => {
  const risk = { strategies: { maker: {}, takr: { maxQuantity: 5 } } };
  expect(() => refuseUnknownStrategies({ risk, configAt }, ['maker', 'taker'])).toThrow(
    expect.objectContaining({
      code: 'ERR_LIMIT_SCOPE',
      exitStatus: 2,
      message: 'engine.yaml:3: risk.strategies.takr: no strategy takr is loaded: did you mean taker?',
    }),
  );
});

it('a position of one too; the house holds what it likes', () => {
  const positions = [
    { ...position, strategy: 'house' },
    { ...position, strategy: 'nobody' },
  ];
  expect(() => refuseUnknownStrategies({ risk: {}, positions, configAt }, ['maker'])).toThrow(
    'engine.yaml:3: positions.1.strategy: no strategy nobody is loaded: there is maker, house.',
  );
  expect(() => refuseUnknownStrategies({ risk: {}, positions: positions.slice(0, 1) }, ['maker'])).not.toThrow();
});

it('it is found as soon as the strategies are planned', async () => {
  const { risk } = parseConfig('risk: { strategies: { nobody: { maxQuantity: 5 } } }', 'engine.yaml');
  const strategies = [{ source: 'imbalance-taker', folder: tmpdir(), params: {} }];
  const options = { strategies, risk, loop: DEFAULT_LOOP, out: null } as unknown as EngineOptions;
  await expect(bundleAll(options)).rejects.toMatchObject({ code: 'ERR_LIMIT_SCOPE' });
});
