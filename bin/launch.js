// Prepares the process that a hot loop needs, then starts the command line. Both need a fresh image of the
// process: V8 reads its flags once, and its helper threads, which exist before this line, keep the CPU mask
// they were born with. execve keeps the pid, so signals and parents notice nothing.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rememberKills, settleKills } from './early-kill.js';

const HOT_COMMANDS = ['demo', 'run', 'replay', 'record', 'simulator', 'bench'];

const V8_FLAGS = [
  // Collections run where they are asked for, not on helper threads that would share the hot core's cache.
  '--single-threaded-gc',
  // It would keep every version that a strategy was swapped for: half a megabyte each.
  '--no-compilation-cache',
  '--disable-warning=ExperimentalWarning',
];

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

export async function launch() {
  rememberKills();
  hideExperimentalWarnings();
  const args = process.argv.slice(2);
  const isHelp = args.some((arg) => arg === '--help' || arg === '-h');
  const isHot = HOT_COMMANDS.includes(args[0]) && !isHelp;
  if (isHot || (args[0] === 'inspect' && !isHelp)) buildSkippedAddon();
  if (isHot && !alreadyLaunched()) await restart(args);
  const source = path('../cli/main.ts');
  const main = existsSync(source) ? source : path('../dist/cli/main.js');
  await import(pathToFileURL(main).href);
}

/** npm leaves a dependency's install script out unless the project allows it: the addon is then compiled at first use. */
function buildSkippedAddon() {
  if (existsSync(path('../build/Release/hotlap.node'))) return;
  process.stderr.write('hotlap: the native addon is not compiled yet; compiling it once, about half a minute …\n');
  const built = spawnSync(process.execPath, [path('../native/install.js')], { stdio: ['ignore', 2, 2] });
  if (built.status !== 0) process.exit(1);
}

/** True in the image that `restart` made: the pid guards against a variable inherited from a parent. */
function alreadyLaunched() {
  try {
    return JSON.parse(process.env.HOTLAP_LAUNCH ?? '{}').pid === process.pid;
  } catch {
    return false;
  }
}

async function restart(args) {
  const state = { pid: process.pid, ...chooseHotCore(args) };
  await settleKills();
  const env = { ...process.env, ...mallocSettings(args), HOTLAP_LAUNCH: JSON.stringify(state) };
  const argv = [process.execPath, ...V8_FLAGS, ...process.execArgv, path('hotlap.js'), ...args];
  try {
    process.execve(process.execPath, argv, env);
  } catch (error) {
    // Refused, for instance by Node's permission model: the same process goes on, unpinned, and the summary says so.
    const reason = `the process could not be restarted with V8's flags (${error.message})`;
    process.env.HOTLAP_LAUNCH = JSON.stringify({ ...state, hotCore: null, reason });
  }
}

/**
 * glibc gives each thread a heap, and a heap keeps what the start has freed in it. A replay, which is to be small, makes
 * do with two, without what is large, which then takes the pages that are touched. Its loop may wait for another thread.
 */
function mallocSettings([command]) {
  if (command !== 'replay') return {};
  const settings = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '524288' };
  return Object.fromEntries(Object.entries(settings).filter(([name]) => process.env[name] === undefined));
}

/** Restricts this thread, and all that come from it, to every allowed CPU but the hot one. */
function chooseHotCore(args) {
  let cpus = [];
  try {
    const { host } = createRequire(import.meta.url)(path('../build/Release/hotlap.node'));
    cpus = host.affinity();
    const wanted = requestedCore(args);
    // An impossible --hot-core is the command line's to refuse.
    if (wanted !== undefined && !cpus.includes(wanted))
      return { hotCore: null, cpus, reason: `CPU ${wanted} is not allowed` };
    if (cpus.length < 2) return { hotCore: null, cpus, reason: 'only one CPU is allowed here, so the loop shares it' };
    const hotCore = wanted ?? Math.max(...cpus);
    host.setAffinity(cpus.filter((cpu) => cpu !== hotCore));
    return { hotCore, cpus, reason: '' };
  } catch (error) {
    return { hotCore: null, cpus, reason: `the CPU mask could not be set (${error.message})` };
  }
}

function requestedCore(args) {
  const at = args.findIndex((arg) => arg === '--hot-core' || arg.startsWith('--hot-core='));
  if (at < 0) return undefined;
  const text = args[at].includes('=') ? args[at].slice(args[at].indexOf('=') + 1) : args[at + 1];
  return /^\d+$/.test(text ?? '') ? Number(text) : undefined;
}

/** Node's own listener would print them; every other warning stays. */
function hideExperimentalWarnings() {
  const listeners = process.listeners('warning');
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (warning.name !== 'ExperimentalWarning') for (const listener of listeners) listener.call(process, warning);
  });
}
