/** What a venue's policy makes of its list of send transports, before any of them is tried. */
import { HotlapError } from '../../engine/domain/errors.ts';
import type { LinkOptions, LwipOptions } from '../../native/index.ts';
import type { PassedOver } from '../../report/run-result.ts';
import type { ReceiveBackend, SendBackend, SendSettings } from '../options.ts';
import type { LiveFeed } from './candidates.ts';
import { linkOf } from './link-of.ts';
import { type Candidate, exclusionOf } from './try-in-turn.ts';

/** A connection to a venue on its way to the loop. */
export interface LiveSend extends SendSettings {
  /** Of the user's list: what was passed over before this one was made. */
  readonly passedOver?: readonly PassedOver[];
  /** What of the list the venue is not reached by, and why. */
  readonly unserved?: Readonly<Partial<Record<SendBackend, string>>>;
}

const THROUGH_THE_STACK =
  "bypass is `require`, and this one goes through the kernel's network stack: name lwip in `tx`, or say `bypass: prefer`";

/** In the order in which they are tried. */
export function sendCandidatesOf({ tx, bypass, unserved }: Omit<LiveSend, 'lwip'>): Candidate<SendBackend>[] {
  // Who turns bypass off asks for the kernel, whether the list names it or not.
  const list = bypass === 'off' && !tx.includes('kernel') ? [...tx, 'kernel' as const] : tx;
  return list.map((backend) => {
    const excluded = byPolicy(backend, bypass) ?? unserved?.[backend];
    return excluded === undefined ? { backend } : { backend, excluded };
  });
}

function byPolicy(backend: SendBackend, bypass: SendSettings['bypass']): string | undefined {
  if (bypass === 'require' && backend === 'kernel') return THROUGH_THE_STACK;
  return bypass === 'off' && backend === 'lwip' ? 'bypass is `off`' : undefined;
}

/** A policy that leaves nothing to try is known before anything is opened. */
export function refuseNothingToSendBy(send: Omit<LiveSend, 'lwip'>): void {
  const candidates = sendCandidatesOf(send);
  if (candidates.some(({ excluded }) => excluded === undefined)) return;
  throw noneSends(candidates.map(({ backend, excluded = '' }) => exclusionOf(backend, excluded)));
}

/** Names every candidate, each with what stands in its way and what mends it. */
export function noneSends(passedOver: readonly PassedOver[]): HotlapError {
  const each = passedOver.map(({ backend, reason }) => `${backend}: ${reason}`).join('; ');
  return new HotlapError('ERR_TRANSPORT_UNAVAILABLE', `Orders cannot be sent by ${each}.`, {
    details: { candidates: passedOver },
  });
}

/** What `over: feed` means: the feed and the transport that it was opened on; null as long as it is not open. */
export interface FeedDevice {
  readonly feed: LiveFeed;
  readonly backend: ReceiveBackend | null;
}

/** @returns the stack's options; throws a HotlapError where the settings name no device */
export function lwipOptions({ lwip }: Pick<SendSettings, 'lwip'>, feed: FeedDevice): LwipOptions {
  const { address, gateway } = lwip;
  const link = deviceOf(lwip, feed);
  if (address === undefined && link.kind !== 'af_xdp') {
    throw new HotlapError(
      'ERR_LWIP_ADDRESS',
      `TCP over ${link.kind} needs an address of its own: give \`lwip.address\` of the venue, e.g. 10.77.0.2/24.`,
    );
  }
  return { link, ...(address !== undefined && { address }), ...(gateway !== undefined && { gateway }) };
}

function deviceOf(lwip: SendSettings['lwip'], { feed, backend }: FeedDevice): LinkOptions {
  if (lwip.over !== 'feed') return linkOf(lwip.over, lwip);
  if (backend !== null && backend !== 'kernel') return linkOf(backend, feed);
  const why = backend === null ? 'is not open' : "comes through the kernel's sockets";
  throw new HotlapError(
    'ERR_LWIP_DEVICE',
    `TCP past the kernel shall leave by the feed's device, and the feed ${why}: receive by af_xdp, shm or dpdk (\`rx\`), or name a device of its own in \`lwip.over\` of the venue.`,
  );
}
