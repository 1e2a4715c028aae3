/** A fallback can be overlooked nowhere: neither in the log nor in the summary nor in `ctl status`. */
import { expect, test } from 'vitest';
import { statusText } from '../../../report/control-text.ts';
import { isFallback, receiveSentence } from '../../../report/receive-text.ts';
import type { PassedOver, ReceiveTransport } from '../../../report/run-result.ts';

const kernel = (...passedOver: PassedOver[]): ReceiveTransport => ({
  backend: 'kernel',
  accelerated: false,
  zeroCopy: false,
  timestampSource: 'application',
  reason: 'kernel UDP socket.',
  receiveBufferBytes: 2048,
  passedOver,
});

const REFUSED: PassedOver = { backend: 'af_xdp', code: 'EPERM', reason: 'the kernel keeps it from you; run as root' };
const EXCLUDED: PassedOver = { backend: 'shm', code: 'ERR_TRANSPORT_POLICY', reason: 'bypass is `off`' };

test('what was chosen is one line, with its reason', () => {
  expect(receiveSentence(kernel())).toBe(
    'Receiving the feed by kernel, not accelerated: kernel UDP socket; time stamps by application, receive buffer 2 KiB.',
  );
  expect(isFallback(kernel())).toBe(false);
});

test('a fallback stands out, with what has failed and what mends it', () => {
  expect(receiveSentence(kernel(REFUSED))).toMatch(
    /KiB\. FELL BACK from af_xdp: the kernel keeps it from you; run as root\.$/,
  );
  expect(isFallback(kernel(EXCLUDED, REFUSED))).toBe(true);
});

test('what the policy rules out is told, and is no fallback', () => {
  expect(receiveSentence(kernel(EXCLUDED))).toMatch(/KiB\. Passed over shm: bypass is `off`\.$/);
  expect(isFallback(kernel(EXCLUDED))).toBe(false);
});

test('`ctl status` of a running engine says the same', () => {
  const status = {
    version: '1.0.0',
    pid: 7,
    uptimeSeconds: 5,
    venue: 'exchange',
    phase: 'running',
    calling: null,
    send: null,
    messages: 12,
    loop: null,
  };
  expect(statusText({ ...status, receive: kernel(REFUSED) }, 'It is starting.')).toMatch(
    /^feed +12 messages, by kernel, not accelerated\n +FELL BACK from af_xdp: the kernel keeps it from you; run as root$/m,
  );
  expect(statusText({ ...status, receive: null }, 'It is starting.')).toMatch(/^feed +12 messages$/m);
});
