/** Everything a person sees while a command works, all of it on stderr: progress, log lines, and Ctrl-C. */
import { type Options, SingleBar } from 'cli-progress';
import { type Logger, pino } from 'pino';
import type { Progress } from '../app/progress.ts';

export interface Console {
  readonly progress: (progress: Progress) => void;
  readonly log: (level: 'info' | 'warn' | 'error', text: string) => void;
  /** Aborted by SIGINT or SIGTERM; a second one ends the process at once. */
  readonly signal: AbortSignal;
  close(): void;
}

const BAR: Options = {
  format: '{step} [{bar}] {percentage} % · {value}/{total} {unit}',
  stream: process.stderr,
  hideCursor: true,
  clearOnComplete: true,
  barCompleteChar: '#',
  barIncompleteChar: '.',
  barsize: 30,
  // Drawn at most ten times a second: the main thread has other work.
  fps: 10,
};

/** Where nobody knows the end beforehand: a live feed. */
const OPEN_ENDED = '{step} · {value} {unit}';

/** Conventional status of a process that a signal ended: 128 + number. */
const SIGNAL_STATUS = { SIGINT: 130, SIGTERM: 143 } as const;

/** At once: what is starting is not looked at until it has started. */
const INTERRUPTED = 'Interrupted: it stops in order, as soon as it has started; once more ends it at once.';

export function openConsole(): Console {
  const stop = new AbortController();
  const onSignal = (name: keyof typeof SIGNAL_STATUS): void => {
    if (stop.signal.aborted) process.exit(SIGNAL_STATUS[name]);
    tell('info', INTERRUPTED);
    stop.abort();
  };
  const onInterrupt = (): void => onSignal('SIGINT');
  const onTerminate = (): void => onSignal('SIGTERM');
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTerminate);

  const isTerminal = process.stderr.isTTY === true && process.env.TERM !== 'dumb';
  const log = openLog(isTerminal);
  let bar: SingleBar | undefined;
  let step = '';
  // The bar would be torn by a line in its middle: it is cleared, and drawn again by the next progress.
  const tell: Console['log'] = (level, text) => {
    bar?.stop();
    bar = undefined;
    log[level](text);
  };
  return {
    signal: stop.signal,
    progress({ step: name, done, total, unit }) {
      if (!isTerminal) return;
      if (bar === undefined || name !== step) {
        bar?.stop();
        bar = new SingleBar(total === 0 ? { ...BAR, format: OPEN_ENDED } : BAR);
        bar.start(total, done, { step: name, unit });
        step = name;
      } else bar.update(done, { step: name, unit });
    },
    log: tell,
    close() {
      bar?.stop();
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onTerminate);
    },
  };
}

/** Lines for a person on a terminal; JSON lines for whatever reads a pipe. Written at once: the process may end any moment. */
function openLog(isTerminal: boolean): Logger {
  if (!isTerminal)
    return pino({ name: 'hotlap', base: { pid: process.pid } }, pino.destination({ dest: 2, sync: true }));
  return pino(
    {},
    {
      write(line: string) {
        const { level, msg } = JSON.parse(line) as { level: number; msg: string };
        const mark =
          level >= pino.levels.values.error ? 'error: ' : level >= pino.levels.values.warn ? 'warning: ' : '';
        process.stderr.write(`${mark}${msg}\n`);
      },
    },
  );
}
