/** Reads a scenario: a YAML file of the user's, or one that the package carries. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { HotlapError } from '../../engine/domain/errors.ts';
import { suggest } from '../../engine/domain/suggest.ts';
import { packageRoot } from '../../native/paths.ts';
import { BEHAVIOURS, type BehaviourName, DEFAULT_BEHAVIOUR, type Scenario } from '../../simulator/index.ts';
import { freezeDeep } from './freeze.ts';
import { checkYaml, type FileKind, readTextFile } from './yaml-file.ts';

const SCENARIO: FileKind = { name: 'scenario', flag: '--scenario', tooLarge: '--scenario takes a YAML file' };
const SHIPPED = join(packageRoot, 'scenarios');
/** Longer than any session bears. */
const LONGEST_MS = 600_000;

const time = z.number().min(0).max(LONGEST_MS);
const behaviour = z
  .strictObject({
    share: z.number().min(0).max(1).describe('Of its occasions.'),
    minMs: time.optional().describe('How long it waits or lasts, at least.'),
    maxMs: time.optional().describe('And at most.'),
    atMost: z.int().min(1).max(1e9).nullable().default(DEFAULT_BEHAVIOUR.atMost).describe('How often, in all.'),
  })
  .transform(({ minMs, maxMs, ...rest }) => {
    const shortest = minMs ?? Math.min(DEFAULT_BEHAVIOUR.minMs, maxMs ?? DEFAULT_BEHAVIOUR.minMs);
    return { ...rest, minMs: shortest, maxMs: maxMs ?? Math.max(DEFAULT_BEHAVIOUR.maxMs, shortest) };
  })
  .refine(({ minMs, maxMs }) => minMs <= maxMs, 'minMs must not exceed maxMs');

const names = Object.keys(BEHAVIOURS) as BehaviourName[];
const shape = Object.fromEntries(
  names.map((name) => [name, behaviour.optional().describe(BEHAVIOURS[name])]),
) as Record<BehaviourName, z.ZodOptional<typeof behaviour>>;

export const scenarioSchema = z.strictObject({
  seed: z.int().min(0).max(0xffff_ffff).default(1).describe('The same seed misbehaves in the same way.'),
  behaviours: z.strictObject(shape).prefault({}).describe('What happens, and how often.'),
});

/** Names of the scenarios that the package carries. */
export const shippedScenarios = (): string[] =>
  readdirSync(SHIPPED)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort();

/** @param given a file, or the name of a shipped scenario */
export function loadScenario(given: string): Scenario {
  const isName = /^[a-z][a-z-]*$/.test(given) && !existsSync(given);
  const file = isName ? shippedFile(given) : given;
  return parseScenario(readTextFile(file, SCENARIO), file);
}

function shippedFile(name: string): string {
  const names = shippedScenarios();
  if (names.includes(name)) return join(SHIPPED, `${name}.yaml`);
  const near = suggest(name, names);
  const hint = near === undefined ? `Shipped ones are ${names.join(', ')}.` : `Did you mean \`${near}\`?`;
  throw new HotlapError('ERR_CONFIG_FILE', `There is no scenario ${name}, and no file of that name. ${hint}`, {
    exitStatus: 2,
  });
}

/** @param file Named in messages. */
export function parseScenario(text: string, file: string): Scenario {
  const { seed, behaviours } = checkYaml(text, file, SCENARIO.name, scenarioSchema).value;
  const chosen = Object.entries(behaviours).filter(([, settings]) => settings !== undefined);
  return freezeDeep({ seed, behaviours: Object.fromEntries(chosen) });
}
