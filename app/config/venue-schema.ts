/** One FIX venue in the configuration file: its session, its dialect, its connection. */
import { z } from 'zod';
import { HotlapError } from '../../engine/domain/errors.ts';
import { checkConfig } from '../../gateway/session/check-config.ts';
import { DAYS } from '../../gateway/session/schedule.ts';
import { DEFAULT_VENUE } from './defaults.ts';
import { dropCopySchema } from './drop-copy-schema.ts';
import { noneTwice } from './link-schema.ts';
import { lwipSchema } from './lwip-schema.ts';
import { sessionConfigOf } from './venue-session.ts';

const DAY_MS = 86_400_000;
const MAX_TAG = 99_999_999;

const whole = (low: number, high: number) => z.int().min(low).max(high);
// A CompID travels in every message: one field without SOH, at most what venues accept.
const compId = z.string().regex(/^[\x21-\x7e]{1,64}$/, 'must be 1 to 64 printable characters without a space');
const text = z.string().regex(/^[\x20-\x7e]{1,64}$/, 'must be 1 to 64 printable characters');
const field = z.string().regex(/^[\x20-\x7e]{1,256}$/, 'must be 1 to 256 printable characters');
const file = z.string().min(1).max(4_096);
const tag = z.string().regex(/^[1-9]\d{0,7}$/, `must be a tag, a number from 1 to ${MAX_TAG}`);
const fields = z.record(
  tag,
  z.string('must be text: put it in quotes').regex(/^[\x20-\x7e]{1,256}$/, 'must be 1 to 256 printable characters'),
);
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/, 'must be HH:MM:SS, in quotes');

const schedule = z.strictObject({
  timeZone: z.string().min(1).max(64).describe("The venue's, by its IANA name, e.g. `America/New_York`."),
  startTime: timeOfDay.describe('When the session opens, `"HH:MM:SS"` there; quotes keep YAML from reading a number.'),
  endTime: timeOfDay.describe('When it ends; not later than `startTime`: on the next day, or in the next week.'),
  startDay: z.enum(DAYS).exactOptional().describe('With `endDay`: once a week. Neither: every day.'),
  endDay: z.enum(DAYS).exactOptional().describe('See `startDay`.'),
});

const throttle = z.strictObject({
  messages: whole(1, 1_000_000).describe('Application messages that may leave …'),
  perMs: whole(1, DAY_MS).describe('… in any stretch of so many ms.'),
  reserve: whole(0, 999_999)
    .exactOptional()
    .describe('Of `messages`, those that only cancels may use. Absent: a tenth.'),
});

const reconnect = z.strictObject({
  intervalMs: whole(1, DAY_MS).describe('Before the first attempt, in ms; doubles with each that fails.'),
  maxIntervalMs: whole(1, DAY_MS).exactOptional().describe('It doubles up to here. Absent: a minute.'),
  maxAttempts: whole(0, 1_000_000).describe('Attempts in a row that may fail; 0: without end.'),
});

const cancelOnDisconnect = z.strictObject({
  tag: whole(1, MAX_TAG).describe('Field of the Logon with which this venue is asked for it.'),
  value: field.describe('Its value.'),
});

const validation = z.strictObject({
  fieldsInOrder: z.boolean().default(true).describe('Header before body before trailer.'),
  valuesPresent: z.boolean().default(true).describe('No field without a value.'),
  knownFields: z.boolean().default(true).describe('Only fields that the dictionary has for the message.'),
  userDefinedFields: z.boolean().default(true).describe('Tags from 5000 on must be in the dictionary, too.'),
});

const tls = z.strictObject({
  serverName: field.exactOptional().describe("Name that the venue's certificate must carry. Absent: the host."),
  ca: z
    .array(file)
    .min(1)
    .max(16)
    .exactOptional()
    .describe('PEM files of the only CAs trusted. Absent: those Node ships.'),
  certificate: file.exactOptional().describe('PEM file of your certificate, its chain behind it.'),
  key: file.exactOptional().describe('PEM file of its private key.'),
  passphrase: z.string().min(1).max(1_024).exactOptional().describe('Of the key; by reference, never in clear text.'),
  fingerprint256: z
    .string()
    .regex(/^(?:[0-9a-fA-F]{2}:?){31}[0-9a-fA-F]{2}$/, 'must be SHA-256 in hexadecimal, 64 digits, colons allowed')
    .exactOptional()
    .describe("SHA-256 of the venue's certificate: any other is refused, whoever signed it."),
  minVersion: z.enum(['TLSv1.2', 'TLSv1.3']).default('TLSv1.2').describe('Oldest version that is spoken.'),
  spin: z
    .boolean()
    .default(false)
    .describe('Main thread never rests while connected: the first order after a pause leaves up to 2 ms sooner.'),
});

