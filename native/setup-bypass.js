// npm run setup:bypass: installs what the optional addons are compiled with, on Debian and Ubuntu, and compiles them.
// With --dry-run it says what it would do.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ADDONS = { lwip: 'TCP by lwIP (`tx: [lwip]`)', dpdk: 'ports of DPDK (`rx: [dpdk]`)' };
/** Headers and libraries, what finds them, what compiles, and what the demo's own network is made with. */
const PACKAGES = ['liblwip-dev', 'libdpdk-dev', 'dpdk', 'pkg-config', 'python3', 'make', 'g++', 'iproute2'];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const isDry = process.argv.includes('--dry-run');

const end = (sentence) => {
  console.error(`setup:bypass: ${sentence}`);
  process.exit(1);
};

/** Ubuntu and other children name Debian in ID_LIKE (os-release(5)). */
function isDebian() {
  const text = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return /^ID(?:_LIKE)?=.*\b(?:debian|ubuntu)\b/m.test(text);
}

const isInstalled = (name) => {
  const { status, stdout } = spawnSync('dpkg-query', ['-W', '-f=\x24{db:Status-Status}', name], { encoding: 'utf8' });
  return status === 0 && stdout === 'installed';
};

function run(command, args, options = {}) {
  const line = [command, ...args].join(' ');
  console.log(`${isDry ? 'would run' : 'running'}: ${line}`);
  if (isDry) return;
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', cwd: root, ...options });
  if (status !== 0) end(`\`${line}\` has failed${error === undefined ? '' : ` (${error.message})`}: see above.`);
}

function install(missing) {
  if (missing.length === 0) {
    console.log('Every package is installed.');
    return;
  }
  const isRoot = process.getuid() === 0;
  if (!isRoot && spawnSync('sudo', ['--version']).error !== undefined) {
    end(`installing ${missing.join(', ')} needs root, and there is no sudo: run it as root.`);
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const asRoot = (args) => (isRoot ? run(args[0], args.slice(1), { env }) : run('sudo', args, { env }));
  asRoot(['apt-get', 'update']);
  asRoot(['apt-get', 'install', '--yes', '--no-install-recommends', ...missing]);
}

/** Under sudo what is compiled belongs to who has called it: the next build is his again. */
function owner() {
  const { SUDO_UID, SUDO_GID } = process.env;
  if (process.getuid() !== 0 || SUDO_UID === undefined || SUDO_GID === undefined) return {};
  return { uid: Number(SUDO_UID), gid: Number(SUDO_GID) };
}

const built = (name) => existsSync(join(root, 'build', 'Release', `hotlap_${name}.node`));

if (!isDebian()) {
  end(
    'packages are installed on Debian and Ubuntu alone: install lwIP 2.1 and DPDK 21.11 or newer with their headers and pkg-config, then run `npm rebuild hotlap` (in the repository: `npm run build:native`).',
  );
}
install(PACKAGES.filter((name) => !isInstalled(name)));
run(process.execPath, [join(root, 'native', 'install.js'), '--force'], owner());
if (!isDry) {
  for (const [name, what] of Object.entries(ADDONS)) {
    console.log(`${built(name) ? 'built' : 'NOT BUILT'}: ${what}`);
  }
  const lacking = Object.keys(ADDONS).filter((name) => !built(name));
  if (lacking.length > 0) end(`${lacking.join(' and ')} could not be built; is HOTLAP_WITHOUT set?`);
  console.log('Try it: hotlap demo --rx shm --tx lwip. `hotlap doctor` looks at hugepages and rights.');
}
