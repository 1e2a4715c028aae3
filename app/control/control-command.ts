/** What a request asks of the loop. */

import { parseScope, type Scope } from '../../engine/domain/scope.ts';
import type { ControlCommand } from '../../engine/engine.ts';
import type { Request } from './protocol.ts';

const ONE_OF_THREE = 'cancel takes one of `order`, `strategy` and `all`.';

/** @param prefix of every ClOrdID(11) @returns the command, or what is wrong with the request as a sentence */
export function controlCommand(request: Request, prefix: string): ControlCommand | string {
  switch (request.command) {
    case 'arm':
    case 'disarm':
    case 'parameters':
    case 'pause':
    case 'resume':
      return { kind: request.command };
    case 'kill':
      return { kind: 'kill', scope: scopeOf(request), reason: request.reason ?? 'by hand' };
    case 'release':
      return { kind: 'release', scope: scopeOf(request) };
    case 'setLimit':
      return { kind: 'limit', scope: scopeOf(request), name: request.name, value: request.value };
    case 'setParameter':
      return { kind: 'param', strategy: request.strategy, name: request.name, value: request.value };
    case 'step':
      return stepOf(request);
    case 'seek':
      return { kind: 'seek', timeNs: request.timeNs };
    case 'speed':
      return { kind: 'speed', speed: request.speed };
    case 'cancel':
      return cancelOf(request, prefix);
    default:
      return `${request.command} is no command for the loop.`;
  }
}

/** The schema has read it once. */
const scopeOf = ({ scope }: { scope: string }): Scope => parseScope(scope) as Scope;

function stepOf({ events, ns }: Extract<Request, { command: 'step' }>): ControlCommand | string {
  if (events !== undefined && ns !== undefined) return 'step takes `events` or `ns`, not both.';
  return ns === undefined ? { kind: 'step', events: events ?? 1 } : { kind: 'step', ns };
}

function cancelOf(
  { order, strategy, all }: Extract<Request, { command: 'cancel' }>,
  prefix: string,
): ControlCommand | string {
  if ([order, strategy, all].filter((each) => each !== undefined).length !== 1) return ONE_OF_THREE;
  if (all === true) return { kind: 'cancel', orders: 'all' };
  if (strategy !== undefined) return { kind: 'cancel', orders: { strategy } };
  const digits = order?.startsWith(prefix) ? order.slice(prefix.length) : order;
  const ordinal = /^[1-9]\d{0,14}$/.test(digits ?? '') ? Number(digits) : Number.NaN;
  if (Number.isNaN(ordinal))
    return `${JSON.stringify(order)} is no ClOrdID(11) of this engine: they begin with ${prefix}.`;
  return { kind: 'cancel', orders: { ordinal } };
}
