import {
  type Dictionary,
  type FixMessage,
  type MemberSet,
  type MessageWriter,
  MSG_TYPE,
  msgTypeCode,
  TAG,
} from 'fix-parser';
import { type FixSession, HANDLED, type SessionApplication } from '../../../gateway/index.ts';
import { CAUSE } from '../../../native/layout.ts';

const EMAIL = msgTypeCode('C');
const SECURITY_DEFINITION = msgTypeCode('d');
/** What the session writes into each header itself, and what only a repetition carries. */
const OWN_TAGS: ReadonlySet<number> = new Set([
  TAG.BeginString,
  TAG.BodyLength,
  TAG.MsgType,
  TAG.MsgSeqNum,
  TAG.SenderCompID,
  TAG.SendingTime,
  TAG.TargetCompID,
  TAG.PossDupFlag,
  TAG.OrigSendingTime,
]);

/** Fields [from, to) of a message: one, or a group with its NumInGroup. */
type Run = readonly [tag: number, from: number, to: number];

/**
 * The application that the acceptance definitions expect: orders, security definitions and e-mails come back as they
 * were received, everything else is not supported. Tags ascend, within groups they stay.
 */
export class EchoApplication implements SessionApplication {
  readonly #dictionary: Dictionary;
  readonly #hasSecurityDefinition: boolean;
  readonly #seenClOrdIds = new Set<string>();
  #session: FixSession | undefined;

  /** @param dictionary of the version's application messages @param hasSecurityDefinition FIX.4.2 and later */
  constructor(dictionary: Dictionary, hasSecurityDefinition: boolean) {
    this.#dictionary = dictionary;
    this.#hasSecurityDefinition = hasSecurityDefinition;
  }

  attach(session: FixSession): void {
    this.#session = session;
  }

  onLogon(): void {}

  onLogout(): void {
    this.#seenClOrdIds.clear();
  }

  onMessage(message: FixMessage): number {
    switch (message.msgType) {
      case MSG_TYPE.Reject:
        return HANDLED.ok;
      case MSG_TYPE.NewOrderSingle:
        if (!this.#isRepeated(message)) this.#echo(message);
        return HANDLED.ok;
      case EMAIL:
        this.#echo(message);
        return HANDLED.ok;
      case SECURITY_DEFINITION:
        if (!this.#hasSecurityDefinition) return HANDLED.unsupported;
        this.#echo(message);
        return HANDLED.ok;
      default:
        return HANDLED.unsupported;
    }
  }

  /** PossResend(97): an order that was seen is passed over, one that was not is taken (19). */
  #isRepeated(message: FixMessage): boolean {
    const clOrdId = message.text(TAG.ClOrdID);
    const seen = message.flag(TAG.PossResend) && this.#seenClOrdIds.has(clOrdId);
    this.#seenClOrdIds.add(clOrdId);
    return seen;
  }

  #echo(message: FixMessage): void {
    const session = this.#session;
    if (session === undefined) throw new Error('no session is attached');
    const dictionary = this.#dictionary;
    const body = dictionary.message(message.msgType);
    const header: Run[] = [];
    const rest: Run[] = [];
    for (let at = 0; at < message.count; ) {
      const tag = message.tagAt(at);
      const end = groupEnd(message, at, body);
      if (!OWN_TAGS.has(tag)) (dictionary.isHeaderTag(tag) ? header : rest).push([tag, at, end]);
      at = end;
    }
    const writer = session.compose(message.text(TAG.MsgType));
    for (const runs of [header, rest]) {
      runs.sort((a, b) => a[0] - b[0]);
      for (const [, from, to] of runs) copyFields(writer, message, from, to);
    }
    const result = session.sendComposed(CAUSE.report);
    if (result !== 0) throw new Error(`the echo was not sent: ${result}`);
  }
}

/** Behind the field at `at`, or behind the group that it counts. */
function groupEnd(message: FixMessage, at: number, members: MemberSet | null): number {
  const group = members?.group(message.tagAt(at)) ?? null;
  let end = at + 1;
  while (group !== null && end < message.count && group.has(message.tagAt(end))) end = groupEnd(message, end, group);
  return end;
}

function copyFields(writer: MessageWriter, message: FixMessage, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    writer.bytesOf(message.tagAt(i), message.bytes, message.startAt(i), message.endAt(i));
  }
}
