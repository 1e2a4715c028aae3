/** Opens a receiver by kernel sockets where bypass is required; says in JSON what it became, or why it did not. */
import { DEFAULT_FEED } from '../../../app/config/index.ts';
import { openReceiver } from '../../../app/transport/open-receiver.ts';
import { native } from '../../../native/index.ts';

function opened(): string {
  const feed = { ...DEFAULT_FEED, rx: ['kernel' as const], bypass: 'require' as const, group: '127.0.0.1', port: 0 };
  try {
    const { receiver, transport } = openReceiver(
      { ...feed, interface: '127.0.0.1' },
      (source) =>
        new (native().PacketReceiver)({
          source: source as Extract<typeof source, { kind: 'kernel' }>,
          bytes: new Uint8Array(65_536),
          packets: new Float64Array(30),
        }),
    );
    const { backend } = transport();
    receiver.close();
    return backend;
  } catch (error) {
    return (error as Error).message;
  }
}

console.log(JSON.stringify(opened()));
