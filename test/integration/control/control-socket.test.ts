/** The control socket under abuse: it refuses with a code, and goes on working for everybody else. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { ControlClient } from '../../../app/control/control-client.ts';
import { ControlServer } from '../../../app/control/control-server.ts';
import { type Answer, MAX_REQUEST_BYTES, type Request } from '../../../app/control/protocol.ts';
import { execute } from '../../support/hotlap.ts';

const folder = mkdtempSync(join(tmpdir(), 'control-test-of-hotlap-'));
const BOUNDS = { requestsPerSecond: 1_000, connections: 4, idleMs: 60_000 };

const noStrace = spawnSync('strace', ['-o', '/dev/null', 'true']).status !== 0;

const cleanUp: (() => void)[] = [];
afterEach(() => {
  for (const each of cleanUp.splice(0)) each();
});
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

let sockets = 0;
const newPath = (): string => join(folder, `${(sockets += 1)}.sock`);

/** A server that answers everything with its command, and what it has been asked. */
async function server(bounds: Partial<typeof BOUNDS> = {}, path = newPath()) {
  const asked: Request[] = [];
  const log: string[] = [];
  const opened = await ControlServer.open(path, { ...BOUNDS, ...bounds }, (_, text) => log.push(text));
  cleanUp.push(() => opened.close());
  opened.serve(async (request) => {
    asked.push(request);
    return { id: request.id ?? null, ok: true, sentence: request.command };
  });
  return { path, asked, log, opened };
}

/** A peer that says what it likes. */
async function peer(path: string) {
  const socket = connect({ path, allowHalfOpen: true });
  cleanUp.push(() => socket.destroy());
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  socket.on('error', () => {});
  await once(socket, 'connect');
  const answers = (): Answer[] =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Answer);
  const until = async (count: number): Promise<Answer[]> => {
    const endMs = Date.now() + 60_000;
    while (answers().length < count) {
      if (Date.now() > endMs) throw new Error(`${answers().length} of ${count} answers: ${text}`);
      await sleep(2);
    }
    return answers();
  };
  const closed = (): Promise<unknown> => (socket.readableEnded ? Promise.resolve() : once(socket, 'end'));
  return { socket, answers, until, closed };
}

const STATUS = '{"command":"status"}\n';

/** That nothing of the abuse has stuck. */
async function stillWorks(path: string): Promise<void> {
  const client = await ControlClient.open(path);
  expect(await client.ask({ command: 'disarm' })).toMatchObject({ ok: true, sentence: 'disarm' });
  client.close();
}

