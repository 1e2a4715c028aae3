/** What `hotlap ctl` prints for people. */
import { integer, NONE, printable, timeOfDay } from './format.ts';
import { passedOverTexts } from './receive-text.ts';
import type { ReceiveTransport, SendTransport } from './run-result.ts';
import { labelled, labelledTable, table } from './table.ts';

const text = (lines: readonly string[]): string => lines.map((line) => `${printable(line)}\n`).join('');

export interface StatusText {
  readonly version: string;
  readonly pid: number;
  readonly uptimeSeconds: number;
  readonly venue: string;
  readonly phase: string;
  readonly calling: string | null;
  readonly receive: ReceiveTransport | null;
  readonly send: SendTransport | null;
  readonly messages: number;
  readonly loop: {
    readonly playback: PlaybackText | null;
    readonly armed: boolean;
    readonly recovering: boolean;
    readonly sessionReady: boolean;
    readonly stopping: string;
    readonly orders: Record<string, number>;
    readonly refusals: Record<string, number>;
    readonly strategies: readonly { readonly id: string; readonly state: string }[];
    readonly kills: readonly {
      readonly scope: string;
      readonly killed: boolean;
      readonly who: string;
      readonly reason: string;
      readonly left: number;
    }[];
  } | null;
}

/** Behind whether trading is enabled. */
const RECOVERING = '; first the venue must say what became of the orders of earlier runs';

export interface PlaybackText {
  readonly state: string;
  readonly timeNs: number;
  readonly sequence: number;
  /** 0: as fast as it can. */
  readonly speed: number;
}

const PLAYING: Readonly<Record<string, string>> = {
  playing: 'Playing',
  paused: 'Paused',
  stepping: 'Stepping',
  seeking: 'Seeking',
};

/** How a replay plays, as a sentence. */
export function playbackText({ state, timeNs, sequence, speed }: PlaybackText): string {
  const where =
    sequence === 0 ? 'before the first message' : `at ${timeOfDay(timeNs)}, behind message ${integer(sequence)}`;
  const pace = state !== 'playing' ? '' : speed === 0 ? ', as fast as it can' : `, ${speed} times recorded speed`;
  return `${PLAYING[state] ?? state} ${where}${pace}.`;
}

export function statusText(status: StatusText, sentence: string): string {
  const { loop } = status;
  const engine = `${status.phase}, hotlap ${status.version}, process ${status.pid}, up ${elapsed(status.uptimeSeconds)}`;
  const rest = [...labelled('engine', engine), ...feedLines(status), ...sendLines(status)];
  if (loop === null) {
    const where = status.calling === null ? '' : ` It is in strategy ${status.calling}.`;
    return text([...rest, ...labelled('loop', `${sentence}${where}`)]);
  }
  const session = loop.sessionReady ? 'logged on' : 'not ready';
  return text([
    ...rest,
    ...labelled('session', `${session}, ${status.venue}`),
    ...(loop.playback === null ? [] : labelled('replay', playbackText(loop.playback).replace(/\.$/, ''))),
    ...labelled('trading', `${loop.armed ? 'enabled' : 'disabled'}${loop.recovering ? RECOVERING : ''}`),
    ...loop.kills
      .filter(({ killed }) => killed)
      .flatMap(({ scope, who, reason, left }) =>
        labelled(
          'killed',
          `${scope}, by ${who}: ${reason}; ${left === 0 ? 'nothing of it is open' : `${integer(left)} of its orders not confirmed as gone`}`,
        ),
      ),
    ...(loop.stopping === '' ? [] : labelled('stopping', loop.stopping)),
    ...labelled('orders', counts(loop.orders)),
    ...labelled('refusals', counts(loop.refusals)),
    ...labelledTable(
      'strategies',
      table(
        loop.strategies.map(({ id, state }) => [id, state]),
        ['left', 'left'],
      ),
    ),
  ]);
}

