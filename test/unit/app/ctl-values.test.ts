/** What `hotlap ctl` makes of NAME=VALUE before anything is sent. */
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ControlClient } from '../../../app/control/control-client.ts';
import { param } from '../../../cli/values.ts';

it.each(['1e999', '-1e999', '9e308'])('a number beyond all numbers (%s) is wrong usage', (text) => {
  expect(() => param(`maxQuantity=${text}`)).toThrow(
    expect.objectContaining({ message: expect.stringMatching(/^maxQuantity cannot be/), exitStatus: 2 }),
  );
});

it('numbers, booleans and text are told apart', () => {
  const values = ['5', '.5', '-2e3', 'true', 'false', 'none', 'Infinity'].map((text) => param(`x=${text}`).value);
  expect(values).toEqual([5, 0.5, -2000, true, false, 'none', 'Infinity']);
});

it('the client sends no number that JSON would make null of', async () => {
  const path = join(tmpdir(), `hotlap-ctl-values-${process.pid}.sock`);
  let said = '';
  const server = createServer((socket) => {
    socket.on('data', (chunk) => {
      said += chunk;
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const client = await ControlClient.open(path);
  for (const value of [Number.POSITIVE_INFINITY, Number.NaN]) {
    const asked = client.ask({ command: 'setLimit', scope: 'firm', name: 'maxQuantity', value });
    await expect(asked).rejects.toMatchObject({ code: 'ERR_USAGE', exitStatus: 2 });
  }
  client.close();
  await new Promise((resolve) => server.close(resolve));
  expect(said).toBe('');
});
