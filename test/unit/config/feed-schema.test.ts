/** What a feed's transports may be told, and what contradicts itself. */
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../app/config/index.ts';

const feedOf = (more: string) =>
  parseConfig(`feeds:\n  - group: 239.192.7.1\n    port: 26477\n${more.replace(/^/gm, '    ')}\n`, 'engine.yaml')
    .feeds[0];

test('a feed that says nothing of it comes through the kernel', () => {
  expect(feedOf('')).toMatchObject({ rx: ['kernel'], bypass: 'prefer' });
});

test('transports stand in order of preference', () => {
  expect(feedOf('rx: [af_xdp, kernel]\nbypass: require\ninterface: eth1')).toMatchObject({
    rx: ['af_xdp', 'kernel'],
    bypass: 'require',
    interface: 'eth1',
    afXdp: { queues: 'all', mode: 'native', zeroCopy: 'prefer', delivery: 'softirq', ringFrames: 16_384 },
  });
});

describe('is refused with file, line and what is wrong', () => {
  test.each([
    ['rx: []', /engine\.yaml:4: `feeds\[0\]\.rx`/],
    ['rx: [af_xdp, kernel, af_xdp]', /engine\.yaml:4: `feeds\[0\]\.rx` is wrong: must not name a transport twice/],
    ['rx: [netmap]', /engine\.yaml:4: `feeds\[0\]\.rx\[0\]`/],
    ['bypass: always', /engine\.yaml:4: `feeds\[0\]\.bypass`/],
    ['afXdp: { queues: [1, 1] }', /engine\.yaml:4: `feeds\[0\]\.afXdp\.queues` is wrong: must not name a queue twice/],
    ['afXdp: { ringFrames: 1000 }', /engine\.yaml:4: `feeds\[0\]\.afXdp\.ringFrames` is wrong: must be a power of two/],
    [
      'afXdp: { mode: generic, zeroCopy: require }',
      /engine\.yaml:4: `feeds\[0\]\.afXdp\.zeroCopy` is wrong: must not be `require` where `mode` is `generic`/,
    ],
    ['dpdk: { memory: some }', /engine\.yaml:4: `feeds\[0\]\.dpdk\.memory`/],
    ['shm: { file: hotlap-feed }', /engine\.yaml:4: `feeds\[0\]\.shm\.file`/],
  ])('%s', (more, sentence) => {
    expect(() => feedOf(more)).toThrow(sentence);
  });
});
