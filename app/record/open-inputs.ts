/** Opens every group of a recording by the first transport of its list that can be had. */
import type { PacketRecorder } from '../../native/index.ts';
import { provideOptional } from '../../native/optional-addons.ts';
import type { RecordedInput } from '../../report/record-result.ts';
import type { FeedSettings } from '../options.ts';
import { firstThatOpens } from '../transport/candidates.ts';
import { linkOf } from '../transport/link-of.ts';
import { receiveSource } from '../transport/receive-source.ts';
import type { InterfaceDescription } from './pcapng-blocks.ts';

export type OpenedInput = Pick<RecordedInput, 'transport' | 'interface' | 'frames'> & { readonly groups: string[] };

/** @returns the interfaces of the recording, in their order */
export function openInputs(recorder: PacketRecorder, feeds: readonly FeedSettings[]): OpenedInput[] {
  const inputs: OpenedInput[] = [];
  /** By what they were asked to be: groups of one device are one interface. */
  const devices = new Map<string, number>();
  for (const feed of feeds) {
    const { group, port } = feed;
    const { opened, backend, passedOver } = firstThatOpens(feed, (backend) => {
      if (backend === 'dpdk') provideOptional('dpdk');
      const device = backend === 'kernel' ? `${group}:${port}` : JSON.stringify(linkOf(backend, feed));
      const known = devices.get(device);
      if (known !== undefined) {
        recorder.addGroup(known, { group, port });
        return known;
      }
      const input = recorder.add({ ...receiveSource(backend, feed), bypass: feed.bypass === 'require' });
      devices.set(device, input);
      return input;
    });
    const name = `${group}:${port}`;
    const before = inputs[opened];
    if (before !== undefined) before.groups.push(name);
    else
      inputs[opened] = {
        transport: { ...recorder.transport(opened), passedOver },
        interface: interfaceOf(backend, feed),
        frames: backend === 'kernel' ? 'rebuilt' : 'received',
        groups: [name],
      };
  }
  return inputs;
}

function interfaceOf(backend: string, { interface: by, shm, dpdk }: FeedSettings): string {
  if (backend === 'shm') return shm.file;
  return backend === 'dpdk' ? dpdk.device : by;
}

const FRAMES: Readonly<Record<RecordedInput['frames'], string>> = {
  rebuilt:
    'the socket gives payload, sender and time to live: Ethernet, IPv4 and UDP headers around them are rebuilt by hotlap, with zeros for the MAC of the sender, which is not known',
  received: 'frames as they were received',
};
const TIMES: Readonly<Record<string, string>> = {
  hardware: 'times of the card',
  kernel: "times of the kernel (SO_TIMESTAMPNS), when it took the packet in; the engine's clock where it gave none",
  application: "times of the engine's clock, when the burst was taken from the device",
};

/** What if_name and if_description say. */
export const describe = ({ transport, interface: name, frames, groups }: OpenedInput): InterfaceDescription => ({
  name,
  description: `${groups.join(', ')} by ${transport.backend}; ${TIMES[transport.timestampSource] ?? transport.timestampSource}; ${FRAMES[frames]}`,
});
