/** Packets a second without loss: flat out first, then slower until nothing is lost. */
import { type Leg, lostIn, runLeg } from './leg.ts';
import type { Place } from './place.ts';
import type { Subject, ThroughputRow } from './transport-result.ts';

/** After a run with loss: a little below what was received. */
const SLOWER = 0.9;
const MOST_RUNS = 20;
const MESSAGE_BYTES = 62;

const rateOf = ({ sender }: Leg): number =>
  sender.elapsedNs === 0 ? 0 : Math.round((sender.measured * 1e9) / sender.elapsedNs);

export async function throughput(place: Place, subject: Subject, seconds: number): Promise<ThroughputRow> {
  let packetsPerSecond = 0;
  for (let run = 0; run < MOST_RUNS; run++) {
    const leg = await runLeg(place, { subject, packetsPerSecond, payloadBytes: MESSAGE_BYTES, seconds });
    const achieved = rateOf(leg);
    if (lostIn(leg) === 0) {
      return {
        subject,
        packetsPerSecond: achieved,
        payloadBytes: MESSAGE_BYTES,
        sent: leg.sender.measured,
        flatOut: packetsPerSecond === 0,
        lossyRuns: run,
      };
    }
    const received = achieved * (leg.receiver.measured / leg.sender.measured);
    const tried = packetsPerSecond === 0 ? Number.POSITIVE_INFINITY : packetsPerSecond;
    packetsPerSecond = Math.max(1, Math.round(Math.min(received, tried) * SLOWER));
  }
  return {
    ...{ subject, packetsPerSecond: null, payloadBytes: MESSAGE_BYTES },
    ...{ sent: 0, flatOut: false, lossyRuns: MOST_RUNS },
  };
}
