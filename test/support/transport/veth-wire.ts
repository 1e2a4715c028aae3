/** Kernel and AF_XDP over a veth pair between two namespaces. */
import { makeVethPair } from '../../../app/network/veth-pair.ts';
import { type FeedTransmit, native, type PacketReceiverOptions } from '../../../native/index.ts';
import { writeFrames } from './frame-writer.ts';
import { Receiving } from './receiving.ts';
import { type EndOptions, GROUP, offerAll, PORT, type Sending, type Transport, type Wire } from './wire.ts';

/** Of IPv4's 65,535 bytes, less its header and UDP's. */
const UDP_MOST = 65_507;

type Source = PacketReceiverOptions['source'];

interface Kind {
  source(interfaceName: string, options: EndOptions): Source;
  transmit(interfaceName: string): FeedTransmit | undefined;
}

const KERNEL: Kind = {
  source: (name, { small }) => ({
    kind: 'kernel',
    group: GROUP,
    port: PORT,
    interface: name,
    receiveBufferBytes: small === true ? 16_384 : 32 << 20,
  }),
  transmit: () => undefined,
};

class VethWire implements Wire {
  readonly #pair = makeVethPair();
  readonly #rx: Kind;
  readonly #tx: Kind;

  constructor(rx: Kind, tx: Kind) {
    this.#rx = rx;
    this.#tx = tx;
  }

  receiver(options: EndOptions = {}): Receiving {
    const { namespace, address } = this.#pair.engine;
    return namespace.inside(() => new Receiving(this.#rx.source(address, options), options.mostAPoll));
  }

  sender(): Sending {
    const { namespace, address } = this.#pair.venue;
    const bytes = new Uint8Array(1 << 16);
    const transmit = this.#tx.transmit(address);
    const sender = namespace.inside(
      () =>
        new (native().PacketSender)({
          ...{ group: GROUP, port: PORT, interface: address, bytes },
          ...(transmit !== undefined && { transmit }),
        }),
    );
    const send = (payload: Uint8Array): number => {
      bytes.set(payload);
      return sender.send(0, payload.length) || sender.flush();
    };
    return {
      send,
      sendAll: (payloads, turn) => offerAll(send, payloads, turn),
      close: () => sender.close(),
    };
  }

  frames(frames: readonly Uint8Array[]): number {
    const { namespace, interface: name } = this.#pair.venue;
    return namespace.inside(() => writeFrames('interface', name, frames));
  }

  close(): void {
    this.#pair.close();
  }
}

const unavailable = process.getuid?.() === 0 ? undefined : 'a veth pair needs root';

export const KERNEL_OVER_VETH: Transport = {
  name: 'kernel',
  unavailable,
  maxPayload: UDP_MOST,
  live: true,
  overflow: 'dropped',
  foreignFrames: 'unseen',
  checksums: 'kernel',
  backend: 'kernel',
  accelerated: false,
  make: () => new VethWire(KERNEL, KERNEL),
};
