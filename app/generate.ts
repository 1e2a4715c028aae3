/** `hotlap generate`: what the command line needs of the generator. */
import { HotlapError } from '../engine/domain/errors.ts';
import { type GenerateOptions, type GenerateResult, generateRecording as write } from '../simulator/index.ts';

export type { GenerateOptions, GenerateResult };

export async function generateRecording(options: GenerateOptions): Promise<GenerateResult> {
  try {
    return await write(options);
  } catch (error) {
    if (options.signal?.aborted !== true) throw error;
    throw new HotlapError('ERR_RUN_INTERRUPTED', `Interrupted: ${options.outputPath} was not written.`, {
      cause: error,
    });
  }
}
