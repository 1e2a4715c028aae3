import { type FixMessage, type MessageWriter, TAG } from 'fix-parser';
import type { FixVersion } from '../session/fix-version.ts';

/** A routing tag of the answer, and the tag of the message whose value it takes; ascending, as headers are written. */
const ROUTE: readonly (readonly [to: number, from: number])[] = [
  [TAG.OnBehalfOfCompID, TAG.DeliverToCompID],
  [TAG.OnBehalfOfSubID, TAG.DeliverToSubID],
  [TAG.DeliverToCompID, TAG.OnBehalfOfCompID],
  [TAG.DeliverToSubID, TAG.OnBehalfOfSubID],
  [TAG.OnBehalfOfLocationID, TAG.DeliverToLocationID],
  [TAG.DeliverToLocationID, TAG.OnBehalfOfLocationID],
];
/** A routing value is echoed up to here. */
const MAX_ROUTE_BYTES = 64;

/** What goes back to a third party goes the way it came: who it was on behalf of is who it is delivered to (18). */
export function writeReversedRoute(writer: MessageWriter, message: FixMessage, version: FixVersion): void {
  for (let i = 0; i < ROUTE.length; i++) {
    const [to, from] = ROUTE[i];
    if (!version.hasLocationId && (to === TAG.OnBehalfOfLocationID || to === TAG.DeliverToLocationID)) return;
    const index = message.indexOf(from);
    if (index < 0) continue;
    const start = message.startAt(index);
    const end = Math.min(message.endAt(index), start + MAX_ROUTE_BYTES);
    if (end > start) writer.bytesOf(to, message.bytes, start, end);
  }
}