describe('a request', () => {
  it('is answered by its number, many on one connection in order, also cut in pieces', async () => {
    const { path, asked } = await server();
    const { socket, until } = await peer(path);
    const lines = Array.from({ length: 50 }, (_, id) => `{"id":${id},"command":"orders","after":${id}}\n`).join('');
    for (let at = 0; at < lines.length; at += 7) socket.write(lines.slice(at, at + 7));
    const answers = await until(50);
    expect(answers.map(({ id }) => id)).toEqual(Array.from({ length: 50 }, (_, id) => id));
    expect(asked.length).toBe(50);
  });

  it('needs no line end where the peer ends its side', async () => {
    const { path } = await server();
    const { socket, until, closed } = await peer(path);
    socket.end('{"command":"arm"}');
    expect(await until(1)).toEqual([{ id: null, ok: true, sentence: 'arm' }]);
    await closed();
  });

  it.each([
    ['no JSON', 'hello', 'A request is one line of JSON in UTF-8, such as {"command":"status"}.'],
    ['an empty line', '', 'A request is one line of JSON in UTF-8, such as {"command":"status"}.'],
    ['null', 'null', /^A request names its command: one of status, /],
    ['an array', '[{"command":"arm"}]', /^A request names its command/],
    ['an unknown command', '{"command":"disram"}', 'There is no command "disram". Did you mean disarm?'],
    ['a name that every object has', '{"command":"constructor"}', /^There is no command "constructor"/],
    ['a value of another type', '{"command":"orders","after":"x"}', /^after of orders is wrong: /],
    ['a key too much', '{"command":"arm","force":true}', /^arm is wrong: /],
    ['a scope that is none', '{"command":"kill","scope":"venue:x"}', /^scope of kill is wrong: /],
    [
      'a limit that is no number',
      '{"command":"setLimit","scope":"firm","name":"x","value":1e999}',
      /^value of setLimit/,
    ],
    ['a reason without end', `{"command":"kill","scope":"all","reason":"${'x'.repeat(1_025)}"}`, /^reason of kill/],
  ])('that is malformed (%s) is refused, and the next one answered', async (_, line, sentence) => {
    const { path, asked } = await server();
    const { socket, until } = await peer(path);
    socket.write(`${line}\n${STATUS}`);
    const [refused, answered] = await until(2);
    expect(refused).toEqual({
      id: null,
      ok: false,
      code: 'ERR_CONTROL_REQUEST',
      sentence: typeof sentence === 'string' ? sentence : expect.stringMatching(sentence),
    });
    expect(answered).toMatchObject({ ok: true, sentence: 'status' });
    expect(asked.map(({ command }) => command)).toEqual(['status']);
  });

  it('in bytes that are no UTF-8 is refused', async () => {
    const { path } = await server();
    const { socket, until } = await peer(path);
    socket.write(Buffer.concat([Buffer.from('{"command":"'), Buffer.of(0xff, 0xfe), Buffer.from('"}\n')]));
    expect((await until(1))[0]?.code).toBe('ERR_CONTROL_REQUEST');
  });

  it('keeps its number where it is refused', async () => {
    const { path } = await server();
    const { socket, until } = await peer(path);
    socket.write('{"id":"a7","command":"dance"}\n{"id":{},"command":"arm"}\n');
    const [first, second] = await until(2);
    expect(first).toMatchObject({ id: 'a7', ok: false });
    expect(second).toMatchObject({ id: null, ok: false, code: 'ERR_CONTROL_REQUEST' });
  });

  it('of the largest size is taken, one byte more closes the connection with an answer', async () => {
    const { path } = await server();
    const fits = await peer(path);
    fits.socket.write(`${STATUS.trimEnd().padEnd(MAX_REQUEST_BYTES)}\n`);
    expect(await fits.until(1)).toMatchObject([{ ok: true }]);
    const over = await peer(path);
    over.socket.write(`${STATUS.trimEnd().padEnd(MAX_REQUEST_BYTES + 1)}\n${STATUS}`);
    await over.closed();
    expect(over.answers()).toMatchObject([{ ok: false, code: 'ERR_CONTROL_REQUEST_SIZE' }]);
    await stillWorks(path);
  });

  it('without an end costs no memory, and is refused once', async () => {
    const { path, log } = await server();
    const { socket, closed, answers } = await peer(path);
    const flood = setInterval(() => socket.write(Buffer.alloc(1 << 20, 'x')), 1);
    await closed();
    clearInterval(flood);
    expect(answers()).toMatchObject([{ code: 'ERR_CONTROL_REQUEST_SIZE' }]);
    await stillWorks(path);
    expect(log.filter((line) => line.includes('refused a request'))).toHaveLength(1);
  });
});

describe('control characters', () => {
  it.each([
    '{"command":"kill","scope":"all","reason":"x\\nsession  logged on"}',
    '{"command":"release","scope":"strategy:a\\u001b[2J"}',
    '{"command":"setParameter","strategy":"a","name":"b","value":"\\u202e"}',
    '{"command":"cancel","order":"\\u0007"}',
  ])('are refused in %s', async (line) => {
    const { path, asked } = await server();
    const { socket, until } = await peer(path);
    socket.write(`${line}\n`);
    expect(await until(1)).toMatchObject([{ ok: false, code: 'ERR_CONTROL_REQUEST' }]);
    expect(asked).toEqual([]);
  });

  it('of an answer are shown as their codes', async () => {
    const { path, opened } = await server();
    opened.serve(async ({ id = null }) => ({ id, ok: false, code: 'ERR_CONTROL_REFUSED', sentence: 'a\x1b[2J\nb' }));
    const client = await ControlClient.open(path);
    await expect(client.ask({ command: 'arm' })).rejects.toMatchObject({ message: 'a\\x1b[2J\\x0ab' });
    client.close();
  });
});

