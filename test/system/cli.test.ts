import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { createProgram } from '../../cli/program.ts';
import { hotlap } from '../support/hotlap.ts';

const folder = mkdtempSync(join(tmpdir(), 'hotlap-cli-'));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

describe('wrong usage is one sentence with a way out, and status 2', () => {
  test.each<[string[], RegExp]>([
    [[], /No command was given\. Run `hotlap --help`/],
    [['fix'], /No command was given\. Run `hotlap fix --help`/],
    [['fix', 'chek'], /Unknown command 'chek'\. Did you mean check\? Run `hotlap fix --help`/],
    [['fix', 'check'], /Required option .*--config.* Run `hotlap fix check --help`/],
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
    [['demo', '--interface', 'eth0:1'], /--interface takes an interface by name or IPv4 address/],
    [['demo', '--rx', 'kernal'], /--rx takes af_xdp, shm, dpdk, kernel, not `kernal`\. Did you mean kernel\?/],
    [['demo', '--rx', 'kernel,kernel'], /--rx names a transport twice: kernel,kernel/],
    [['demo', '--bypass', 'always'], /--bypass takes prefer, require, off, not `always`/],
    [['demo', '--messages-per-packet', '0'], /--messages-per-packet takes a whole number from 1/],
    [['demo', '--strategy'], /argument missing/],
    [['demo', '--config', '/does/not/exist.yaml'], /\/does\/not\/exist.yaml does not exist/],
    [['demo', 'extra'], /Too many arguments/],
    [['replay'], /Missing required argument 'files'/],
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
    [
      'foreign recording',
      ['inspect', 'package.json'],
      /package\.json is neither a pcap or pcapng file nor a BinaryFILE/,
    ],
    ['folder for a recording', ['inspect', tmpdir()], /is not a file/],
    ['missing recording of a demo', ['demo', '--recording', '/does/not/exist.pcap'], /There is no recording/],
    ['foreign recording of a replay', ['replay', 'package.json'], /is neither a pcap or pcapng file nor/],
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
    for (const command of ['demo', 'run', 'replay', 'simulator', 'inspect', 'generate', 'bench'])
      expect(stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'));
    expect(stdout).toContain('Examples:');
    expect(status).toBe(0);
    expect(stderr).toBe('');
  });

  test.each(['demo', 'run', 'replay', 'simulator', 'inspect', 'generate'])(
    'hotlap %s --help has examples and fits 100 columns',
    async (command) => {
      const { status, stdout } = await hotlap([command, '--help']);
      expect(stdout).toContain('Examples:');
      expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
      expect(status).toBe(0);
    },
  );

  test('of every command fits 100 columns, those of its parts too', () => {
    const helps = new Map<string, string>();
    const collect = (command: Command, path: string): void => {
      let text = '';
      command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
      helps.set(path, text);
      for (const part of command.commands) collect(part, `${path} ${part.name()}`);
    };
    collect(createProgram(), 'hotlap');

    expect(helps.size).toBeGreaterThan(20);
    const wide = [...helps].filter(([, text]) => text.split('\n').some((line) => line.length > 100));
    expect(wide.map(([path]) => path)).toEqual([]);
  });

  test('hotlap --version is the package version', async () => {
    const { stdout } = await hotlap(['--version']);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('a strategy that goes wrong is named, with the line, and status 1', () => {
  const strategy = (name: string, body: string): string =>
    file(
      `${name}.ts`,
      `import { defineStrategy } from 'hotlap';\nexport default defineStrategy({\n  name: '${name}',\n${body}\n});\n`,
    );
  const replay = (source: string, ...args: string[]) =>
    hotlap(['replay', 'recordings/demo.pcap.zst', '--warm-up', '0', '--strategy', source, ...args]);

  test('does not compile', async () => {
    const source = strategy('broken', '  setup( {},');
    const { status, stdout, stderr } = await replay(source);
    expect(stderr).toMatch(new RegExp(`^hotlap: ${source}:5:1: .*The strategy was not started`));
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  });

  test('throws in setup', async () => {
    const source = strategy('early', "  setup() {\n    throw new Error('no such luck');\n  },");
    const { status, stdout, stderr } = await replay(source, '--json');
    expect(stderr).toContain(`hotlap: Strategy early faulted in setup at ${source}:5:11: no such luck`);
    expect(JSON.parse(stdout).strategies).toMatchObject([
      { state: 'faulted', fault: expect.stringContaining(`${source}:5:11`) },
    ]);
    expect(status).toBe(1);
  });

  test('throws in a handler: the other strategy goes on', async () => {
    const source = strategy(
      'late',
      "  setup(ctx) {\n    ctx.instrument('AAPL');\n  },\n  onBook(book) {\n    if (book.bidSize(0) > 0) throw new Error('too late');\n  },",
    );
    const { status, stdout } = await replay(source, '--strategy', 'imbalance-taker', '--json');
    const { strategies, orders } = JSON.parse(stdout);
    expect(strategies).toMatchObject([
      { state: 'faulted', fault: expect.stringContaining(`${source}:8:`) },
      { state: 'stopped' },
    ]);
    expect(orders.sent).toBeGreaterThan(100);
    expect(status).toBe(1);
  });

  test('never returns', async () => {
    const source = strategy(
      'stuck',
      "  setup(ctx) {\n    ctx.instrument('AAPL');\n  },\n  onBook() {\n    for (;;);\n  },",
    );
    const { status, stdout, stderr } = await replay(source, '--stall-ms', '300');
    expect(stderr).toMatch(/hotlap: Strategy stuck did not return within 300 ms/);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  });

  test.each<[string, string[], RegExp, number]>([
    ['is not there', ['--strategy', './nowhere.ts'], /no strategy file .*nowhere\.ts/, 1],
    [
      'has no such parameter',
      ['--param', 'quantty=3'],
      /imbalance-taker\.ts:\d+:\d+: There is no parameter quantty; did you mean quantity\?/,
      2,
    ],
    ['has a parameter out of bounds', ['--param', 'quantity=0'], /quantity must be at least 1/, 2],
  ])('%s', async (_, args, sentence, expected) => {
    const { status, stderr } = await hotlap(['replay', 'recordings/demo.pcap.zst', ...args]);
    expect(stderr).toMatch(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(status).toBe(expected);
  });
});

test('a busy port is named', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const { status, stdout, stderr } = await hotlap(['simulator', '--listen', `127.0.0.1:${port}`]);
    expect(stderr).toMatch(new RegExp(`listens on 127\\.0\\.0\\.1:${port}`));
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  } finally {
    server.close();
  }
});

test('the simulator stops in order on SIGINT', async () => {
  const { status, stdout } = await hotlap(['simulator', '--listen', '127.0.0.1:0', '--json'], {
    interruptOn: /FIX on 127/,
  });
  expect(JSON.parse(stdout)).toMatchObject({ rounds: 1, orders: { received: 0 } });
  expect(status).toBe(0);
});

test('--out writes summary, orders and an HdrHistogram log; the same twice gives the same orders', async () => {
  const out = join(folder, 'runs', 'one');
  const first = await hotlap(['replay', 'recordings/demo.pcap.zst', '--out', out, '--json']);
  expect(first.status, first.stderr).toBe(0);
  const result = JSON.parse(first.stdout);
  expect(result.out).toBe(out);
  expect(JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8'))).toEqual(result);
  expect(readFileSync(join(out, 'summary.txt'), 'utf8')).toContain('tick to order');
  expect(readFileSync(join(out, 'latency.hlog'), 'utf8')).toMatch(/^Tag=tickToOrder,/m);
  const second = await hotlap(['replay', 'recordings/demo.pcap.zst', '--warm-up', '0', '--speed', 'max', '--json']);
  expect(JSON.parse(second.stdout).orderLogHash).toBe(result.orderLogHash);
  const nowhere = await hotlap(['replay', 'recordings/demo.pcap.zst', '--out', '/proc/nowhere']);
  expect(nowhere.stderr).toMatch(/\/proc\/nowhere cannot be written/);
  expect(nowhere.status).toBe(1);
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
