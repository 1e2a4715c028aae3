/** What a live run was started with, kept beside its tape: enough to run it again, and no secret. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { HotlapError } from '../../engine/domain/errors.ts';
import type { SessionConfig } from '../../gateway/index.ts';
import { JOURNAL } from '../../native/index.ts';
import type { EnginePlan, LivePlan, ReplayPlan, StorePlan, TapePlan } from '../engine-plan.ts';
import type { ReplayWindow, SimulationSettings } from '../options.ts';

/** Raised with whatever changes what a tape or a plan means: another version runs neither. */
const PLAN_VERSION = 4;
const FILE = 'plan.v8';

type Settings = Omit<EnginePlan, 'source' | 'rehearsals' | 'memory' | 'hotCore'>;

export type KeptTape = Omit<TapePlan, 'ring' | 'openedNs' | 'paused'> & {
  /** Of a demo: how its simulator answered. */
  readonly simulation?: SimulationSettings;
};

/** Of a replay: nothing but the recording came in. */
export interface KeptReplay extends Pick<ReplayPlan, 'mode' | 'simulation'> {
  /** Absolute. */
  readonly file: string;
  /** What was merged with it. */
  readonly more: readonly string[];
  /** Only this group and port; null: the first that frames as MoldUDP64. */
  readonly feed: { readonly group: string; readonly port: number } | null;
  readonly window: ReplayWindow;
}

export interface KeptPlan extends Settings {
  readonly version: typeof PLAN_VERSION;
  readonly source: KeptTape | KeptReplay;
}

/** Before the hot thread is there: the numbers are those that it begins with. */
export function keepPlan(runFolder: string, plan: EnginePlan, source: KeptTape | KeptReplay): void {
  const { source: _, rehearsals: __, memory: ___, hotCore: ____, ...settings } = plan;
  const kept: KeptPlan = { version: PLAN_VERSION, ...settings, source };
  writeFileSync(join(runFolder, FILE), serialize(kept), { mode: 0o600 });
}

/** What a live run is given from the start; the rest is on its tape. */
export const keptTape = ({ session, orders, validation, stopAtSessionEnd, journal, store }: LivePlan): KeptTape => ({
  mode: 'tape',
  session: withoutSecrets(session),
  ...(orders && { orders }),
  ...(validation && { validation }),
  stopAtSessionEnd,
  numbers: numbersOf(store),
  ...(journal && { journal: { nextOrdinal: numbersOf(journal).nextOut, recovered: journal.recovered } }),
});

/** @throws HotlapError ERR_RUN_FOLDER_CONTENT */
export function keptPlan(runFolder: string): KeptPlan {
  const file = join(runFolder, FILE);
  if (!existsSync(file)) {
    throw new HotlapError(
      'ERR_RUN_FOLDER_CONTENT',
      `${runFolder} is no folder of a run: ${FILE} is missing. Give one that \`hotlap demo\`, \`run\` or \`replay\` wrote with --out.`,
    );
  }
  let kept: Partial<KeptPlan>;
  try {
    kept = deserialize(readFileSync(file));
  } catch (cause) {
    throw new HotlapError(
      'ERR_RUN_FOLDER_CONTENT',
      `${file} cannot be read (${(cause as Error).message}): take the folder from a copy.`,
      { cause },
    );
  }
  if (kept.version === PLAN_VERSION) return kept as KeptPlan;
  throw new HotlapError(
    'ERR_RUN_FOLDER_CONTENT',
    `${file} is of version ${kept.version}, this hotlap reads ${PLAN_VERSION}: replay the run with the hotlap that made it.`,
  );
}

function numbersOf(store: StorePlan | undefined): TapePlan['numbers'] {
  if (store === undefined) return { nextOut: 1, nextIn: 1 };
  const cells = new Int32Array(store.cells);
  return { nextOut: cells[JOURNAL.nextOut] as number, nextIn: cells[JOURNAL.nextIn] as number };
}

/** What a Logon carried does not matter to what came in. */
function withoutSecrets({ password: _, newPassword: __, logonFields: ___, ...session }: SessionConfig): SessionConfig {
  return session;
}
