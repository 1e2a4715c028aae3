/**
 * The connection to a venue as the session's thread sees it: a TCP connection of its own, over the first transport of
 * the venue's list that can be had, or rings to the thread that speaks TLS.
 */
import { Dictionary, MessageValidator } from 'fix-parser';
import { type ByteStream, RingStream, type SessionConfig } from '../gateway/index.ts';
import { type LatencyRecorder, type LwipOptions, native, STREAM_CELLS, type TcpStream } from '../native/index.ts';
import { provideOptional } from '../native/optional-addons.ts';
import type { SendTransport } from '../report/run-result.ts';
import type { LivePlan, VenueValidation } from './engine-plan.ts';
import { refuseUnlessAccelerated } from './transport/open-receiver.ts';
import { type FeedDevice, lwipOptions, noneSends, sendCandidatesOf } from './transport/send-candidates.ts';
import { tryInTurn } from './transport/try-in-turn.ts';

export interface VenueStream {
  readonly stream: ByteStream;
  transport(): SendTransport;
}

/** Room of a stream in each direction beside one message of the largest size: some thousand messages. */
const STREAM_BYTES = 1 << 20;

/** Bytes of each buffer of a session's stream: its messages, its templates, and one message as long as any may be. */
export const streamBytes = ({ maxMessageBytes = 0 }: Pick<SessionConfig, 'maxMessageBytes'>): number =>
  STREAM_BYTES + maxMessageBytes;

type VenuePlan = Pick<LivePlan, 'venue' | 'session' | 'send'>;

export interface VenueStreamOptions {
  readonly latency?: LatencyRecorder;
  /** Needed where the plan has a list of send transports. */
  readonly feed?: FeedDevice;
}

export function openVenueStream(plan: VenuePlan, { latency, feed }: VenueStreamOptions = {}): VenueStream {
  const { venue, session, send } = plan;
  if (venue.ring !== undefined) {
    const stream = new RingStream(venue.ring, latency);
    return { stream, transport: () => tlsReport(stream.description()) };
  }
  const open = (lwip?: LwipOptions): TcpStream => openTcp(plan, streamBytes(session), latency, lwip);
  if (send === undefined || feed === undefined) {
    const stream = open();
    return { stream, transport: () => stream.transport() };
  }
  const chosen = tryInTurn(
    sendCandidatesOf(send),
    (backend) => {
      if (backend === 'kernel') return open();
      const lwip = lwipOptions(send, feed);
      provideOptional('lwip');
      if (lwip.link.kind === 'dpdk') provideOptional('dpdk');
      const stream = open(lwip);
      if (send.bypass === 'require') refuseUnlessAccelerated(stream, 'orders would still leave');
      return stream;
    },
    send.passedOver,
  );
  const { passedOver } = chosen;
  if (!('opened' in chosen)) throw noneSends(passedOver);
  const { opened: stream } = chosen;
  return { stream, transport: () => ({ ...stream.transport(), passedOver }) };
}

const openTcp = (
  { venue: { host, port } }: VenuePlan,
  bytes: number,
  latency: LatencyRecorder | undefined,
  lwip: LwipOptions | undefined,
): TcpStream =>
  new (native().TcpStream)({
    host,
    port,
    rx: new Uint8Array(bytes),
    tx: new Uint8Array(bytes),
    cells: new Int32Array(STREAM_CELLS),
    maxPendingBytes: bytes,
    ...(lwip && { lwip }),
    ...(latency && { latency }),
  });

const tlsReport = (description: string): SendTransport => ({
  backend: 'tls/kernel',
  accelerated: false,
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
