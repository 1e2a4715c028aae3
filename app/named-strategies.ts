/** Strategies that the configuration names: each is one that is loaded, known before anything is opened. */
import { HotlapError } from '../engine/domain/errors.ts';
import { suggest } from '../engine/domain/suggest.ts';
import { HOUSE } from '../engine/orders/position-report.ts';
import type { EngineOptions } from './options.ts';

type Naming = Pick<EngineOptions, 'risk' | 'positions' | 'configAt'>;

/** @throws HotlapError ERR_LIMIT_SCOPE, ERR_POSITION_STRATEGY */
export function refuseUnknownStrategies({ risk, positions = [], configAt }: Naming, loaded: readonly string[]): void {
  const refuse = (code: string, name: string, known: readonly string[], path: readonly PropertyKey[]): void => {
    if (known.includes(name)) return;
    const near = suggest(name, known);
    const hint = near === undefined ? `there is ${known.join(', ')}` : `did you mean ${near}?`;
    const where = configAt === undefined ? '' : `${configAt(path)}: `;
    const sentence = `${where}${path.join('.')}: no strategy ${name} is loaded: ${hint}${near === undefined ? '.' : ''}`;
    throw new HotlapError(code, sentence, { exitStatus: 2 });
  };
  for (const name of Object.keys(risk.strategies ?? {}))
    refuse('ERR_LIMIT_SCOPE', name, loaded, ['risk', 'strategies', name]);
  for (const [index, { strategy }] of positions.entries())
    refuse('ERR_POSITION_STRATEGY', strategy, [...loaded, HOUSE], ['positions', index, 'strategy']);
}
