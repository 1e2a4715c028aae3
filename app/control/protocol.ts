/** What `hotlap ctl` and the engine say to each other: a line of JSON each way, one answer a request. */
import { z } from 'zod';
import { parseScope } from '../../engine/domain/scope.ts';
import { suggest } from '../../engine/domain/suggest.ts';

/** Longer than any request that a person needs; a reason is the longest part of one. */
export const MAX_REQUEST_BYTES = 8_192;
/** Orders, positions or limits of one answer, which holds up the main thread no longer than a drain; more come with the next. */
export const ROWS_PER_ANSWER = 200;

/** What a terminal would obey when somebody prints it. */
const plain = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .regex(/^[^\p{Cc}\u2028-\u202e\u2066-\u2069]*$/u, 'it has control characters: leave them out');
const name = plain(128).min(1);
const scope = plain(160).refine(
  (text) => parseScope(text) !== undefined,
  'is all, session, strategy:NAME or symbol:NAME',
);
const value = z.union([plain(256), z.number(), z.boolean()]);
const after = z.int().min(0).max(1e9).optional();
const id = z.union([z.int(), plain(64)]).optional();

const NS_PER_DAY = 86_400e9;

/** By command: what it takes. */
export const REQUESTS = {
  status: z.strictObject({ id, command: z.literal('status') }),
  /** @param after `next` of the answer before */
  orders: z.strictObject({ id, command: z.literal('orders'), after }),
  positions: z.strictObject({ id, command: z.literal('positions'), after }),
  limits: z.strictObject({ id, command: z.literal('limits'), after }),
  parameters: z.strictObject({ id, command: z.literal('parameters') }),
  pause: z.strictObject({ id, command: z.literal('pause') }),
  resume: z.strictObject({ id, command: z.literal('resume') }),
  /** @param events told to a strategy @param ns of recorded time, instead */
  step: z.strictObject({
    id,
    command: z.literal('step'),
    events: z.int().min(1).max(1e12).optional(),
    ns: z.int().min(1).max(NS_PER_DAY).optional(),
  }),
  /** @param timeNs since midnight of the feed's first day */
  seek: z.strictObject({
    id,
    command: z.literal('seek'),
    timeNs: z
      .number()
      .min(0)
      .max(7 * NS_PER_DAY),
  }),
  /** @param speed a factor on recorded time; 0: as fast as it can */
  speed: z.strictObject({ id, command: z.literal('speed'), speed: z.number().min(0).max(1e9) }),
  arm: z.strictObject({ id, command: z.literal('arm') }),
  disarm: z.strictObject({ id, command: z.literal('disarm') }),
  kill: z.strictObject({ id, command: z.literal('kill'), scope, reason: plain(1_024).optional() }),
  release: z.strictObject({ id, command: z.literal('release'), scope }),
  /** @param order a ClOrdID(11), or its number alone */
  cancel: z.strictObject({
    id,
    command: z.literal('cancel'),
    order: plain(64).min(1).optional(),
    strategy: name.optional(),
    all: z.literal(true).optional(),
  }),
  setParameter: z.strictObject({ id, command: z.literal('setParameter'), strategy: name, name, value }),
  /** @param file what --strategy takes @param folder absolute: where relative paths and packages start */
  swap: z.strictObject({
    id,
    command: z.literal('swap'),
    strategy: name,
    file: plain(4_096).min(1),
    folder: plain(4_096).startsWith('/', 'is no absolute path'),
  }),
  /** @param value null: no limit there; true and false are for flags; `default` is the configuration's */
  setLimit: z.strictObject({
    id,
    command: z.literal('setLimit'),
    scope,
    name,
    value: z.union([z.number(), z.boolean(), z.literal('default')]).nullable(),
  }),
} as const;

export type CommandName = keyof typeof REQUESTS;
export type Request = { [Name in CommandName]: z.output<(typeof REQUESTS)[Name]> }[CommandName];

/** Makes things safer: they have requests of their own, so that no flood of questions keeps them out. */
export const SAFER: ReadonlySet<CommandName> = new Set(['disarm', 'kill', 'cancel']);

export interface Answer {
  /** Of the request; null where it could not be read. */
  readonly id: number | string | null;
  readonly ok: boolean;
  /** Of a refusal. */
  readonly code?: ControlCode;
  /** What was done, or why not. */
  readonly sentence: string;
  readonly data?: unknown;
}

export type ControlCode =
  | 'ERR_CONTROL_REQUEST'
  | 'ERR_CONTROL_REQUEST_SIZE'
  | 'ERR_CONTROL_RATE'
  | 'ERR_CONTROL_CONNECTIONS'
  | 'ERR_CONTROL_IDLE'
  | 'ERR_CONTROL_STARTING'
  | 'ERR_CONTROL_SILENT'
  | 'ERR_CONTROL_REFUSED';

export type Refusal = Answer & { readonly ok: false; readonly code: ControlCode };

export const refusal = (id: Answer['id'], code: ControlCode, sentence: string): Refusal => ({
  id,
  ok: false,
  code,
  sentence,
});

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads one line, its end left out. */
export function parseRequest(line: Uint8Array): Request | Refusal {
  let raw: unknown;
  try {
    raw = JSON.parse(utf8.decode(line));
  } catch {
    return refusal(
      null,
      'ERR_CONTROL_REQUEST',
      'A request is one line of JSON in UTF-8, such as {"command":"status"}.',
    );
  }
  const { id: given, command } = (raw ?? {}) as { id?: unknown; command?: unknown };
  const known = id.safeParse(given);
  const answerId = known.success ? (known.data ?? null) : null;
  if (typeof command !== 'string' || !Object.hasOwn(REQUESTS, command))
    return refusal(answerId, 'ERR_CONTROL_REQUEST', unknownCommand(command));
  const parsed = REQUESTS[command as CommandName].safeParse(raw);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0] as z.core.$ZodIssue;
  const where = path.length === 0 ? command : `${path.join('.')} of ${command}`;
  return refusal(answerId, 'ERR_CONTROL_REQUEST', `${where} is wrong: ${message.replace(/\.$/, '')}.`);
}

function unknownCommand(command: unknown): string {
  const names = Object.keys(REQUESTS);
  if (typeof command !== 'string') return `A request names its command: one of ${names.join(', ')}.`;
  const near = suggest(command.slice(0, 64), names);
  const hint = near === undefined ? `There are ${names.join(', ')}.` : `Did you mean ${near}?`;
  return `There is no command ${JSON.stringify(command.slice(0, 64))}. ${hint}`;
}
