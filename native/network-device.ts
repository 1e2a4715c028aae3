/** What driver and kernel say of a network interface: ethtool's ioctls and netlink, read without changing anything. */
export interface NetworkDevice {
  readonly name: string;
  readonly driver: string;
  readonly driverVersion: string;
  readonly firmware: string;
  readonly busInfo: string;
  readonly isUp: boolean;
  /** False: no cable, or the other end is down. */
  readonly hasCarrier: boolean;
  readonly isLoopback: boolean;
  readonly mtuBytes: number;
  /** null, here and below: the driver does not say. */
  readonly channels: {
    readonly receive: number;
    readonly maxReceive: number;
    readonly combined: number;
    readonly maxCombined: number;
  } | null;
  /** Descriptors of a receive queue. */
  readonly rings: { readonly receive: number; readonly maxReceive: number } | null;
  readonly coalescing: {
    readonly receiveUs: number;
    readonly receiveFrames: number;
    readonly adaptiveReceive: boolean;
  } | null;
  /** By the kernel's name, `rx-lro`. */
  readonly features: Readonly<Record<string, { readonly active: boolean; readonly changeable: boolean }>> | null;
  readonly timestamping: {
    readonly hardwareReceive: boolean;
    readonly hardwareTransmit: boolean;
    /** Number of the card's clock, /dev/ptpN; -1: none. */
    readonly clock: number;
    /** It can stamp every received packet, not only PTP's own. */
    readonly everyPacket: boolean;
  } | null;
  /** Linux 6.3 and newer tell. */
  readonly xdp: {
    readonly native: boolean;
    readonly redirect: boolean;
    readonly zeroCopy: boolean;
    /** Hints that an XDP program can ask the driver for. */
    readonly timestampHint: boolean;
    readonly vlanHint: boolean;
  } | null;
  /** A program that is attached; null: none. */
  readonly attachedXdp: {
    readonly mode: 'native' | 'generic' | 'offload' | 'several';
    readonly programId: number;
  } | null;
}
