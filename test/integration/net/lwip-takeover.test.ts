/** Of lwIP there is one in a process, and it goes with its thread, so that another can take the venue over. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { STREAM_RESULT } from '../../../native/index.ts';
import { FarPeer } from '../../support/streams/far-peer.ts';
import { NearEnd } from '../../support/streams/near-end.ts';
import { SHM } from '../../support/streams/shared-memory-streams.ts';
import { provide, type StreamWire } from '../../support/streams/stream-wire.ts';
import type { LwipWorkerData } from './lwip-worker.ts';

const PORT = 46_320;
const { unavailable } = SHM;

describe.skipIf(unavailable !== undefined)(`a stack of lwIP${unavailable ? ` (skipped: ${unavailable})` : ''}`, () => {
  let wire: StreamWire;
  let peer: FarPeer;
  const workers: Worker[] = [];
  beforeAll(async () => {
    wire = SHM.make();
    provide(wire.near);
    peer = new FarPeer(wire, PORT);
    await peer.start();
  });
  afterEach(async () => {
    for (const worker of workers.splice(0)) await worker.terminate();
  });
  afterAll(async () => {
    await peer.kill();
    wire.close();
  });

  async function hot(says: string, ends = false): Promise<Worker> {
    const options = { host: wire.far.address, port: PORT, ...(wire.near.lwip && { lwip: wire.near.lwip }) };
    const workerData: LwipWorkerData = { options, says, ends };
    const worker = new Worker(new URL('./lwip-worker.ts', import.meta.url), { workerData });
    workers.push(worker);
    await once(worker, 'message');
    return worker;
  }

  const heard = async (text: string): Promise<void> => {
    await expect.poll(() => peer.received().toString(), { timeout: 10_000, interval: 5 }).toBe(text);
  };

  test('goes with its thread, however that ends, and is made again by whoever comes next', async () => {
    let worker = await hot('first ');
    expect(() => new NearEnd(wire, PORT)).toThrow(
      /^TCP by lwIP over shm in .* belongs to another thread of this process/,
    );
    await worker.terminate();
    worker = await hot('second ', true);
    await once(worker, 'exit');
    worker = await hot('third ');
    await worker.terminate();

    const near = new NearEnd(wire, PORT);
    expect(await near.opens()).toBe(STREAM_RESULT.opened);
    await near.send(Buffer.from('and the main thread'));
    peer.send(Buffer.from('heard'));
    await near.until(() => near.received().toString() === 'heard');
    await heard('first second third and the main thread');
    // Nobody was left waiting for a connection that nobody has any more.
    expect(peer.endings).toEqual([0, 0, 0]);
    near.stream.close();
  });

  test('what asks for another beside it is told which one there is', () => {
    const lwip = { ...wire.near.lwip!, address: '10.77.0.9/24' };
    expect(() => new NearEnd({ ...wire, near: { ...wire.near, lwip } }, PORT)).toThrow(
      /10\.77\.0\.2\/24; open nothing over shm in .* with 10\.77\.0\.9\/24 beside it/,
    );
  });

  test.each([
    [{ link: undefined }, 'The option `lwip.link` must be an object.'],
    [{ link: { kind: 'wire' } }, 'The option `kind` of a link must be af_xdp, shm or dpdk.'],
    [{ link: { kind: 'shm', file: '/x', ringFrames: 100 } }, 'The option `ringFrames` must be a power of two.'],
    [
      { link: { kind: 'dpdk', device: 'x', memory: 'none', ringFrames: 64 } },
      'The option `memory` must be prefer, hugepages or ordinary.',
    ],
  ])('is not asked for by %o', (lwip, sentence) => {
    const near = { ...wire.near, lwip: lwip as never };
    expect(() => new NearEnd({ ...wire, near }, PORT)).toThrow(sentence);
  });
});
