/** The bars of `bench fix` are judged by medians, and a missed one is said to be missed. */
import { expect, it } from 'vitest';
import { barsOf } from '../../../bench/fix/bars.ts';
import type { CodecRow, RoundTripRow } from '../../../bench/fix/fix-result.ts';

const summary = (p50: number): CodecRow['nsPerMessage'] => ({ p50 }) as CodecRow['nsPerMessage'];
const row = (subject: string, operation: CodecRow['operation'], p50: number, bytesPerMessage = 0): CodecRow => ({
  subject,
  operation,
  message: 'ExecutionReport',
  nsPerMessage: summary(p50),
  bytesPerMessage,
  collections: 0,
  messages: 1,
});
const trip = (subject: string, p50: number): RoundTripRow => ({ subject, roundTrip: summary(p50), how: '' });
const judged = (codec: CodecRow[], trips: RoundTripRow[]): Record<string, boolean> =>
  Object.fromEntries(barsOf(codec, trips).map(({ what, met }) => [what, met]));

it('round trips: half of QuickFIX in every mode, each judged for itself', () => {
  const quickfix = [trip('QuickFIX C++', 60), trip('QuickFIX C++, threaded', 40), trip('QuickFIX C++, poll()', 39)];
  expect(judged([], [trip('hotlap', 20), ...quickfix])).toEqual({
    'round trip beside QuickFIX C++, start()': true,
    'round trip beside QuickFIX C++, threaded, start()': true,
    'round trip beside QuickFIX C++, poll() without a pause': false,
  });
});

it('the codec: ten times jspurefix, QuickFIX, and its serialising alone', () => {
  const codec = [
    row('fix-parser', 'parse', 100),
    row('fix-parser', 'encode', 100),
    row('jspurefix', 'parse', 999),
    row('QuickFIX C++', 'parse', 100),
    row('QuickFIX C++', 'encode', 300),
    row('QuickFIX C++', 'serialise', 99),
  ];
  expect(judged(codec, [])).toEqual({
    'parse ExecutionReport beside jspurefix': false,
    'parse ExecutionReport beside QuickFIX C++': true,
    'encode ExecutionReport beside QuickFIX C++, the same work': true,
    "encode ExecutionReport beside QuickFIX C++'s serialising alone": false,
    'parse ExecutionReport: allocated': true,
    'encode ExecutionReport: allocated': true,
  });
});

it('an allocation for each message is not nothing; whoever is absent is not judged', () => {
  expect(judged([row('fix-parser', 'parse', 100, 12)], [trip('hotlap', 20)])).toEqual({
    'parse ExecutionReport: allocated': false,
  });
});
