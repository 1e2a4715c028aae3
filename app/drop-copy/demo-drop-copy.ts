/** The drop copy of a demo: the simulator's own, with nothing kept. */
import { MemoryStore } from '../../gateway/index.ts';
import { SIMULATOR_DROP_COPY_SESSION } from '../../simulator/index.ts';
import { DEFAULT_DROP_COPY } from '../config/index.ts';
import type { EngineHost } from '../engine-host.ts';
import type { LivePlan } from '../engine-plan.ts';
import type { DemoOptions } from '../options.ts';
import { DEMO_SESSION } from '../simulator-sessions.ts';
import { openVenueStream } from '../venue-stream.ts';
import { DropCopy } from './drop-copy.ts';

export function demoDropCopy(
  venue: LivePlan['venue'],
  clOrdIdPrefix: string,
  host: EngineHost,
  { onLog }: DemoOptions,
): DropCopy {
  const { senderCompId, targetCompId } = SIMULATOR_DROP_COPY_SESSION;
  const session = { ...DEMO_SESSION, senderCompId: targetCompId, targetCompId: senderCompId };
  return new DropCopy({
    ...DEFAULT_DROP_COPY,
    session,
    venueStream: openVenueStream({ venue, session }),
    store: new MemoryStore(new Int32Array(2)),
    clOrdIdPrefix,
    orderLog: host.orderLog,
    send: (message) => host.send(message),
    onLog: onLog ?? (() => undefined),
  });
}
