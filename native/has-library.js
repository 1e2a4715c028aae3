// Tells binding.gyp whether an optional library can be compiled against: prints yes or no.
import { spawnSync } from 'node:child_process';

const compiles = (flags, header) =>
  spawnSync('g++', [...flags, '-E', '-x', 'c++', '-o', '/dev/null', '-'], { input: `#include <${header}>\n` })
    .status === 0;

const has = {
  lwip: () => compiles(['-isystem', '/usr/include/lwip'], 'lwip/tcp.h'),
  dpdk: () => spawnSync('pkg-config', ['--exists', 'libdpdk']).status === 0,
};

// HOTLAP_WITHOUT=dpdk,lwip leaves out what is there.
const name = process.argv[2];
const unwanted = (process.env.HOTLAP_WITHOUT ?? '').split(',').includes(name);
console.log(!unwanted && has[name]() ? 'yes' : 'no');