function feedLines({ receive, messages }: StatusText): string[] {
  const counted = `${integer(messages)} messages`;
  if (receive === null) return labelled('feed', counted);
  return [
    ...labelled(
      'feed',
      `${counted}, by ${receive.backend}, ${receive.accelerated ? 'accelerated' : 'not accelerated'}`,
    ),
    ...passedOverTexts(receive).flatMap((text) => labelled('', text)),
  ];
}

function sendLines({ send }: StatusText): string[] {
  if (send === null) return [];
  return [
    ...labelled('orders by', `${send.backend}, ${send.accelerated ? 'accelerated' : 'not accelerated'}`),
    ...passedOverTexts(send).flatMap((text) => labelled('', text)),
  ];
}

/** `sent 4 · open 2`; zeros are left out. */
function counts(of: Record<string, number>): string {
  const some = Object.entries(of).filter(([, count]) => count !== 0);
  return some.length === 0 ? NONE : some.map(([name, count]) => `${name} ${integer(count)}`).join(' · ');
}

function elapsed(seconds: number): string {
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours} h ${minutes} min` : minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}

export interface OrderText {
  readonly clOrdId: string;
  readonly strategy: string;
  readonly symbol: string;
  readonly side: string;
  readonly price: string;
  readonly quantity: number;
  readonly leaves: number;
  readonly filled: number;
  readonly state: string;
}

export function ordersText(orders: readonly OrderText[]): string {
  if (orders.length === 0) return 'No order is open.\n';
  const rows = orders.map((order) => [
    order.clOrdId,
    order.strategy,
    order.symbol,
    order.side,
    integer(order.quantity),
    order.price,
    integer(order.filled),
    integer(order.leaves),
    order.state,
  ]);
  const heads = ['ClOrdID', 'strategy', 'symbol', 'side', 'quantity', 'price', 'filled', 'leaves', 'state'];
  return text(table([heads, ...rows], ['left', 'left', 'left', 'left', 'right', 'right', 'right', 'right', 'left']));
}

export interface PositionText {
  readonly strategy: string;
  readonly symbol: string;
  readonly quantity: number;
  readonly averagePrice: string;
  readonly realizedPnl: string;
  readonly bought: number;
  readonly sold: number;
}

export function positionsText(positions: readonly PositionText[]): string {
  if (positions.length === 0) return 'Nothing is held, and nothing was traded.\n';
  const rows = positions.map(({ strategy, symbol, quantity, averagePrice, realizedPnl, bought, sold }) => [
    strategy,
    symbol,
    integer(quantity),
    averagePrice,
    realizedPnl,
    integer(bought),
    integer(sold),
  ]);
  const heads = ['strategy', 'symbol', 'quantity', 'average', 'realised', 'bought', 'sold'];
  return text(table([heads, ...rows], ['left', 'left', 'right', 'right', 'right', 'right', 'right']));
}

export interface LimitText {
  readonly scope: string;
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

export function limitsText(limits: readonly LimitText[]): string {
  const rows = limits.map(({ scope, name, value, unit }) => [
    scope,
    name,
    value.toLocaleString('en-US', { maximumFractionDigits: 6 }),
    unit,
  ]);
  return text(table([['scope', 'limit', 'value', 'unit'], ...rows], ['left', 'left', 'right', 'left']));
}

export function range(min: number | undefined, max: number | undefined): string {
  if (min === undefined) return max === undefined ? '' : `up to ${max}`;
  return max === undefined ? `from ${min}` : `${min} to ${max}`;
}

export interface ParameterText {
  readonly strategy: string;
  readonly name: string;
  readonly value: string | number | boolean;
  readonly live: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly description?: string;
}

export function parametersText(parameters: readonly ParameterText[]): string {
  if (parameters.length === 0) return 'No strategy has parameters.\n';
  const rows = parameters.map(({ strategy, name, value, live, min, max, description }) => [
    strategy,
    name,
    String(value),
    live ? 'live' : 'fixed',
    range(min, max),
    description ?? '',
  ]);
  return text(
    table(
      [['strategy', 'parameter', 'value', '', 'range', ''], ...rows],
      ['left', 'left', 'right', 'left', 'left', 'left'],
    ),
  );
}
