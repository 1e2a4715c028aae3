/** The control socket of a replay: `hotlap ctl` asks how it is, and holds, steps and seeks it. */
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DEFAULT_CONTROL } from './config/control-schema.ts';
import { controlAt, NO_CONTROL, type OpenControl, SOCKET_NAME } from './control/open-control.ts';
import type { EngineHost } from './engine-host.ts';
import type { EnginePlan } from './engine-plan.ts';
import type { EngineOptions } from './options.ts';
import { temporaryFolderName } from './run-files.ts';

export interface ReplayControlOptions extends Pick<EngineOptions, 'onLog'> {
  /** As the user named it; null: one of its own. */
  readonly control: string | null;
  /** Somebody is going to need it: where it lies is told. */
  readonly isExpected: boolean;
}

/** A replay without a place for a socket of its own runs all the same. */
export async function openReplayControl({ control, isExpected, onLog }: ReplayControlOptions): Promise<OpenControl> {
  const log = (level: 'info' | 'warn', text: string): void => {
    if (level === 'warn' || isExpected || control !== null) onLog?.(level, text);
  };
  if (control !== null) return controlAt(control, 'replay', DEFAULT_CONTROL, log);
  const file = join(temporaryFolderName('control'), SOCKET_NAME);
  try {
    mkdirSync(dirname(file), { mode: 0o700 });
    const { serve, close } = await controlAt(file, 'replay', DEFAULT_CONTROL, (level, text) => log(level, text));
    return {
      serve,
      close: () => {
        close();
        rmSync(dirname(file), { recursive: true, force: true });
      },
    };
  } catch (error) {
    log('info', `\`hotlap ctl\` cannot reach this replay: ${(error as Error).message}`);
    return NO_CONTROL;
  }
}

/** From here on requests are answered. */
export const serveReplay = (control: OpenControl, plan: EnginePlan, host: EngineHost): void =>
  control.serve({
    plan,
    venue: 'the exchange model',
    receiving: () => host.receiving,
    sending: () => host.sending,
    ask: (command, who) => host.ask(command, who),
    swap: (request, who) => host.swap(request, who),
  });