const symbol = z.strictObject({
  symbol: z
    .string()
    .regex(/^[\x21-\x7e]+( [\x21-\x7e]+)*$/, 'must be printable characters, single spaces inside')
    .max(32)
    .exactOptional()
    .describe("Symbol(55), the venue's. Absent: yours."),
  securityId: text.exactOptional().describe('SecurityID(48); needs `idSource`.'),
  idSource: z
    .string()
    .regex(/^[\x21-\x7e]{1,4}$/, 'must be 1 to 4 printable characters')
    .exactOptional()
    .describe('SecurityIDSource(22), e.g. `1` CUSIP, `4` ISIN, `8` exchange symbol.'),
  securityExchange: text.exactOptional().describe('SecurityExchange(207).'),
});

/** Messages to which a venue may want fields of its own. */
export const ORDER_MESSAGES = [
  'NewOrderSingle',
  'OrderCancelRequest',
  'OrderCancelReplaceRequest',
  'OrderStatusRequest',
  'OrderMassCancelRequest',
  'OrderMassStatusRequest',
] as const;

const orders = z.strictObject({
  account: text.exactOptional().describe('Account(1) of every order, cancel, replace and status request.'),
  handlInst: z.enum(['1', '2', '3']).exactOptional().describe('HandlInst(21); FIX.4.2 needs it and gets `1`.'),
  execInst: field.exactOptional().describe('ExecInst(18).'),
  market: z.boolean().default(false).describe('The venue takes market orders; else they are refused as `NotOffered`.'),
  massCancel: z
    .boolean()
    .default(false)
    .describe('The venue takes OrderMassCancelRequest(q); else orders are cancelled one by one.'),
  massStatus: z
    .boolean()
    .default(false)
    .describe('It takes OrderMassStatusRequest(AF); else open orders are asked for one by one.'),
  fields: z
    .strictObject(Object.fromEntries(ORDER_MESSAGES.map((name) => [name, fields.exactOptional()])) as OrderFieldsShape)
    .prefault({})
    .describe(`Further fields by message (${ORDER_MESSAGES.join(', ')}): tag and value, a number in quotes.`),
  symbols: z
    .record(z.string().min(1).max(32), symbol)
    .default({})
    .describe('How the venue names instruments, by your symbol; reports are translated back.'),
});

type OrderFieldsShape = Record<(typeof ORDER_MESSAGES)[number], z.ZodExactOptional<typeof fields>>;

