/** A recording that is being written: packets become records of a pcap file in the ring that its reader drains. */
import { BYTE_RING } from '../../../native/index.ts';
import { pcap } from '../mold-packets.ts';
import { udpFrame } from './frames.ts';
import { Receiving } from './receiving.ts';
import { asked, type EndOptions, GROUP, offerAll, PORT, type Sending, type Transport, type Wire } from './wire.ts';

const RING_BYTES = 1 << 20;
const EAGAIN = -11;
const RECORD_HEADER = 16;

class RecordingWire implements Wire {
  readonly #ring = new SharedArrayBuffer(BYTE_RING.headerBytes + RING_BYTES);
  readonly #header = new Float64Array(this.#ring, 0, 8);
  readonly #bytes = new Uint8Array(this.#ring, BYTE_RING.headerBytes);

  constructor() {
    this.#append(pcap([]));
  }

  receiver({ mostAPoll, creditFile: _, ...options }: EndOptions = {}): Receiving {
    const source = { kind: 'recording', format: 'pcap', speed: 0, group: GROUP, port: PORT } as const;
    return new Receiving({ ...source, ...asked(options), ring: this.#ring }, mostAPoll);
  }

  sender(): Sending {
    const send = (payload: Uint8Array): number => this.#record(udpFrame(payload, { group: GROUP, port: PORT }));
    return { send, sendAll: (payloads, turn) => offerAll(send, payloads, turn), close: () => undefined };
  }

  frames(frames: readonly Uint8Array[]): number {
    return frames.filter((frame) => this.#record(frame) === 0).length;
  }

  close(): void {}

  #record(frame: Uint8Array): number {
    const record = Buffer.alloc(RECORD_HEADER + frame.length);
    record.writeUInt32LE(frame.length, 8);
    record.writeUInt32LE(frame.length, 12);
    record.set(frame, RECORD_HEADER);
    const used = (this.#header[BYTE_RING.written] as number) - (this.#header[BYTE_RING.released] as number);
    if (record.length > RING_BYTES - used) return EAGAIN;
    this.#append(record);
    return 0;
  }

  #append(bytes: Uint8Array): void {
    const written = this.#header[BYTE_RING.written] as number;
    const at = written % RING_BYTES;
    const first = bytes.subarray(0, RING_BYTES - at);
    this.#bytes.set(first, at);
    this.#bytes.set(bytes.subarray(first.length), 0);
    this.#header[BYTE_RING.written] = written + bytes.length;
  }
}

export const RECORDING: Transport = {
  name: 'recording',
  unavailable: undefined,
  maxPayload: undefined,
  live: false,
  overflow: 'refused',
  unread: 'kept',
  foreignFrames: 'counted',
  exact: true,
  checksums: 'unchecked',
  backend: 'recording',
  accelerated: false,
  make: () => new RecordingWire(),
};
