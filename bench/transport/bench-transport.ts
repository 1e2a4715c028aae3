/** `hotlap bench transport`: every transport in turn at each rate, between the same two ends. */
import { availableParallelism, cpus, release } from 'node:os';
import { launchState } from '../../app/launch-state.ts';
import type { TransportBenchOptions } from '../../app/options.ts';
import { Samples } from '../samples.ts';
import { cpusOfEnds, type Leg, lostIn, runLeg } from './leg.ts';
import { Place } from './place.ts';
import { type SockperfLeg, sockperfLeg, sockperfRow, whyNoSockperf } from './sockperf.ts';
import { throughput } from './throughput.ts';
import { traced, whyNotTraceable } from './traced.ts';
import {
  type SockperfRow,
  SUBJECTS,
  type Subject,
  type ThroughputRow,
  type TracedRow,
  type TransportBenchResult,
  type TransportRow,
} from './transport-result.ts';

/** Of a MoldUDP64 packet: its header, and a message of ITCH's usual length behind its own. */
const PACKET_HEADER = 20;
const MESSAGE_BYTES = 42;
const TRACED_RATE = 10_000;
/** Of a leg for packets a second, or under strace, at most. */
const EXTRA_SECONDS = 1;

export async function benchTransport(options: TransportBenchOptions): Promise<TransportBenchResult> {
  const place = new Place();
  try {
    return await measure(options, place);
  } finally {
    place.close();
  }
}

async function measure(options: TransportBenchOptions, place: Place): Promise<TransportBenchResult> {
  const { messagesPerPacket, rounds, seconds } = options;
  const payloadBytes = PACKET_HEADER + messagesPerPacket * MESSAGE_BYTES;
  const reasons = SUBJECTS.map((subject) => ({ subject, reason: place.whyNot(subject) }));
  const subjects = reasons.filter(({ reason }) => reason === undefined).map(({ subject }) => subject);
  const noSockperf = whyNoSockperf();
  const turns = subjects.length + (noSockperf === undefined ? 1 : 0);
  const total = options.rates.length * rounds * turns + (options.extras ? 2 * subjects.length : 0);
  let done = 0;
  const progress = (step: string): void => options.onProgress?.({ step, done: done++, total, unit: 'legs' });

  const rows: TransportRow[] = [];
  const sockperfRows: SockperfRow[] = [];
  const facts = new Map<Subject, TransportBenchResult['facts'][number]>();
  for (const rate of options.rates) {
    const packetsPerSecond = rate / messagesPerPacket;
    const legs: Leg[] = [];
    const others: SockperfLeg[] = [];
    for (let round = 0; round < rounds; round++) {
      for (const subject of subjects) {
        progress(`${subject} at ${rate}/s`);
        const leg = await runLeg(place, { subject, packetsPerSecond, payloadBytes, seconds });
        const { accelerated, zeroCopy, reason } = leg.receiver;
        facts.set(subject, { subject, accelerated, zeroCopy, reason });
        legs.push(leg);
      }
      if (noSockperf !== undefined) continue;
      progress(`sockperf at ${rate}/s`);
      others.push(await sockperfLeg(place, { packetsPerSecond, payloadBytes, seconds }));
    }
    for (const subject of subjects)
      rows.push(
        rowOf(
          rate,
          legs.filter(({ plan }) => plan.subject === subject),
        ),
      );
    if (others.length > 0) sockperfRows.push(sockperfRow(rate, packetsPerSecond, others));
  }

  const throughputs: ThroughputRow[] = [];
  const tracedRows: TracedRow[] = [];
  const extraSeconds = Math.min(seconds, EXTRA_SECONDS);
  const traceable = whyNotTraceable() === undefined;
  for (const subject of options.extras ? subjects : []) {
    progress(`packets/s of ${subject}`);
    throughputs.push(await throughput(place, subject, extraSeconds));
    progress(`system calls of ${subject}`);
    const packetsPerSecond = TRACED_RATE / messagesPerPacket;
    if (traceable)
      tracedRows.push(await traced(place, { subject, packetsPerSecond, payloadBytes, seconds: extraSeconds }));
  }
  const ends = cpusOfEnds();
  return {
    rows,
    throughput: throughputs,
    traced: tracedRows,
    sockperf: noSockperf === undefined ? { rows: sockperfRows } : { missing: noSockperf },
    facts: [...facts.values()],
    unavailable: reasons.flatMap(({ subject, reason }) => (reason === undefined ? [] : [{ subject, reason }])),
    payloadBytes,
    messagesPerPacket,
    network: place.network,
    host: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cpus: launchState().cpus.length || availableParallelism(),
      kernel: release(),
      node: process.version,
      receiverCpu: ends.receiver,
      senderCpu: ends.sender,
    },
    lossless: rows.every((row) => row.lost === 0),
  };
}

function rowOf(rate: number, legs: readonly Leg[]): TransportRow {
  const total = (of: (leg: Leg) => number): number => legs.reduce((sum, leg) => sum + of(leg), 0);
  const each = (calls: number, packets: number): number => (packets === 0 ? 0 : calls / packets);
  const { plan } = legs[0] as Leg;
  const wireToWire = new Samples();
  for (const leg of legs) wireToWire.addHistogram(leg.receiver.wireToWire);
  const sent = total((leg) => leg.sender.measured);
  const packets = total((leg) => leg.receiver.packets);
  return {
    subject: plan.subject,
    rate,
    packetsPerSecond: plan.packetsPerSecond,
    sent,
    received: total((leg) => leg.receiver.measured),
    lost: total(lostIn),
    droppedBySender: total((leg) => leg.sender.dropped),
    wireToWire: wireToWire.summary(),
    latePackets: total((leg) => leg.sender.latePackets),
    receiveCallsPerPacket: each(
      total((leg) => leg.receiver.receiveCalls),
      packets,
    ),
    burstsPerPacket: each(
      total((leg) => leg.receiver.bursts),
      packets,
    ),
    sendCallsPerPacket: each(
      total((leg) => leg.sender.sendCalls),
      sent,
    ),
    stallsOver1us: {
      count: total((leg) => leg.receiver.stalls.count),
      lostShare: total((leg) => leg.receiver.stallLostShare) / legs.length,
    },
    rounds: legs.length,
  };
}
