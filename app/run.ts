import { HotlapError } from '../engine/domain/errors.ts';
import type { RunResult } from '../report/run-result.ts';
import type { RunOptions } from './options.ts';

export async function run(_options: RunOptions): Promise<RunResult> {
  throw new HotlapError('ERR_RUN_UNAVAILABLE', 'run is not put together yet.');
}
