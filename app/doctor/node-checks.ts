/** The runtime: Node, libuv, their flags, and the native addon. */
import { findings } from './finding.ts';
import { atNextStart } from './mend.ts';
import type { Check } from './subject.ts';

export const nodeVersion: Check = ({ node }) => {
  const check = findings(
    'node',
    'Node.js',
    'hotlap runs its sources and its launcher on 22.18 and newer, and is measured on 24, which has long-term support',
  );
  const [major = 0, minor = 0] = node.version.replace(/^v/, '').split('.').map(Number);
  if (major < 22 || (major === 22 && minor < 18)) return check.missing(`${node.version} is too old`, upgrade);
  if (!node.hasExecve) return check.missing(`${node.version} has no process.execve: the loop runs unpinned`, upgrade);
  if (major % 2 === 1) return check.improve(`${node.version} has no long-term support`, upgrade);
  return check.ok(node.version);
};

const upgrade = atNextStart(['nvm install 24'], {
  note: 'Without nvm: the package of your distribution, or https://nodejs.org.',
});

/** Flags that cost the loop latency, each with its reason. */
const HARMFUL: readonly (readonly [RegExp, string])[] = [
  [/^--single-threaded$/, 'compiles on the hot thread'],
  [/^--(jitless|no-opt|max-lazy|no-turbofan|sparkplug-only)$/, 'leaves the loop uncompiled'],
  [/^--inspect/, 'keeps code that a debugger can stop'],
  [/^--(prof|cpu-prof|heap-prof|trace-(gc|opt|deopt))$/, 'measures or writes in the loop'],
  [/^--(min|max)-semi-space-size/, 'makes the young generation larger than the caches'],
  [/^--(permission|experimental-permission)$/, 'refuses the addon and the restart of the launcher'],
];

export const nodeFlags: Check = ({ node }) => {
  const check = findings(
    'node-flags',
    'Node flags',
    'bin/hotlap.js starts V8 with the flags that the loop needs; what NODE_OPTIONS adds holds for it too',
  );
  const harmful = node.flags.flatMap((flag) => {
    const plain = flag.split('=')[0]!.replaceAll('_', '-');
    const reason = HARMFUL.find(([pattern]) => pattern.test(plain))?.[1];
    return reason === undefined ? [] : [`${flag} ${reason}`];
  });
  if (harmful.length > 0)
    return check.improve(
      harmful.join('; '),
      atNextStart(['unset NODE_OPTIONS'], { note: 'Or leave only these flags out of it.' }),
    );
  return check.ok(node.flags.length === 0 ? 'none from outside' : node.flags.join(' '));
};

/** Linux 6.6 and newer; 2: nobody may use it. */
export const IO_URING_DISABLED = '/proc/sys/kernel/io_uring_disabled';

/** Whether this libuv hands epoll_ctl to io_uring where the kernel lets it. */
export function batchesEpoll(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 1 || minor >= 50;
}

export const libuv: Check = ({ files, node }) => {
  const check = findings(
    'libuv',
    'libuv',
    "from 1.50 on it hands epoll_ctl to io_uring, past preloaded socket libraries; the loop's sockets do not go through it",
  );
  const isOff = !batchesEpoll(node.uv) || files.read(IO_URING_DISABLED) === '2';
  return check.ok(`${node.uv}, ${isOff ? 'without' : 'with'} io_uring`);
};

export const nativeAddon: Check = ({ node }) => {
  const check = findings(
    'native-addon',
    'native addon',
    'it is the receive path, the books and the clock: nothing runs without',
  );
  if (node.addonProblem === '') return check.ok('compiled, of this version');
  return check.missing(node.addonProblem, atNextStart(['npm rebuild hotlap']));
};
