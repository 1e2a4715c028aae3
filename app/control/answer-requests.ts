/** What each request gets: from shared memory, or from the loop. */
import { userInfo } from 'node:os';
import type { ControlCommand, EngineStatus } from '../../engine/engine.ts';
import type { ReceiveTransport, SendTransport } from '../../report/run-result.ts';
import type { EnginePlan } from '../engine-plan.ts';
import type { SwapRequest } from '../swap/strategy-swapper.ts';
import type { AskedAnswer } from './asked.ts';
import { controlCommand } from './control-command.ts';
import type { AnswerRequest } from './control-server.ts';
import { InstrumentNames } from './instrument-names.ts';
import { LimitListing } from './limit-listing.ts';
import { OrderListing } from './order-listing.ts';
import { PositionListing } from './position-listing.ts';
import { type Answer, type CommandName, ROWS_PER_ANSWER, refusal } from './protocol.ts';
import { statusReport } from './status-report.ts';

export interface Controlled {
  readonly plan: EnginePlan;
  /** Where it trades, for people. */
  readonly venue: string;
  /** Null as long as the feed is not open. */
  receiving(): ReceiveTransport | null;
  /** Null as long as the way to the venue is not open. */
  sending(): SendTransport | null;
  ask(command: ControlCommand, who: string): Promise<AskedAnswer>;
  swap(request: SwapRequest, who: string): Promise<AskedAnswer>;
}

const OF_REPLAYS: ReadonlySet<CommandName> = new Set([
  'status',
  'orders',
  'positions',
  'limits',
  'parameters',
  'swap',
  'pause',
  'resume',
  'step',
  'seek',
  'speed',
]);

const UNREPEATABLE =
  "A replay's orders follow from what was recorded alone, so that it can be repeated: this command is for `run` and `demo`.";

export function answerRequests(engine: Controlled): AnswerRequest {
  const { plan } = engine;
  const who = peer();
  const strategies = plan.strategies.map(({ id }) => id);
  const { memory } = plan;
  const names = new InstrumentNames(memory.orders);
  const listings = {
    orders: new OrderListing(memory.orders, strategies, plan.clOrdIdPrefix, names),
    positions: new PositionListing(memory.positions, strategies, names, plan.instruments),
    limits: new LimitListing(memory.limits, strategies),
  };
  return async (request) => {
    const id = request.id ?? null;
    if (plan.source.mode !== 'live' && !OF_REPLAYS.has(request.command))
      return refusal(id, 'ERR_CONTROL_REFUSED', UNREPEATABLE);
    switch (request.command) {
      case 'status': {
        const { ok, sentence, data } = await engine.ask({ kind: 'status' }, who);
        return { id, ok: true, sentence, data: statusReport(engine, ok ? (data as EngineStatus) : null) };
      }
      case 'orders':
      case 'positions':
      case 'limits':
        return {
          id,
          ok: true,
          sentence: '',
          data: listings[request.command].page(request.after ?? 0, ROWS_PER_ANSWER),
        };
      case 'swap': {
        const { strategy, file, folder } = request;
        return answerOf(id, await engine.swap({ strategy, file, folder }, who));
      }
      default: {
        const command = controlCommand(request, plan.clOrdIdPrefix);
        if (typeof command === 'string') return refusal(id, 'ERR_CONTROL_REQUEST', command);
        return answerOf(id, await engine.ask(command, who));
      }
    }
  };
}

function answerOf(id: Answer['id'], { ok, sentence, data, silent }: AskedAnswer): Answer {
  if (ok) return { id, ok, sentence, ...(data !== undefined && { data }) };
  return refusal(id, silent === true ? 'ERR_CONTROL_SILENT' : 'ERR_CONTROL_REFUSED', sentence);
}

/**
 * Who asks. Node does not tell the peer of a Unix socket (SO_PEERCRED); the socket's mode lets nobody in but this user
 * (and root), so that is who it is.
 */
function peer(): string {
  try {
    return `ctl:${userInfo().username}`;
  } catch {
    // A user without a line in /etc/passwd, as containers have them.
    return `ctl:${process.geteuid?.()}`;
  }
}
