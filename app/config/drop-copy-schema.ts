/** A venue's drop copy in the configuration file: its session, and what a difference leads to. */
import { z } from 'zod';

const DAY_MS = 86_400_000;

export const DEFAULT_DROP_COPY = {
  // Longer than any venue needs to copy a report, shorter than a person needs to look.
  graceMs: 5_000,
  // Half of what the coarsest venue shows: four decimals.
  priceTolerance: 0.0001,
  onDifference: 'alert',
} as const;

/** @param of the venue's own schemas, so that a value means the same here */
export const dropCopySchema = <CompId extends z.ZodType, Text extends z.ZodType, Tls extends z.ZodType>(of: {
  compId: CompId;
  field: z.ZodString;
  text: Text;
  tls: Tls;
}) =>
  z.strictObject({
    host: of.field.exactOptional().describe("Host name or address. Absent: the venue's."),
    port: z.int().min(1).max(65_535).describe('TCP port.'),
    senderCompId: of.compId.describe('SenderCompID(49), yours in this session.'),
    targetCompId: of.compId.describe("TargetCompID(56), the venue's."),
    username: of.text.exactOptional().describe('Username(553).'),
    password: of.text.exactOptional().describe('Password(554), better by reference than in clear text.'),
    heartBtIntMs: z
      .int()
      .min(1_000)
      .max(3_600_000)
      .multipleOf(1_000)
      .default(30_000)
      .describe('HeartBtInt(108), whole seconds in ms.'),
    resetOnLogon: z
      .boolean()
      .default(false)
      .describe('ResetSeqNumFlag(141) in the Logon: copies that were missed are lost.'),
    tls: of.tls.exactOptional().describe('TLS. Absent: plain TCP.'),
    graceMs: z
      .int()
      .min(100)
      .max(DAY_MS)
      .default(DEFAULT_DROP_COPY.graceMs)
      .describe('How long one side may be behind the other, ms; then it is a difference.'),
    priceTolerance: z
      .number()
      .min(0)
      .max(1_000)
      .default(DEFAULT_DROP_COPY.priceTolerance)
      .describe('How far AvgPx(6) may be apart, in the currency: venues round it.'),
    onDifference: z
      .enum(['alert', 'kill'])
      .default(DEFAULT_DROP_COPY.onDifference)
      .describe('`alert`: log, summary and journal; `kill`: the kill switch as well, for all strategies.'),
  });
