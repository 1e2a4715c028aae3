// Compiles the addon with node-gyp, against the headers beside the running Node where it brings them.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

if (process.platform !== 'linux') {
  console.error('hotlap runs on Linux only: its receive path is Linux sockets and AF_XDP.');
  process.exit(1);
}

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const prefix = dirname(dirname(process.execPath));
const headers = existsSync(join(prefix, 'include', 'node', 'node_api.h')) ? [`--nodedir=${prefix}`] : [];
const result = spawnSync('node-gyp', ['rebuild', '--jobs=max', ...headers], {
  cwd: root,
  encoding: 'utf8',
  env: { ...process.env, npm_config_nodedir: headers.length > 0 ? prefix : (process.env.npm_config_nodedir ?? '') },
});
const output = `${result.stdout ?? ''}${result.stderr ?? ''}`;
if (result.status !== 0) {
  process.stderr.write(output);
  console.error(
    'hotlap: the native addon did not compile. It needs python3, make and g++ 10 or newer: `apt-get install python3 make g++`.',
  );
  process.exit(1);
}
// Only what a reader must know: a compiler warning, never the compiler's progress.
for (const line of output.split('\n')) if (/warning:/.test(line)) console.error(line);
