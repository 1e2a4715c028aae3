/** What the logs of both sides prove, or do not. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { linesOf } from './side.ts';

/** Fields that a message sent again may have anew: BodyLength, CheckSum, SendingTime, PossDupFlag, OrigSendingTime. */
const CHANGES = new Set(['9', '10', '52', '43', '122']);

export interface Numbers {
  messages: number;
  /** MsgSeqNums under which two different messages came, with both. */
  reused: string[];
  /** ClOrdIDs of NewOrderSingles that came more than once, with PossDupFlag or without. */
  orderedTwice: string[];
}

/**
 * Every number that a side has received, and what came under it. A gap fill that is sent again instead of a session
 * message or an order says that the number was used, and by what else: it is no other content.
 */
export function numbersIn(folder: string): Numbers {
  const contents = new Map<string, string>();
  const reused: string[] = [];
  const ordered: string[] = [];
  let messages = 0;
  const text = readFileSync(join(folder, 'received'), 'latin1');
  for (const [message] of text.matchAll(/8=FIX\.4\.4\x019=\d+\x01[^\n]*?\x0110=\d{3}\x01/g)) {
    messages++;
    const fields = message
      .split('\x01')
      .slice(0, -1)
      .map((field) => field.split(/=(.*)/s) as [string, string]);
    const value = (tag: string): string | undefined => fields.find(([each]) => each === tag)?.[1];
    if (value('35') === '4' && value('123') === 'Y') continue;
    if (value('35') === 'D') ordered.push(value('11') as string);
    const seq = value('34') as string;
    const content = fields
      .filter(([tag]) => !CHANGES.has(tag))
      .map(([tag, each]) => `${tag}=${each}`)
      .join('|');
    const before = contents.get(seq);
    if (before === undefined) contents.set(seq, content);
    else if (before !== content) reused.push(`${before} / ${content}`);
  }
  return { messages, reused, orderedTwice: twice(ordered) };
}

export interface Orders {
  /** Taken by the venue, in order. */
  taken: number;
  takenTwice: string[];
  /** Stored by the trader. */
  stored: number;
  answered: number;
  /** In doubt as the session said. */
  inDoubt: number;
  /** Stored, unknown to the venue, and in doubt only since a restart; and not even that. */
  doubtedAtRestart: string[];
  lost: string[];
  /** Found in the store of a killed process, and not named by what tells of its orders. */
  untold: string[];
}

export function ordersIn(initiator: string, acceptor: string): Orders {
  const taken = linesOf(join(acceptor, 'taken'));
  const known = new Set(taken);
  const events = linesOf(join(initiator, 'events'));
  const of = (kind: string): Set<string> =>
    new Set(events.filter((line) => line.startsWith(`${kind} `)).map((line) => `K-${line.slice(2)}`));
  const found = of('F');
  const stored = new Set([...found, ...of('S')]);
  const inDoubt = of('D');
  const restarted = of('R');
  const unknown = [...stored].filter((order) => !known.has(order) && !inDoubt.has(order));
  return {
    taken: taken.length,
    takenTwice: twice(taken),
    stored: stored.size,
    answered: of('A').size,
    inDoubt: inDoubt.size,
    doubtedAtRestart: unknown.filter((order) => restarted.has(order)),
    lost: unknown.filter((order) => !restarted.has(order)),
    untold: [...found].filter((order) => !restarted.has(order)),
  };
}

function twice(orders: readonly string[]): string[] {
  const seen = new Set<string>();
  return orders.filter((order) => seen.size === seen.add(order).size);
}
