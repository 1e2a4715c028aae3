/** `testStrategy`: a strategy through the production path, on a recording or on a market in marbles, for a test to look at. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HotlapError } from '../../engine/domain/errors.ts';
import type { ParamValue } from '../../engine/strategy/params.ts';
import { timeOfDay } from '../../report/format.ts';
import type { RunResult } from '../../report/run-result.ts';
import { DEMO_RECORDING, emptyConfig, loadConfig } from '../config/index.ts';
import type { ReplayWindow } from '../options.ts';
import { replay } from '../replay.ts';
import { orderLines } from '../run-directory/order-lines.ts';
import type { MarketMarbles } from './marbles.ts';
import { marketRecording } from './market-recording.ts';
import { isSent, lineText, type OrderLine, orderLine } from './order-line.ts';

/** Path of the synthetic recording that comes with hotlap: 22 seconds of eight symbols. */
export const demoRecording: string = DEMO_RECORDING;

/** A path, or a file's URL: `new URL('./first.ts', import.meta.url)`. */
export type FileName = string | { readonly href: string };

/** How a strategy is run by {@link testStrategy}; without any of it as `hotlap replay` does. */
export interface TestOptions {
  /** The strategy's parameters by name; defaults for the rest. */
  readonly params?: Readonly<Record<string, ParamValue>>;
  /** YAML configuration, as of `--config`: limits, instruments, delays and fees of the simulated exchange. */
  readonly config?: FileName;
  /** Of a recording, in ns since the feed's midnight: strategies begin there, on whole books. */
  readonly fromNs?: number;
  /** Of a recording, in ns since the feed's midnight: it ends there. */
  readonly toNs?: number;
  /** YYYY-MM-DD of the feed's midnight; of marbles 2026-01-05 unless it is given. */
  readonly date?: string;
  /** Keeps the run there, as `--out` does. */
  readonly out?: FileName;
}

/** A line of the log, of the strategy's own or of the engine's. */
export interface TestLog {
  readonly level: 'info' | 'warn' | 'error';
  readonly text: string;
}

/** What {@link testStrategy} has seen. */
export interface TestRun {
  /** What was sent: orders, replacements, cancels. */
  readonly orders: readonly OrderLine[];
  /** Executions. */
  readonly fills: readonly OrderLine[];
  /** All of the order log: what was sent, and what the venue said. */
  readonly lines: readonly OrderLine[];
  /** The same as text, a line each: what {@link goldenOrders} keeps. */
  readonly orderLog: string;
  /** Of every symbol that was traded. */
  readonly positions: RunResult['positions'];
  /** Orders that were refused before they left, by reason. */
  readonly refusals: RunResult['refusals'];
  /** Of strategies that threw: the error, with the stack in your own files and lines. */
  readonly faults: readonly { readonly strategy: string; readonly text: string }[];
  readonly log: readonly TestLog[];
  /** The result that `hotlap replay --json` prints. */
  readonly result: RunResult;
  /** Of marbles: the diagram. */
  readonly diagram: string | null;
}

const MARBLES_DATE = '2026-01-05';

/**
 * Runs a strategy as `hotlap replay` does: bundled, in a hot thread, with the production engine, its pre-trade risk and
 * the simulated exchange, in recorded time.
 * @param strategy what `--strategy` takes, or a file's URL
 * @param market a recording's path or URL, or {@link marbles}
 */
export async function testStrategy(
  strategy: FileName,
  market: FileName | MarketMarbles,
  options: TestOptions = {},
): Promise<TestRun> {
  const scratch = mkdtempSync(join(tmpdir(), 'hotlap-test-'));
  try {
    const isMarbles = typeof market !== 'string' && 'diagram' in market;
    const recording = isMarbles ? join(scratch, 'marbles.itch') : resolve(pathOf(market));
    if (isMarbles) writeFileSync(recording, marketRecording(market));
    const out = options.out === undefined ? join(scratch, 'run') : resolve(pathOf(options.out));
    const log: TestLog[] = [];
    const { config, file, where } = options.config === undefined ? emptyConfig() : loadConfig(pathOf(options.config));
    const ran = await replay({
      strategies: [{ source: pathOf(strategy), folder: process.cwd(), params: options.params ?? {} }],
      risk: config.risk,
      killSwitch: config.killSwitch,
      instruments: config.instruments,
      positions: config.positions,
      recovery: config.recovery,
      loop: { ...config.loop, checkViews: true },
      simulation: config.simulation,
      configuration: file,
      configAt: where,
      seconds: null,
      warmUpMessages: 0,
      out,
      date: options.date ?? (isMarbles ? MARBLES_DATE : null),
      recording,
      more: [],
      speed: 'max',
      source: null,
      window: windowOf(options),
      paused: false,
      control: null,
      onLog: (level, text) => log.push({ level, text }),
    });
    // The folder is gone by the time that anybody could look for it.
    const { out: _, ...result } = ran;
    const lines = [...orderLines(join(out, 'orders.csv'))].map((line) => orderLine(line, result));
    return {
      orders: lines.filter(isSent),
      fills: lines.filter(({ what }) => what === 'fill'),
      lines,
      orderLog: lines.map((line) => `${timeOfDay(line.timeNs)} ${lineText(line)}\n`).join(''),
      positions: result.positions,
      refusals: result.refusals,
      faults: result.strategies.flatMap(({ name, fault }) =>
        fault === undefined ? [] : [{ strategy: name, text: fault }],
      ),
      log,
      result: options.out === undefined ? result : ran,
      diagram: isMarbles ? market.diagram : null,
    };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const windowOf = ({ fromNs, toNs }: TestOptions): ReplayWindow => ({
  ...(fromNs !== undefined && { fromNs }),
  ...(toNs !== undefined && { toNs }),
});

export const pathOf = (file: FileName): string => {
  const name = typeof file === 'string' ? file : file?.href;
  if (typeof name !== 'string')
    throw new HotlapError(
      'ERR_TEST_FILE',
      "A file was expected, as a path or a URL: give a strategy by its file, `new URL('./first.ts', import.meta.url)`, not what it exports; it runs in a thread of its own, bundled as `--strategy` does it.",
      { exitStatus: 2 },
    );
  return name.startsWith('file:') ? fileURLToPath(name) : name;
};
