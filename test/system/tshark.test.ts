/** A captured demo, read by Wireshark's dissectors: MoldUDP64 on the feed, FIX without a fault on the order session. */
import { expect, test } from 'vitest';
import { freeUdpPort } from '../support/system/free-ports.ts';
import { listeningPorts, noCaptureReason, PacketCapture } from '../support/system/packet-capture.ts';
import { Running, runToEnd } from '../support/system/running.ts';
import { openWorkshop } from '../support/system/workshop.ts';

const shop = openWorkshop();
const reason = noCaptureReason();

test.skipIf(reason !== undefined)(
  `tshark reads a demo${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  async () => {
    const recording = shop.path('flow.pcap');
    const flow = ['--messages', '30000', '--symbols', 'AAPL,MSFT', '--seed', '9', '--rate', '10000'];
    expect((await runToEnd(['generate', recording, ...flow])).status).toBe(0);
    const udp = await freeUdpPort();
    const capture = await PacketCapture.start(shop.path('lo.pcapng'), `udp port ${udp} or tcp`);
    const run = new Running([
      ...['demo', '--recording', recording, '--feed', `itch50@239.192.7.5:${udp}`, '--warm-up', '0', '--json'],
      ...['--messages-per-packet', '20'],
    ]);
    await run.says(/order session is up/);
    const [tcp] = run.children().flatMap(listeningPorts);
    const { status, stdout, stderr } = await run.ended;
    await capture.stop();
    expect(status, stderr).toBe(0);
    const { orders, recording: fed } = JSON.parse(stdout);
    expect(fed).toMatchObject({ messages: 30_000, gaps: 0 });
    expect(orders.sent).toBeGreaterThan(50);

    const asMold = `udp.port==${udp},moldudp64`;
    const packets = capture.read(asMold, `udp.dstport==${udp}`, ['moldudp64.sequence', 'moldudp64.count']);
    const counts = packets.map(([, count]) => Number(count)).filter((count) => count !== 0xffff);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(30_000);
    let next = 1;
    for (const [sequence, count] of packets) {
      expect(Number(sequence)).toBe(next);
      if (Number(count) !== 0xffff) next += Number(count);
    }
    expect(capture.read(asMold, `udp.dstport==${udp} && (_ws.malformed || !moldudp64)`, ['frame.number'])).toEqual([]);

    const asFix = `tcp.port==${tcp},fix`;
    const types = capture
      .read(asFix, `tcp.port==${tcp} && fix`, ['fix.MsgType'])
      .flatMap(([values = '']) => values.split(','));
    const of = (type: string): number => types.filter((each) => each === type).length;
    expect(of('D')).toBe(orders.sent);
    expect(of('A')).toBe(2);
    expect(of('5')).toBe(2);
    expect(of('3') + of('j')).toBe(0);
    // Each order is acknowledged, then filled or cancelled.
    expect(of('8')).toBeGreaterThanOrEqual(orders.acknowledged + orders.filled + orders.cancelled);
    expect(capture.read(asFix, `tcp.port==${tcp} && fix.checksum_good == 1`, ['frame.number']).length).toBeGreaterThan(
      0,
    );
    const faults = '_ws.malformed || fix.checksum_bad == 1 || _ws.expert.group == "Malformed"';
    expect(capture.read(asFix, `tcp.port==${tcp} && fix && (${faults})`, ['frame.number'])).toEqual([]);
  },
);
