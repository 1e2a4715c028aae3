/** A packet device as native code opens it, out of the settings of a feed or of a TCP stack. */
import { HotlapError } from '../../engine/domain/errors.ts';
import type { LinkOptions } from '../../native/index.ts';
import type { FeedSettings } from '../options.ts';

export type DeviceKind = LinkOptions['kind'];
export type DeviceSettings = Pick<FeedSettings, 'interface' | 'afXdp' | 'shm' | 'dpdk'>;

export function linkOf(kind: DeviceKind, { interface: by, afXdp, shm, dpdk }: DeviceSettings): LinkOptions {
  switch (kind) {
    case 'af_xdp':
      return { kind, interface: by, ...afXdp };
    case 'shm':
      return { kind, ...shm };
    case 'dpdk':
      if (dpdk.device !== '') return { kind, ...dpdk };
      throw new HotlapError(
        'ERR_DPDK_DEVICE',
        'No port of DPDK is named: give `dpdk.device` in the configuration, a PCI address or a virtual device.',
      );
  }
}
