import type { lookup } from 'node:dns/promises';
import { expect, test } from 'vitest';
import { addressOf } from '../../../app/connect-venue.ts';

const failing = (code: string): typeof lookup =>
  (() => Promise.reject(Object.assign(new Error(code), { code }))) as unknown as typeof lookup;

test.each([
  ['venue.invalid', 'ENOTFOUND', /x \(y:1\) has no IPv4 address here: check it for a typing error\.$/],
  ['venue.example', 'EAI_AGAIN', /x \(y:1\) could not be looked up, because no name server answers: check the network/],
  ['::1', '', /x \(y:1\) is an IPv6 address, and only IPv4 is spoken: name its IPv4 address\.$/],
])('%s, %s: what is wrong with a host is told', async (host, code, message) => {
  await expect(addressOf(host, 'x (y:1)', failing(code))).rejects.toMatchObject({
    code: 'ERR_VENUE_HOST',
    message: expect.stringMatching(message),
  });
});
