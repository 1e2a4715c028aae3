import { HotlapError } from '../../../engine/domain/errors.ts';

/** Where a record begins: byte of the file at which reading can start, and bytes of what comes out there to pass over. */
export interface Place {
  readonly offset: number;
  readonly skip: number;
}

export interface Visitor {
  /** One packet. @param prefix what must be read before it: the file's header, or the section's with its interfaces */
  packet(place: Place, timeNs: bigint, prefix: Uint8Array): void;
}

const PCAPNG_SECTION = 0x0a0d0d0a;
const BYTE_ORDER = 0x1a2b3c4d;
const BLOCK = { interface: 1, simple: 3, enhanced: 6 } as const;
const OPTION = { end: 0, resolution: 9, offset: 14 } as const;
/** More than any record that a capture can hold; more is damage. */
const MAX_RECORD = 262_144 + 4_096;
const MAX_PREFIX = 1 << 20;
const NS = 1_000_000_000n;

/** Finds the packets of a capture, and their times, in bytes that come piece by piece. It decodes nothing inside of them. */
export abstract class CaptureWalker {
  protected readonly path: string;
  protected readonly visitor: Visitor;
  private held: Uint8Array = new Uint8Array(0);
  /** Where the first held byte lies. */
  private place: Place = { offset: 0, skip: 0 };

  constructor(path: string, visitor: Visitor) {
    this.path = path;
    this.visitor = visitor;
  }

  /** @param bytes that follow those before @param place where the first of them lies */
  push(bytes: Uint8Array, place: Place): void {
    const carried = this.held.length;
    const start = carried === 0 ? place : this.place;
    const all = carried === 0 ? bytes : Buffer.concat([this.held, bytes]);
    const at = (index: number): Place => {
      const from = index < carried ? { base: start, by: index } : { base: place, by: index - carried };
      return { offset: from.base.offset, skip: from.base.skip + from.by };
    };
    let index = 0;
    for (;;) {
      const length = this.record(all.subarray(index), () => at(index));
      if (length === 0) break;
      index += length;
    }
    this.held = all.slice(index);
    this.place = index < all.length ? at(index) : place;
  }

  /** The record at the beginning of the bytes. @returns its length; 0 where it is not all there */
  protected abstract record(bytes: Uint8Array, place: () => Place): number;

  protected damaged(what: string): HotlapError {
    return new HotlapError('ERR_RECORDING_DAMAGED', `${this.path} cannot be indexed: ${what}. Get it again.`);
  }
}

export class PcapWalker extends CaptureWalker {
  private prefix: Uint8Array = new Uint8Array(0);
  private isLittle = true;
  private unit = 1n;

  protected override record(bytes: Uint8Array, place: () => Place): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (this.prefix.length === 0) {
      if (bytes.length < 24) return 0;
      this.isLittle = view.getUint8(0) !== 0xa1;
      this.unit = view.getUint32(0, this.isLittle) === 0xa1b23c4d ? 1n : 1_000n;
      this.prefix = bytes.slice(0, 24);
      return 24;
    }
    if (bytes.length < 16) return 0;
    const captured = view.getUint32(8, this.isLittle);
    if (captured > MAX_RECORD) throw this.damaged(`a packet of ${captured} bytes is none`);
    if (bytes.length < 16 + captured) return 0;
    const seconds = BigInt(view.getUint32(0, this.isLittle));
    const fraction = BigInt(view.getUint32(4, this.isLittle));
    this.visitor.packet(place(), seconds * NS + fraction * this.unit, this.prefix);
    return 16 + captured;
  }
}

interface Interface {
  /** ns of one unit of its times, as a fraction. */
  readonly numerator: bigint;
  readonly denominator: bigint;
  readonly offsetNs: bigint;
}

export class PcapngWalker extends CaptureWalker {
  private prefix: Uint8Array = new Uint8Array(0);
  private interfaces: Interface[] = [];
  private isLittle = true;

  protected override record(bytes: Uint8Array, place: () => Place): number {
    if (bytes.length < 12) return 0;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const type = view.getUint32(0, this.isLittle);
    if (type === PCAPNG_SECTION) this.isLittle = view.getUint32(8, true) === BYTE_ORDER;
    const length = view.getUint32(4, this.isLittle);
    if (length < 12 || length % 4 !== 0 || length > MAX_RECORD)
      throw this.damaged(`a block of ${length} bytes is none`);
    if (bytes.length < length) return 0;
    if (type === PCAPNG_SECTION) {
      this.prefix = bytes.slice(0, length);
      this.interfaces = [];
    } else if (type === BLOCK.interface) {
      this.addInterface(bytes.subarray(0, length), view);
    } else if (type === BLOCK.enhanced) {
      this.visitor.packet(place(), this.timeOf(view), this.prefix);
    } else if (type === BLOCK.simple) {
      throw this.damaged('it has packets without a time');
    }
    return length;
  }

  private timeOf(view: DataView): bigint {
    const of = this.interfaces[view.getUint32(8, this.isLittle)];
    if (of === undefined) throw this.damaged('a packet names an interface that there is not');
    const units = (BigInt(view.getUint32(12, this.isLittle)) << 32n) | BigInt(view.getUint32(16, this.isLittle));
    return (units * of.numerator) / of.denominator + of.offsetNs;
  }

  private addInterface(block: Uint8Array, view: DataView): void {
    if (this.prefix.length + block.length > MAX_PREFIX) throw this.damaged('it has more interfaces than can be kept');
    this.prefix = Buffer.concat([this.prefix, block]);
    let resolution = 6;
    let offsetNs = 0n;
    for (let at = 16; at + 4 <= block.length - 4; ) {
      const code = view.getUint16(at, this.isLittle);
      const length = view.getUint16(at + 2, this.isLittle);
      if (code === OPTION.end) break;
      if (code === OPTION.resolution && length === 1) resolution = view.getUint8(at + 4);
      if (code === OPTION.offset && length === 8) offsetNs = view.getBigInt64(at + 4, this.isLittle) * NS;
      at += 4 + Math.ceil(length / 4) * 4;
    }
    const exponent = BigInt(resolution & 0x7f);
    const denominator = (resolution & 0x80) === 0 ? 10n ** exponent : 2n ** exponent;
    this.interfaces.push({ numerator: NS, denominator, offsetNs });
  }
}
