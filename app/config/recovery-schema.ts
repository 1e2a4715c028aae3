/** `recovery:` of the configuration: how what was open before a start or a reconnection is settled with the venue. */
import { z } from 'zod';
import { DEFAULT_RECOVERY, type RecoverySettings } from '../../engine/recovery/settings.ts';

const HOUR_MS = 3_600_000;

export const recoverySchema = z.strictObject({
  unknownOrders: z
    .enum(['cancel', 'adopt', 'refuse'])
    .default(DEFAULT_RECOVERY.unknownOrders)
    .describe(
      'Orders under ClOrdIDs of ours that the venue has open and the journal does not know; with `refuse` the engine is armed by hand only.',
    ),
  openOrders: z
    .enum(['keep', 'cancel'])
    .default(DEFAULT_RECOVERY.openOrders)
    .describe('Orders that the venue confirms as open.'),
  differences: z
    .enum(['accept', 'refuse'])
    .default(DEFAULT_RECOVERY.differences)
    .describe(
      'Where the venue says otherwise than its reports have told: its word counts; `refuse` arms by hand only.',
    ),
  unanswered: z
    .enum(['refuse', 'accept'])
    .default(DEFAULT_RECOVERY.unanswered)
    .describe('Orders of which the venue has not said in time what became of them; `refuse` arms by hand only.'),
  cancelOnDisconnect: z
    .boolean()
    .default(DEFAULT_RECOVERY.cancelOnDisconnect)
    .describe('The venue cancels open orders when the connection is lost: found so, they are no difference.'),
  timeoutMs: z
    .int()
    .min(100)
    .max(HOUR_MS)
    .default(DEFAULT_RECOVERY.timeoutMs)
    .describe('From the Logon on: how long the venue may take for its answers.'),
}) satisfies z.ZodType<RecoverySettings>;