describe('too many', () => {
  it('requests a second are refused, and answered again later', async () => {
    const { path, asked } = await server({ requestsPerSecond: 10 });
    const { socket, until } = await peer(path);
    socket.write(STATUS.repeat(30));
    const answers = await until(30);
    const refused = answers.filter(({ ok }) => !ok);
    expect(refused.length).toBeGreaterThanOrEqual(15);
    expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['ERR_CONTROL_RATE']));
    expect(asked.length).toBe(30 - refused.length);
    await sleep(150);
    socket.write(STATUS);
    expect((await until(31)).at(-1)).toMatchObject({ ok: true });
  });

  it('questions do not keep disarm, kill and cancel out', async () => {
    const { path } = await server({ requestsPerSecond: 5 });
    const { socket, until } = await peer(path);
    socket.write(`${STATUS.repeat(20)}{"id":"k","command":"kill","scope":"all"}\n{"id":"a","command":"arm"}\n`);
    const answers = await until(22);
    expect(answers.find(({ id }) => id === 'k')).toMatchObject({ ok: true });
    expect(answers.find(({ id }) => id === 'a')).toMatchObject({ ok: false, code: 'ERR_CONTROL_RATE' });
  });

  it('refusals in a row end a connection, and the log says a few', async () => {
    const { path, log } = await server();
    const { socket, closed, answers } = await peer(path);
    socket.write('x\n'.repeat(100_000));
    await closed();
    expect(answers().length).toBe(64);
    expect(log.filter((line) => line.includes('refused a request')).length).toBeLessThanOrEqual(11);
    await stillWorks(path);
  });

  it('idle connections keep nobody out: the one that was idle longest goes', async () => {
    const { path, asked } = await server({ connections: 2 });
    const [first, second] = [await peer(path), await peer(path)];
    first.socket.write(STATUS);
    await first.until(1);
    await stillWorks(path);
    await second.closed();
    expect(second.answers()).toMatchObject([{ ok: false, code: 'ERR_CONTROL_CONNECTIONS' }]);
    second.socket.write('{"command":"arm"}\n');
    first.socket.write(STATUS);
    await first.until(2);
    expect(asked.map(({ command }) => command)).toEqual(['status', 'disarm', 'status']);
  });

  it('connections with a request under way are refused more', async () => {
    const { path, opened } = await server({ connections: 2 });
    const under = Promise.withResolvers<void>();
    opened.serve(async ({ id = null, command }) => {
      if (command === 'status') await under.promise;
      return { id, ok: true, sentence: command };
    });
    const held = [await peer(path), await peer(path)];
    for (const { socket } of held) socket.write(STATUS);
    await sleep(50);
    const third = await peer(path);
    await third.closed();
    expect(third.answers()).toMatchObject([{ ok: false, code: 'ERR_CONTROL_CONNECTIONS' }]);
    under.resolve();
    for (const { until } of held) await until(1);
    await stillWorks(path);
  });
});

