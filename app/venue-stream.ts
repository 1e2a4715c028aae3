/** The connection to a venue as the session's thread sees it: a kernel socket of its own, or rings to the thread that speaks TLS. */
import { Dictionary, MessageValidator } from 'fix-parser';
import { type ByteStream, RingStream, type SessionConfig } from '../gateway/index.ts';
import { type LatencyRecorder, native, STREAM_CELLS, type TransportReport } from '../native/index.ts';
import type { LivePlan, VenueValidation } from './engine-plan.ts';

export interface VenueStream {
  readonly stream: ByteStream;
  transport(): TransportReport;
}

/** Room of a stream in each direction beside one message of the largest size: some thousand messages. */
const STREAM_BYTES = 1 << 20;

/** Bytes of each buffer of a session's stream: its messages, its templates, and one message as long as any may be. */
export const streamBytes = ({ maxMessageBytes = 0 }: Pick<SessionConfig, 'maxMessageBytes'>): number =>
  STREAM_BYTES + maxMessageBytes;

export function openVenueStream(
  { venue, session }: Pick<LivePlan, 'venue' | 'session'>,
  latency?: LatencyRecorder,
): VenueStream {
  const bytes = streamBytes(session);
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
