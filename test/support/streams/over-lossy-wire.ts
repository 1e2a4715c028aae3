/** The wire of a stream suite's ends, through faults: the engine's TCP is lwIP or its kernel's, the venue's its kernel's. */
import { enterNamespace } from '../../../app/network/namespace.ts';
import { LossyWire, type WireFaults } from '../lossy-wire/lossy-wire.ts';
import type { StreamWire } from './stream-wire.ts';
import { afXdpLink } from './veth-streams.ts';

export interface LossyStreams {
  readonly wire: StreamWire;
  readonly lossy: LossyWire;
}

export async function lossyStreams(near: 'kernel' | 'lwip', faults: WireFaults): Promise<LossyStreams> {
  const lossy = await LossyWire.open(faults);
  const { engine, venue, stackAddress } = lossy;
  const lwip = { link: afXdpLink(engine.interface), address: stackAddress };
  const wire: StreamWire = {
    near: near === 'lwip' ? { lwip, addons: ['lwip'] } : { addons: [] },
    far: { address: venue.address, addons: [] },
    enter: () => enterNamespace(engine.namespace.path),
    atFar: (work) => venue.namespace.inside(work),
    silenceFar: () => undefined,
    close: () => undefined,
  };
  return { wire, lossy };
}
