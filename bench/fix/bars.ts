/** What this project has promised itself of its codec and its session, judged by medians of the same run. */
import type { Bar, CodecRow, RoundTripRow } from './fix-result.ts';
import type { Operation } from './protocol.ts';
import { KINDS, type Kind } from './wire.ts';

export const OURS = 'fix-parser';
/** The least that an allocation for each message could cost is 12 bytes; what V8 does once, spread over all, is below this. */
const ONCE_BYTES = 0.05;

export function barsOf(codec: readonly CodecRow[], roundTrips: readonly RoundTripRow[]): Bar[] {
  const bars: Bar[] = [];
  for (const kind of KINDS) {
    bars.push(
      ...faster(
        `parse ${kind} beside jspurefix`,
        10,
        median(codec, OURS, 'parse', kind),
        median(codec, 'jspurefix', 'parse', kind),
      ),
      ...faster(
        `parse ${kind} beside QuickFIX C++`,
        1,
        median(codec, OURS, 'parse', kind),
        median(codec, 'QuickFIX C++', 'parse', kind),
      ),
      ...faster(
        `encode ${kind} beside QuickFIX C++, the same work`,
        1,
        median(codec, OURS, 'encode', kind),
        median(codec, 'QuickFIX C++', 'encode', kind),
      ),
      ...faster(
        `encode ${kind} beside QuickFIX C++'s serialising alone`,
        1,
        median(codec, OURS, 'encode', kind),
        median(codec, 'QuickFIX C++', 'serialise', kind),
      ),
    );
  }
  for (const row of codec.filter(({ subject }) => subject === OURS)) {
    bars.push({
      what: `${row.operation} ${row.message}: allocated`,
      required: '0 bytes a message, no collection',
      measured: `${row.bytesPerMessage.toFixed(2)} bytes, ${row.collections} collections`,
      met: row.bytesPerMessage < ONCE_BYTES && row.collections === 0,
    });
  }
  const trip = (subject: string): number | null =>
    roundTrips.find((row) => row.subject === subject)?.roundTrip.p50 ?? null;
  const ours = trip('hotlap');
  // As its documentation starts it, with one thread and with a thread for each connection; and spun, as we are.
  return [
    ...bars,
    ...faster('round trip beside QuickFIX C++, start()', 2, ours, trip('QuickFIX C++')),
    ...faster('round trip beside QuickFIX C++, threaded, start()', 2, ours, trip('QuickFIX C++, threaded')),
    ...faster('round trip beside QuickFIX C++, poll() without a pause', 2, ours, trip('QuickFIX C++, poll()')),
  ];
}

function median(rows: readonly CodecRow[], subject: string, operation: Operation, kind: Kind): number | null {
  const row = rows.find((each) => each.subject === subject && each.operation === operation && each.message === kind);
  return row?.nsPerMessage.p50 ?? null;
}

/** A bar that cannot be judged here is left out: `absent` says why. */
function faster(what: string, times: number, ours: number | null, theirs: number | null): Bar[] {
  if (ours === null || theirs === null) return [];
  const ratio = theirs / ours;
  return [{ what, required: `at least ${times}x as fast`, measured: `${ratio.toFixed(2)}x`, met: ratio >= times }];
}
