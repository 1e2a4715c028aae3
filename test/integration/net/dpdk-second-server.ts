/** Opens the port that is its argument, and says why it could not. */
import { native, type PacketReceiverOptions } from '../../../native/index.ts';
import { provideOptional } from '../../../native/optional-addons.ts';

provideOptional('dpdk');
const source: PacketReceiverOptions['source'] = {
  kind: 'dpdk',
  device: process.argv[2] as string,
  memory: 'ordinary',
  ringFrames: 64,
  group: '239.255.77.21',
  port: 46_210,
};
try {
  new (native().PacketReceiver)({ source, bytes: new Uint8Array(1 << 16), packets: new Float64Array(3) }).close();
  process.stdout.write('opened\n');
} catch (error) {
  process.stdout.write(`${(error as Error).message}\n`);
}