const shape = z.strictObject({
  name: field.default(DEFAULT_VENUE.name).describe('Your name for it, in logs.'),
  host: field.describe('Host name or address.'),
  port: whole(1, 65_535).describe('TCP port.'),
  tx: z
    .array(z.enum(['lwip', 'kernel']))
    .min(1)
    .refine(noneTwice, 'must not name a transport twice')
    .default([...DEFAULT_VENUE.tx])
    .describe(
      'Send transports in order of preference: the first that can be opened is used. `lwip`: TCP in the loop itself, past the kernel. Without `kernel` in the list there is no fallback to it.',
    ),
  bypass: z
    .enum(['require', 'prefer', 'off'])
    .default(DEFAULT_VENUE.bypass)
    .describe(
      "As that of `feeds`, for the list `tx`: `require` has no order leave through the kernel's network stack.",
    ),
  lwip: lwipSchema.prefault({}).describe('The device and the address of `lwip`.'),
  beginString: z
    .enum(['FIX.4.2', 'FIX.4.4', 'FIXT.1.1'])
    .default(DEFAULT_VENUE.beginString)
    .describe('BeginString(8); FIX 5.0 and later run over FIXT.1.1.'),
  defaultApplVerId: z
    .enum(['FIX.5.0', 'FIX.5.0SP1', 'FIX.5.0SP2'])
    .exactOptional()
    .describe('DefaultApplVerID(1137), by the version it stands for; with FIXT.1.1 only.'),
  senderCompId: compId.describe('SenderCompID(49), yours.'),
  targetCompId: compId.describe("TargetCompID(56), the venue's."),
  heartBtIntMs: whole(1_000, 3_600_000)
    .multipleOf(1_000)
    .default(DEFAULT_VENUE.heartBtIntMs)
    .describe('HeartBtInt(108), whole seconds in ms.'),
  resetOnLogon: z.boolean().default(DEFAULT_VENUE.resetOnLogon).describe('ResetSeqNumFlag(141) in the Logon.'),
  resetOnLogout: z.boolean().default(false).describe('Numbers go back to 1 after a Logout, as the venue does.'),
  resetOnDisconnect: z.boolean().default(false).describe('They do so whenever the connection ends.'),
  nextExpectedMsgSeqNum: z
    .boolean()
    .default(false)
    .describe('NextExpectedMsgSeqNum(789) in the Logon: gaps are filled without being asked for.'),
  lastMsgSeqNumProcessed: z.boolean().default(false).describe('LastMsgSeqNumProcessed(369) in every header.'),
  logonTimeoutMs: whole(100, 600_000).default(DEFAULT_VENUE.logonTimeoutMs).describe('Wait for the Logon answer, ms.'),
  logoutTimeoutMs: whole(100, 600_000)
    .default(DEFAULT_VENUE.logoutTimeoutMs)
    .describe('Wait for the Logout answer, ms.'),
  username: text.exactOptional().describe('Username(553).'),
  password: text.exactOptional().describe('Password(554), better by reference than in clear text.'),
  newPassword: text.exactOptional().describe('NewPassword(925): asks the venue to change it; by reference.'),
  logonFields: fields
    .exactOptional()
    .describe(
      'Further fields of the Logon: tag and value, a number in quotes; they leave in ascending order of the tags.',
    ),
  cancelOnDisconnect: cancelOnDisconnect
    .exactOptional()
    .describe('Asks the venue to cancel open orders when the connection is lost.'),
  timestampPrecision: z
    .enum(['s', 'ms', 'us', 'ns'])
    .exactOptional()
    .describe('Decimals of SendingTime(52) and TransactTime(60). Absent: ms.'),
  sendingTimeAccuracyMs: whole(1, DAY_MS)
    .exactOptional()
    .describe("How far the venue's SendingTime(52) may be from this clock, ms. Absent: not checked."),
  maxMessageBytes: whole(256, 1 << 20)
    .exactOptional()
    .describe('A longer message is garbled. Absent: 8,192.'),
  maxMessageFields: whole(16, 65_536).exactOptional().describe('A message of more fields is garbled. Absent: 256.'),
  onBehalfOfCompIds: z
    .array(compId)
    .exactOptional()
    .describe('Third parties the venue may name in OnBehalfOfCompID(115); others are rejected. Absent: any.'),
  deliverToCompIds: z.array(compId).exactOptional().describe('The same for DeliverToCompID(128).'),
  resendTimeoutMs: whole(1, DAY_MS)
    .exactOptional()
    .describe('A ResendRequest without progress is repeated after so many ms, three times. Absent: 10,000.'),
  resendRequestChunk: whole(0, 1_000_000)
    .exactOptional()
    .describe('Messages that one ResendRequest of ours asks for; 0, as when absent: all.'),
  resendChunk: whole(1, 1_024)
    .exactOptional()
    .describe('Messages sent again at a time: so long does a cancel wait at most. Absent: 16.'),
  schedule: schedule.exactOptional().describe('When the session is open. Absent: always.'),
  throttle: throttle.exactOptional().describe('Outbound rate limit. Absent: none.'),
  reconnect: reconnect.exactOptional().describe('Connects again when the connection is lost. Absent: it does not.'),
  dictionary: file
    .exactOptional()
    .describe(
      "The venue's own dictionary, an XML file in QuickFIX's format; with FIXT.1.1 that of `defaultApplVerId`. Absent: the standard's tables.",
    ),
  sessionDictionary: file
    .exactOptional()
    .describe("With FIXT.1.1 only: the venue's own dictionary of header, trailer and session messages."),
  validation: validation
    .exactOptional()
    .describe('Checks every inbound message against the dictionary. Absent: they are only parsed.'),
  stateDir: file
    .exactOptional()
    .describe(
      'Folder of the sequence numbers and of what was sent. Absent: `hotlap/SENDER-TARGET` in `$XDG_STATE_HOME`, else in `~/.local/state`.',
    ),
  tls: tls.exactOptional().describe('TLS. Absent: plain TCP.'),
  dropCopy: dropCopySchema({ compId, field, text, tls })
    .exactOptional()
    .describe("The venue's drop copy: a second session that is compared with this side's orders. Absent: none."),
  orders: orders.prefault({}).describe('How this venue wants its orders.'),
});