describe('a peer that is slow', () => {
  it('to ask is told so and closed', async () => {
    const { path } = await server({ idleMs: 200 });
    const { socket, closed, answers } = await peer(path);
    // A byte now and then is no request.
    const drip = setInterval(() => socket.write('{'), 20);
    await closed();
    clearInterval(drip);
    expect(answers()).toMatchObject([{ ok: false, code: 'ERR_CONTROL_IDLE' }]);
  });

  it('to read is closed, and meanwhile holds up nobody', async () => {
    const { path, opened, asked } = await server({ idleMs: 300 });
    const large = 'y'.repeat(1 << 20);
    opened.serve(async (request) => {
      asked.push(request);
      return { id: null, ok: true, sentence: request.command === 'status' ? large : request.command };
    });
    const deaf: Socket = connect({ path });
    cleanUp.push(() => deaf.destroy());
    deaf.on('error', () => {});
    await once(deaf, 'connect');
    deaf.pause();
    deaf.write(STATUS.repeat(50));
    const beganMs = performance.now();
    await sleep(50);
    await stillWorks(path);
    // One request of it is under way: the next waits until the answer has been read.
    expect(asked.filter(({ command }) => command === 'status').length).toBeLessThanOrEqual(2);
    // Whoever reads nothing does not see the end either: a write meets it.
    while (!deaf.destroyed && performance.now() - beganMs < 5_000) {
      deaf.write(' ');
      await sleep(20);
    }
    expect(deaf.destroyed).toBe(true);
    await stillWorks(path);
  });

  it('that vanishes in the middle of an answer harms nobody', async () => {
    const { path, opened } = await server();
    let release = (): void => {};
    opened.serve((request) => {
      if (request.command !== 'status') return Promise.resolve({ id: null, ok: true, sentence: request.command });
      return new Promise((done) => {
        release = () => done({ id: null, ok: true, sentence: '' });
      });
    });
    const { socket } = await peer(path);
    socket.write(STATUS);
    await sleep(30);
    socket.destroy();
    await sleep(30);
    release();
    await stillWorks(path);
  });
});

it('an engine that is starting says so', async () => {
  const path = newPath();
  const opened = await ControlServer.open(path, BOUNDS, () => {});
  cleanUp.push(() => opened.close());
  const { socket, until } = await peer(path);
  socket.write(STATUS);
  expect(await until(1)).toMatchObject([{ code: 'ERR_CONTROL_STARTING' }]);
});

