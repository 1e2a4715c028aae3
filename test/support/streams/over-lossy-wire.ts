/** The wire of a stream suite's ends, through faults: the engine's TCP is lwIP or its kernel's, the venue's its kernel's. */
import { enterNamespace } from '../../../app/network/namespace.ts';
import { LossyWire, type WireFaults } from '../lossy-wire/lossy-wire.ts';
import type { StreamWire } from './stream-wire.ts';

export interface LossyStreams {
  readonly wire: StreamWire;
  readonly lossy: LossyWire;
}

export async function lossyStreams(near: 'kernel' | 'lwip', faults: WireFaults): Promise<LossyStreams> {
  const lossy = await LossyWire.open(near === 'lwip' ? 'calling stack' : 'host', faults);
  const { engine, venue, stackAddress } = lossy;
  const wire: StreamWire = {
    near: 'link' in engine ? { lwip: { link: engine.link, address: stackAddress }, addons: ['lwip'] } : { addons: [] },
    far: { address: venue.address, addons: [] },
    enter: () => ('host' in engine ? enterNamespace(engine.host.namespace.path) : () => undefined),
    atFar: (work) => venue.namespace.inside(work),
    silenceFar: () => undefined,
    close: () => undefined,
  };
  return { wire, lossy };
}
