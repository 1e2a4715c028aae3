/** Flags that demo, run and replay share, and what becomes of them. */
import type { Command } from 'commander';
import { DEFAULT_WARM_UP_MESSAGES, emptyConfig, type LoadedConfig, loadConfig } from '../app/config/index.ts';
import { launchState } from '../app/launch-state.ts';
import type { EngineOptions, Idle, ParamValue, StrategySelection } from '../app/options.ts';
import { usageError } from './fail.ts';
import { date, integer, oneOf, param, positive } from './values.ts';

export interface EngineFlags {
  config?: string;
  strategy?: StrategyFlag[];
  param?: Record<string, ParamValue>;
  idle?: Idle;
  hotCore?: number;
  stallMs?: number;
  checkViews?: boolean;
  seconds?: number;
  warmUp?: number;
  date?: string;
  out?: string;
  json?: boolean;
}

interface StrategyFlag {
  source: string;
  params: Record<string, ParamValue>;
}

export function addEngineFlags(command: Command): Command {
  const strategies: StrategyFlag[] = [];
  const everywhere: Record<string, ParamValue> = {};
  return command
    .option('--config <file>', 'YAML configuration; flags win over it')
    .option('--strategy <source>', 'file, package or shipped sample (repeatable)', (source: string) => {
      strategies.push({ source, params: {} });
      return strategies;
    })
    .option(
      '--param <name=value>',
      'of the --strategy before it, else of every strategy (repeatable)',
      (text: string) => {
        const { name, value } = param(text);
        (strategies.at(-1)?.params ?? everywhere)[name] = value;
        return everywhere;
      },
    )
    .option(
      '--idle <how>',
      'what an idle turn does: spin, yield, backoff',
      oneOf('--idle', ['spin', 'yield', 'backoff']),
    )
    .option(
      '--hot-core <cpu>',
      'CPU of the hot loop (default: the highest that is allowed)',
      integer('--hot-core', 0, 1023),
    )
    .option('--stall-ms <ms>', 'a turn longer than this ends the run', integer('--stall-ms', 10, 600_000))
    .option('--check-views', 'for development: a view that is read after its event throws; slow')
    .option(
      '--warm-up <messages>',
      'messages that compile the code before the first real one; 0: none',
      integer('--warm-up', 0, 1e9),
    )
    .option('--seconds <n>', 'stop after so many seconds', positive('--seconds'))
    .option('--date <day>', "YYYY-MM-DD of the feed's midnight (default: the packets' own)", date)
    .option('--out <folder>', 'keep the run there: summary, orders, latencies, and what it takes to run it again')
    .option('--json', 'print one JSON document on stdout');
}

export function loadedConfig(flags: EngineFlags): LoadedConfig {
  return flags.config === undefined ? emptyConfig() : loadConfig(flags.config);
}

/** @param fallback Strategy that runs when neither flags nor configuration name one; null: that is an error. */
export function engineOptions(flags: EngineFlags, loaded: LoadedConfig, fallback: string | null): EngineOptions {
  checkHotCore(flags.hotCore);
  const { config } = loaded;
  return {
    strategies: chooseStrategies(flags, loaded, fallback),
    risk: config.risk,
    killSwitch: config.killSwitch,
    instruments: config.instruments,
    positions: config.positions,
    recovery: config.recovery,
    loop: {
      ...config.loop,
      ...(flags.idle === undefined ? {} : { idle: flags.idle }),
      ...(flags.checkViews === undefined ? {} : { checkViews: flags.checkViews }),
      ...(flags.stallMs === undefined ? {} : { stallMs: flags.stallMs }),
    },
    seconds: flags.seconds ?? null,
    warmUpMessages: flags.warmUp ?? DEFAULT_WARM_UP_MESSAGES,
    out: flags.out ?? null,
    date: flags.date ?? null,
    commandLine: process.argv.slice(2),
    configuration: loaded.file,
    configAt: loaded.where,
  };
}

function chooseStrategies(flags: EngineFlags, loaded: LoadedConfig, fallback: string | null): StrategySelection[] {
  const cwd = process.cwd();
  const everywhere = flags.param ?? {};
  let chosen: StrategySelection[] = (flags.strategy ?? []).map((each) => ({ ...each, folder: cwd }));
  if (chosen.length === 0)
    chosen = loaded.config.strategies.map((each, index) => ({
      ...each,
      folder: loaded.folder,
      paramsAt: placesOf(each.params, everywhere, (name) => loaded.where(['strategies', index, 'params', name])),
    }));
  if (chosen.length === 0) {
    if (fallback === null)
      throw usageError('No strategy is named: give --strategy FILE, or `strategies:` in the configuration.');
    chosen = [{ source: fallback, folder: cwd, params: {} }];
  }
  // A flag wins over the configuration, and a --param after its --strategy over one before all of them.
  const named = flags.strategy !== undefined;
  return chosen.map((each) => ({
    ...each,
    params: named ? { ...everywhere, ...each.params } : { ...each.params, ...everywhere },
  }));
}

/** Where the parameters that no flag gives are given. */
const placesOf = (params: object, flags: object, where: (name: string) => string): Record<string, string> =>
  Object.fromEntries(
    Object.keys(params)
      .filter((name) => !(name in flags))
      .map((name) => [name, where(name)]),
  );

export function checkHotCore(hotCore: number | undefined): void {
  const { cpus } = launchState();
  if (hotCore === undefined || cpus.length === 0 || cpus.includes(hotCore)) return;
  throw usageError(`--hot-core ${hotCore} is not a CPU this process may use: ${cpus.join(', ')}.`);
}
