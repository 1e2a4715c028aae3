import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hotlap } from '../support/hotlap.ts';

const folder = mkdtempSync(join(tmpdir(), 'hotlap-cli-'));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

describe('wrong usage is one sentence with a way out, and status 2', () => {
  test.each<[string[], RegExp]>([
    [[], /No command was given/],
    [['dmo'], /Unknown command 'dmo'. Did you mean demo\?/],
    [['demo', '--sped', '3'], /Unknown option '--sped'. Did you mean --speed\?/],
    [['demo', '--speed', '0'], /--speed takes a factor above 0 or max, not `0`/],
    [['demo', '--speed', 'fast'], /--speed takes a factor above 0 or max, not `fast`/],
    [['demo', '--speed', '2', '--rate', '5'], /--speed and --rate exclude each other/],
    [['demo', '--rate', '-1'], /--rate takes a number above 0/],
    [['demo', '--seconds', 'x'], /--seconds takes a number above 0/],
    [['demo', '--idle', 'spim'], /--idle takes spin, yield, backoff, not `spim`. Did you mean spin\?/],
    [['demo', '--hot-core', '1000'], /--hot-core 1000 is not a CPU this process may use/],
    [['demo', '--hot-core', 'x'], /--hot-core takes a whole number/],
    [['demo', '--param', 'quantity'], /--param takes NAME=VALUE/],
    [['demo', '--date', '2026-02-31'], /--date takes a day as YYYY-MM-DD/],
    [['demo', '--feed', '239.1.1.1:3'], /--feed takes PROTOCOL@GROUP:PORT/],
    [['demo', '--feed', 'itch5@239.1.1.1:3'], /--feed takes itch50, not `itch5`. Did you mean itch50\?/],
    [['demo', '--feed', 'itch50@example:3'], /--feed takes an IPv4 address and a port/],
    [['demo', '--feed', 'itch50@239.1.1.1:70000'], /--feed takes an IPv4 address and a port/],
    [['demo', '--interface', 'eth0'], /--interface takes an IPv4 address/],
    [['demo', '--rx', 'kernal'], /--rx takes kernel, not `kernal`. Did you mean kernel\?/],
    [['demo', '--messages-per-packet', '0'], /--messages-per-packet takes a whole number from 1/],
    [['demo', '--strategy'], /argument missing/],
    [['demo', '--config', '/does/not/exist.yaml'], /\/does\/not\/exist.yaml does not exist/],
    [['demo', 'extra'], /Too many arguments/],
    [['replay'], /Missing required argument 'file'/],
    [['run'], /No strategy is named/],
    [['run', '--strategy', 'imbalance-taker'], /No feed is named/],
    [['run', '--strategy', 'imbalance-taker', '--feed', 'itch50@239.1.1.1:26400'], /No venue is configured/],
    [['inspect', 'x.pcap', '--depth', '-1'], /--depth/],
    [['generate', 'x.foo'], /name the recording \.pcap or \.itch/],
    [['generate', 'x.pcap', '--symbols', 'aapl'], /not `aapl`. Did you mean AAPL\?/],
  ])('hotlap %j', async (args, sentence) => {
    const { status, stdout, stderr } = await hotlap(args);
    expect(stderr).toMatch(sentence);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('an unknown configuration key names file, line and the right key', async () => {
    const config = file('engine.yaml', 'loop:\n  idle: spin\n  stall_ms: 5\n');
    const { status, stderr } = await hotlap(['demo', '--config', config]);
    expect(stderr).toContain(`${config}:3: unknown key \`stall_ms\` in loop. Did you mean \`stallMs\`?`);
    expect(status).toBe(2);
  });

  test('with --json, stdout carries one document with code and sentence', async () => {
    const { status, stdout } = await hotlap(['demo', '--json', '--speed', '0']);
    expect(JSON.parse(stdout)).toEqual({
      error: { code: 'ERR_USAGE', message: '--speed takes a factor above 0 or max, not `0`.' },
    });
    expect(status).toBe(2);
  });
});

describe('failures are one sentence and status 1', () => {
  test.each<[string, string[], RegExp]>([
    ['missing recording', ['inspect', '/does/not/exist.pcap'], /There is no recording at \/does\/not\/exist\.pcap/],
    ['foreign recording', ['inspect', 'package.json'], /package\.json is neither a pcap file nor a BinaryFILE/],
    ['folder for a recording', ['inspect', tmpdir()], /is not a file/],
    ['folder that cannot be written', ['generate', '/does/not/exist/x.pcap'], /cannot be written/],
  ])('%s', async (_, args, sentence) => {
    const { status, stdout, stderr } = await hotlap(args);
    expect(stderr).toMatch(sentence);
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('HOTLAP_DEBUG=1 adds the stack', async () => {
    const { stderr } = await hotlap(['inspect', '/does/not/exist.pcap'], { env: { HOTLAP_DEBUG: '1' } });
    expect(stderr).toMatch(/^\s+at /m);
  });
});

describe('help', () => {
  test('hotlap --help names every command with an example', async () => {
    const { status, stdout, stderr } = await hotlap(['--help']);
    for (const command of ['demo', 'run', 'replay', 'inspect', 'generate'])
      expect(stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'));
    expect(stdout).toContain('Examples:');
    expect(status).toBe(0);
    expect(stderr).toBe('');
  });

  test.each(['demo', 'run', 'replay', 'inspect', 'generate'])(
    'hotlap %s --help has examples and fits 100 columns',
    async (command) => {
      const { status, stdout } = await hotlap([command, '--help']);
      expect(stdout).toContain('Examples:');
      expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
      expect(status).toBe(0);
    },
  );

  test('hotlap --version is the package version', async () => {
    const { stdout } = await hotlap(['--version']);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

test('generate makes what inspect reads, the same bytes each time', async () => {
  const args = ['--messages', '20000', '--symbols', '4', '--seed', '7', '--json'];
  const first = await hotlap(['generate', join(folder, 'a.itch.gz'), ...args]);
  const second = await hotlap(['generate', join(folder, 'b.itch.gz'), ...args]);
  expect(first.stderr).toBe('');
  expect({ ...JSON.parse(first.stdout), outputPath: '' }).toEqual({ ...JSON.parse(second.stdout), outputPath: '' });
  const inspected = await hotlap(['inspect', join(folder, 'a.itch.gz'), '--json']);
  expect(JSON.parse(inspected.stdout)).toMatchObject({
    format: 'binaryfile',
    compression: 'gzip',
    messages: 20_000,
    gaps: 0,
    unknownOrders: 0,
  });
});