export type VenueSettings = z.output<typeof shape>;

export const venueSchema = shape.superRefine((venue, context) => {
  for (const [name, { securityId, idSource }] of Object.entries(venue.orders.symbols)) {
    if ((securityId === undefined) === (idSource === undefined)) continue;
    const lacks = securityId === undefined ? 'securityId' : 'idSource';
    context.addIssue({ code: 'custom', path: ['orders', 'symbols', name], message: `needs \`${lacks}\` as well` });
  }
  const sendRefusal = tlsRefusal(venue);
  if (sendRefusal !== undefined) context.addIssue({ code: 'custom', ...sendRefusal });
  const { dropCopy } = venue;
  if (dropCopy?.senderCompId === venue.senderCompId && dropCopy.targetCompId === venue.targetCompId) {
    const message =
      'has the CompIDs of the order session: the drop copy is a session of its own, enter those the venue gave for it';
    context.addIssue({ code: 'custom', path: ['dropCopy', 'senderCompId'], message });
  }
  const { beginString, defaultApplVerId, sessionDictionary } = venue;
  if (sessionDictionary !== undefined && beginString !== 'FIXT.1.1') {
    const message = `it goes with beginString FIXT.1.1: ${beginString} has one dictionary, \`dictionary\``;
    context.addIssue({ code: 'custom', path: ['sessionDictionary'], message });
  }
  if ((defaultApplVerId !== undefined) !== (beginString === 'FIXT.1.1')) {
    const message =
      defaultApplVerId === undefined
        ? 'FIXT.1.1 needs one of FIX.5.0, FIX.5.0SP1, FIX.5.0SP2'
        : `it goes with beginString FIXT.1.1, not with ${beginString}`;
    context.addIssue({ code: 'custom', path: ['defaultApplVerId'], message });
    return;
  }
  try {
    checkConfig(sessionConfigOf(venue));
  } catch (error) {
    if (!(error instanceof HotlapError)) throw error;
    const [path, message] = placed(error.message);
    context.addIssue({ code: 'custom', path, message });
  }
});

/** TLS is spoken on the main thread, over the kernel's TCP: what leaves nothing of that is a contradiction. */
function tlsRefusal({ tls, tx, bypass }: VenueSettings): { path: string[]; message: string } | undefined {
  if (tls === undefined) return undefined;
  if (!tx.includes('kernel') && bypass !== 'off')
    return { path: ['tx'], message: 'must name `kernel` where `tls` is set: TLS leaves by the kernel alone' };
  if (bypass !== 'require') return undefined;
  return { path: ['bypass'], message: 'must not be `require` where `tls` is set: TLS leaves by the kernel alone' };
}

/** The session's sentence begins with the key that it is about. */
function placed(sentence: string): [path: string[], message: string] {
  const message = sentence.replace(/^FIX session: /, '').replace(/\.$/, '');
  const key = /^[a-z]\w*(?:\.\w+)*(?= )/.exec(message)?.[0] ?? '';
  return [key in venueKeys || key.includes('.') ? key.split('.') : [], message];
}

const venueKeys: Record<string, true> = {
  defaultApplVerId: true,
  heartBtIntMs: true,
  timestampPrecision: true,
  logonFields: true,
  cancelOnDisconnect: true,
  throttle: true,
  reconnect: true,
};
