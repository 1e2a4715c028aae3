/** The connection to a venue as the session's thread sees it: a kernel socket of its own, or rings to the thread that speaks TLS. */
import { Dictionary, MessageValidator } from 'fix-parser';
import { type ByteStream, RingStream } from '../gateway/index.ts';
import { type LatencyRecorder, native, STREAM_CELLS, type TransportReport } from '../native/index.ts';
import type { LivePlan, VenueValidation } from './engine-plan.ts';

export interface VenueStream {
  readonly stream: ByteStream;
  transport(): TransportReport;
}

/** @param bytes of each buffer */
export function openVenueStream(venue: LivePlan['venue'], bytes: number, latency?: LatencyRecorder): VenueStream {
  if (venue.ring !== undefined) {
    const stream = new RingStream(venue.ring, latency);
    return { stream, transport: () => tlsReport(stream.description()) };
  }
  const stream = new (native().TcpStream)({
    host: venue.host,
    port: venue.port,
    rx: new Uint8Array(bytes),
    tx: new Uint8Array(bytes),
    cells: new Int32Array(STREAM_CELLS),
    maxPendingBytes: bytes,
    ...(latency && { latency }),
  });
  return { stream, transport: () => stream.transport() };
}

const tlsReport = (description: string): TransportReport => ({
  backend: 'tls/kernel',
  accelerated: false,
  zeroCopy: false,
  timestampSource: 'application',
  reason: `TLS runs on the main thread (latency is measured up to the handover to it)${description === '' ? '' : `; ${description}`}`,
});

/** Made on the session's thread: it holds what it has seen of each message. */
export function validatorOf(validation: VenueValidation | undefined): MessageValidator | undefined {
  if (validation === undefined) return undefined;
  const session = new Dictionary(validation.session);
  const isOne =
    validation.application === validation.session || validation.application.version === validation.session.version;
  return new MessageValidator(session, isOne ? session : new Dictionary(validation.application), validation.options);
}
