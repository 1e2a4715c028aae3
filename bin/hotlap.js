#!/usr/bin/env node
// Runs on any Node that knows modules: one sentence where hotlap cannot run, before anything newer is loaded.
const [major, minor] = process.versions.node.split('.').map(Number);

if (process.platform !== 'linux') {
  console.error(`hotlap runs on Linux only (this is ${process.platform}): its receive path is Linux sockets.`);
  process.exit(1);
} else if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `hotlap needs Node 22.18 or newer (this is ${process.versions.node}): install Node 24 LTS from https://nodejs.org.`,
  );
  process.exit(1);
} else {
  import('./launch.js').then((launcher) => launcher.launch());
}
