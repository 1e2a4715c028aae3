/** One of the two folders: what of it is compared, once it is known to be as the run has left it. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { HotlapError } from '../../engine/domain/errors.ts';
import { type KeptPlan, keptPlan } from '../run-directory/kept-plan.ts';
import { hashFile, type Manifest, readManifest } from '../run-directory/manifest.ts';

const FILES = { summary: 'summary.json', orders: 'orders.csv', refusals: 'refusals.csv', plan: 'plan.v8' } as const;

const summarySchema = z.object({
  feed: z.object({
    gaps: z.number(),
    lostMessages: z.number(),
    drops: z.number().optional(),
    faults: z.object({}).optional(),
  }),
  instruments: z.array(
    z.object({ symbol: z.string(), priceScale: z.number(), multiplier: z.number(), mark: z.string().nullable() }),
  ),
  positions: z.array(z.object({ strategy: z.string(), symbol: z.string(), quantity: z.number() })),
  kills: z.array(z.unknown()),
  lastSequence: z.number(),
  orderLogLost: z.number(),
  refusalsLost: z.number().default(0),
});

export interface RunSide {
  readonly folder: string;
  readonly manifest: Manifest & { readonly orderLogHash: string };
  readonly plan: KeptPlan;
  readonly summary: z.infer<typeof summarySchema>;
  readonly orders: string;
  readonly refusals: string;
}

/** @throws HotlapError ERR_RUN_FOLDER_CONTENT, ERR_RUN_UNFINISHED */
export async function openSide(path: string): Promise<RunSide> {
  const folder = resolve(path);
  const manifest = readManifest(folder);
  const { orderLogHash } = manifest;
  if (manifest.endedAt === null || orderLogHash === null) {
    throw new HotlapError(
      'ERR_RUN_UNFINISHED',
      `The run of ${folder} was killed before it could write down its orders: there is nothing to compare. Give runs that have ended.`,
    );
  }
  for (const name of Object.values(FILES)) await refuseChanged(folder, name, manifest);
  const summary = summarySchema.safeParse(JSON.parse(readFileSync(join(folder, FILES.summary), 'utf8')));
  if (!summary.success) {
    throw new HotlapError(
      'ERR_RUN_FOLDER_CONTENT',
      `${join(folder, FILES.summary)} lacks what is compared: it is of another version of hotlap. Run both with the same hotlap, and compare those.`,
    );
  }
  return {
    folder,
    manifest: { ...manifest, orderLogHash },
    plan: keptPlan(folder),
    summary: summary.data,
    orders: join(folder, FILES.orders),
    refusals: join(folder, FILES.refusals),
  };
}

async function refuseChanged(folder: string, name: string, { files, hotlap }: Manifest): Promise<void> {
  const file = join(folder, name);
  const was = files[name];
  if (was === undefined) {
    throw new HotlapError(
      'ERR_RUN_FOLDER_CONTENT',
      `The run of ${folder} has no ${name}: it is of hotlap ${hotlap}, another version. Run both with the same hotlap, and compare those.`,
    );
  }
  if (existsSync(file) && (await hashFile(file)).sha256 === was.sha256) return;
  throw new HotlapError(
    'ERR_RUN_FOLDER_CONTENT',
    `${file} is not as the run has left it: take the folder from a copy. \`hotlap verify ${folder}\` tells what else has changed.`,
  );
}
