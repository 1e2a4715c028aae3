/** What a feed's policy makes of its list of receive transports, before any of them is tried. */
import { HotlapError } from '../../engine/domain/errors.ts';
import { native } from '../../native/index.ts';
import { EXCLUDED_BY_POLICY, type PassedOver } from '../../report/run-result.ts';
import type { FeedSettings, ReceiveBackend } from '../options.ts';
import { type Candidate, exclusionOf, tryInTurn } from './try-in-turn.ts';

/** A feed on its way to the loop. */
export interface LiveFeed extends FeedSettings {
  /** Shared file in which the receiver tells what it has consumed. */
  readonly creditFile?: string;
  /** Of the user's list: what was passed over before this one was made. */
  readonly passedOver?: readonly PassedOver[];
  /** What of the list nobody sends by here, and why. */
  readonly unserved?: Readonly<Partial<Record<ReceiveBackend, string>>>;
}

const THROUGH_THE_STACK =
  "bypass is `require`, and this one goes through the kernel's network stack: name af_xdp, shm or dpdk in `rx`, or say `bypass: prefer`";
const BEHIND_THE_DRIVER =
  'bypass is `require`, and with `afXdp.mode: generic` the kernel makes a packet of every frame first: use `mode: native` on an interface whose driver has XDP, or say `bypass: prefer`';

const isAccelerated = (backend: ReceiveBackend): boolean => backend !== 'kernel';

/** A library that takes kernel sockets over is here; whether it took this one, the socket tells once it is open. */
const isPreloaded = (): boolean => native().host.accelerator().library !== '';

/** In the order in which they are tried. */
export const candidatesOf = (
  feed: Pick<LiveFeed, 'rx' | 'bypass' | 'unserved' | 'afXdp'>,
): Candidate<ReceiveBackend>[] =>
  byPolicy(feed).map((candidate) => {
    const unserved = feed.unserved?.[candidate.backend];
    return unserved === undefined || candidate.excluded !== undefined
      ? candidate
      : { ...candidate, excluded: unserved };
  });

function byPolicy({ rx, bypass, afXdp }: Pick<FeedSettings, 'rx' | 'bypass' | 'afXdp'>): Candidate<ReceiveBackend>[] {
  switch (bypass) {
    case 'prefer':
      return rx.map((backend) => ({ backend }));
    case 'require':
      return rx.map((backend) => {
        if (!isAccelerated(backend) && !isPreloaded()) return { backend, excluded: THROUGH_THE_STACK };
        return backend === 'af_xdp' && afXdp.mode === 'generic'
          ? { backend, excluded: BEHIND_THE_DRIVER }
          : { backend };
      });
    case 'off': {
      // Who turns bypass off asks for the kernel, whether the list names it or not.
      const list = rx.includes('kernel') ? rx : [...rx, 'kernel' as const];
      return list.map((backend) => (isAccelerated(backend) ? { backend, excluded: 'bypass is `off`' } : { backend }));
    }
  }
}

/** @returns what `open` made of the first candidate that it could open, and those before it */
export function firstThatOpens<T>(
  feed: LiveFeed,
  open: (backend: ReceiveBackend) => T,
): { opened: T; backend: ReceiveBackend; passedOver: PassedOver[] } {
  const chosen = tryInTurn(candidatesOf(feed), open, feed.passedOver);
  if ('opened' in chosen) return chosen;
  throw noneOpens(feed, chosen.passedOver);
}

/** A policy that leaves nothing to try is known before anything is opened. */
export function refuseNothingToTry(feed: FeedSettings): void {
  const excluded = candidatesOf(feed).flatMap((each) =>
    each.excluded === undefined ? [] : [exclusionOf(each.backend, each.excluded)],
  );
  if (excluded.length === candidatesOf(feed).length) throw noneOpens(feed, excluded);
}

/** Names every candidate, each with what stands in its way and what mends it. */
export function noneOpens(
  { rx, bypass, passedOver: before }: LiveFeed,
  passedOver: readonly PassedOver[],
): HotlapError {
  const [only, ...others] = passedOver as [PassedOver, ...PassedOver[]];
  // The kernel alone, as ever: its own sentence says it all.
  // Neither has a refusal of the orders' way anything to do with the feed's.
  const isOwn = only.backend === 'kernel' || only.code === 'ERR_TRANSPORT_UNAVAILABLE';
  if (others.length === 0 && isOwn && only.code !== EXCLUDED_BY_POLICY)
    return new HotlapError(only.code, `${only.reason}.`);
  const each = passedOver.map(({ backend, reason }) => `${backend}: ${reason}`).join('; ');
  const strict =
    // A list that was made shorter on the way does not say what the user's had.
    bypass === 'prefer' && before === undefined && !rx.includes('kernel')
      ? '; `kernel` is not in the list `rx`, so there is nothing to fall back to'
      : '';
  return new HotlapError('ERR_TRANSPORT_UNAVAILABLE', `The feed cannot be received by ${each}${strict}.`, {
    details: { candidates: passedOver },
  });
}