describe('the file', () => {
  it('is for this user alone from its first moment on, in a folder that is made so', async () => {
    const path = join(folder, 'made', 'below', 'control.sock');
    const mask = process.umask(0);
    cleanUp.push(() => process.umask(mask));
    const modes = new Set<string>();
    const watch = setInterval(() => existsSync(path) && modes.add((lstatSync(path).mode & 0o777).toString(8)), 0);
    await server({}, path);
    await sleep(20);
    clearInterval(watch);
    expect([...modes]).toEqual(['600']);
    expect((statSync(join(folder, 'made', 'below')).mode & 0o777).toString(8)).toBe('700');
    expect(process.umask(0)).toBe(0);
  });

  it.skipIf(noStrace)('has its mode from bind(2) on: no chmod(2) mends it later', async () => {
    const path = newPath();
    const script = `import { ControlServer } from '${join(import.meta.dirname, '../../../app/control/control-server.ts')}';
      process.umask(0);
      const server = await ControlServer.open('${path}', { requestsPerSecond: 1, connections: 1, idleMs: 100 }, () => {});
      server.close();`;
    const file = join(folder, 'open.ts');
    writeFileSync(file, script);
    const traced = await execute([
      'strace',
      '-f',
      '-e',
      'trace=bind,chmod,fchmod,fchmodat,umask',
      process.execPath,
      file,
    ]);
    expect(traced.status, traced.stderr).toBe(0);
    const lines = traced.stderr.split('\n').filter((line) => /\b(bind|f?chmod(at)?|umask)\(/.test(line));
    const bind = lines.findIndex((line) => line.includes(path));
    expect(lines[bind - 1]).toMatch(/umask\(0177\)/);
    expect(lines.slice(bind).some((line) => line.includes('chmod'))).toBe(false);
  });

  it.each([0o755, 0o770, 0o707])('is refused in a folder of mode %o', async (mode) => {
    const open = join(folder, `mode-${mode}`);
    mkdirSync(open, { mode });
    chmodSync(open, mode);
    await expect(ControlServer.open(join(open, 'c.sock'), BOUNDS, () => {})).rejects.toMatchObject({
      code: 'ERR_CONTROL_SOCKET',
      message: expect.stringContaining(`chmod 700 ${open}`),
    });
  });

  it('goes with the server, and what a killed one left is taken over', async () => {
    const first = await server();
    first.opened.close();
    expect(existsSync(first.path)).toBe(false);
    const left = newPath();
    const killed = await execute([
      process.execPath,
      '-e',
      `require('net').createServer().listen('${left}', () => process.kill(process.pid, 'SIGKILL'))`,
    ]);
    expect(killed.status).toBeNull();
    expect(lstatSync(left).isSocket()).toBe(true);
    await server({}, left);
    await stillWorks(left);
  });

  it('of an engine that lives is left to it', async () => {
    const { path } = await server();
    await expect(ControlServer.open(path, BOUNDS, () => {})).rejects.toMatchObject({
      code: 'ERR_CONTROL_BUSY',
      message: `Another engine listens on the control socket ${path}: end it first, or name another socket.`,
    });
    await stillWorks(path);
  });

  it('of two engines that start at once over a stale one belongs to one of them', async () => {
    const left = newPath();
    await execute([
      process.execPath,
      '-e',
      `require('net').createServer().listen('${left}', () => process.kill(process.pid, 'SIGKILL'))`,
    ]);
    const opened = await Promise.allSettled([
      ControlServer.open(left, BOUNDS, () => {}),
      ControlServer.open(left, BOUNDS, () => {}),
    ]);
    for (const each of opened) if (each.status === 'fulfilled') cleanUp.push(() => each.value.close());
    expect(opened.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const lost = opened.find((each) => each.status === 'rejected');
    expect((lost as PromiseRejectedResult).reason.code).toBe('ERR_CONTROL_BUSY');
  });

  it('that is no socket is not taken away', async () => {
    const path = newPath();
    writeFileSync(path, 'precious');
    await expect(ControlServer.open(path, BOUNDS, () => {})).rejects.toMatchObject({ code: 'ERR_CONTROL_SOCKET' });
    expect(lstatSync(path).isFile()).toBe(true);
  });

  it('may have 107 bytes of path, and one more is explained', async () => {
    const name = (bytes: number): string => join(folder, 'x'.repeat(bytes - folder.length - 1));
    const { path } = await server({}, name(107));
    expect(Buffer.byteLength(path)).toBe(107);
    await stillWorks(path);
    await expect(ControlServer.open(name(108), BOUNDS, () => {})).rejects.toMatchObject({
      code: 'ERR_CONTROL_SOCKET',
      exitStatus: 2,
      message: expect.stringContaining('has a path of 108 bytes, and Linux takes 107'),
    });
  });
});

describe('the client', () => {
  it('says where nobody listens, and what is the matter', async () => {
    const path = newPath();
    await expect(ControlClient.open(path)).rejects.toMatchObject({
      code: 'ERR_CONTROL_NO_ENGINE',
      message: expect.stringContaining(`No engine listens at ${path}: nothing is there.`),
    });
    const silent = createServer((socket) => socket.end()).listen(path);
    cleanUp.push(() => silent.close());
    await once(silent, 'listening');
    const client = await ControlClient.open(path);
    await expect(client.ask({ command: 'status' })).rejects.toMatchObject({
      code: 'ERR_CONTROL_NO_ENGINE',
      message: expect.stringContaining(path),
    });
  });

  it('has all pages of a list, also where there are more than requests in a second', async () => {
    const { path, opened } = await server({ requestsPerSecond: 10 });
    opened.serve(async ({ id = null, ...request }) => {
      const after = (request as { after: number }).after;
      return { id, ok: true, sentence: '', data: { orders: [after], next: after < 14 ? after + 1 : null } };
    });
    const client = await ControlClient.open(path);
    expect(await client.all('orders')).toEqual(Array.from({ length: 15 }, (_, row) => row));
    client.close();
  });

  it('gives up on a peer that says more than any engine', async () => {
    const path = newPath();
    const babbler = createServer((socket) => {
      socket.on('error', () => {});
      socket.write('x'.repeat(3 << 20));
    }).listen(path);
    cleanUp.push(() => babbler.close());
    await once(babbler, 'listening');
    const client = await ControlClient.open(path);
    await expect(client.ask({ command: 'status' })).rejects.toMatchObject({ code: 'ERR_CONTROL_NO_ENGINE' });
    client.close();
  });
});
