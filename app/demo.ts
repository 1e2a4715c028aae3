import { HotlapError } from '../engine/domain/errors.ts';
import type { RunResult } from '../report/run-result.ts';
import type { DemoOptions } from './options.ts';

export async function demo(_options: DemoOptions): Promise<RunResult> {
  throw new HotlapError('ERR_RUN_UNAVAILABLE', 'demo is not put together yet.');
}
