import { HotlapError } from '../engine/domain/errors.ts';
import type { RunResult } from '../report/run-result.ts';
import type { ReplayOptions } from './options.ts';

export async function replay(_options: ReplayOptions): Promise<RunResult> {
  throw new HotlapError('ERR_RUN_UNAVAILABLE', 'replay is not put together yet.');
}
