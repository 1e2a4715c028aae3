import { CELL } from '../../native/layout.ts';
import { ORDER_EVENT } from '../domain/order-state.ts';
import type { OrderTable } from '../orders/order-table.ts';
import type { KillSwitch } from './kill-switch.ts';
import { LagWatch } from './lag-watch.ts';
import { LossWatch, type LossWatchParts } from './loss-watch.ts';
import { MarkBoard } from './mark-board.ts';
import { RejectWatch } from './reject-watch.ts';

/** What sets the kill switch by itself; null: nothing does. */
export interface KillRuleSettings {
  /** Loss of one strategy, and of all together, in currency, closed and at the market: since the start or a release. */
  readonly strategyLoss: number | null;
  readonly totalLoss: number | null;
  /** Orders and replaces of one strategy that the venue rejects within the window. */
  readonly rejects: number | null;
  readonly rejectWindowMs: number;
  /** No packet of the feed for so long, once there was one. */
  readonly staleFeedMs: number | null;
  /** No answer of the venue to an order, a replace or a cancel for so long. */
  readonly gatewayLagMs: number | null;
}

export const DEFAULT_KILL_RULES: KillRuleSettings = Object.freeze({
  // Currency and capital are the user's to name; the limit of losses refuses orders before.
  strategyLoss: null,
  totalLoss: null,
  // A strategy that goes on while a hundred of its requests are refused within a second does not listen.
  rejects: 100,
  rejectWindowMs: 1_000,
  // MoldUDP64 says once a second that it is there: so long a silence is no quiet market.
  staleFeedMs: 30_000,
  // Venues answer within milliseconds.
  gatewayLagMs: 10_000,
});

export const NO_KILL_RULES: KillRuleSettings = Object.freeze({
  ...DEFAULT_KILL_RULES,
  rejects: null,
  staleFeedMs: null,
  gatewayLagMs: null,
});

/** What `poll` has to say: a look that is over is no work, but the time at which it was counts. */
export const LOOK = { none: 0, over: 1, goesOn: 2 } as const;

/** Between two looks at what no event tells of, on a grid that is the same at any speed of a replay. */
const LOOK_EVERY_NS = 10e6;
const NS_PER_MS = 1e6;
/** As the loss watch names all strategies together. */
const ALL = -1;

export interface KillRulesParts extends Pick<LossWatchParts, 'positions' | 'registry' | 'references'> {
  settings: KillRuleSettings;
  /** Names by index. */
  strategies: readonly string[];
  kills: KillSwitch;
  table: OrderTable;
  cells: Float64Array;
  maxInstruments: number;
}

/** Looks at what must stop trading by itself, and stops it. What a rule has killed, only a person releases. */
export class KillRules {
  private readonly parts: KillRulesParts;
  private readonly rejects: RejectWatch | undefined;
  private readonly loss: LossWatch;
  private readonly lag: LagWatch;
  private readonly marks: MarkBoard;
  private readonly dueNs = Float64Array.of(Number.NEGATIVE_INFINITY);
  /** Packets at the last look, and when there were fewer. */
  private readonly feed = Float64Array.of(0, 0);
  /** Looks that take more turns than this one. */
  private isLossLeft = false;
  private isLagLeft = false;

  constructor(parts: KillRulesParts) {
    this.parts = parts;
    this.marks = new MarkBoard(parts);
    const { settings, kills, strategies } = parts;
    const { rejects, rejectWindowMs, strategyLoss, totalLoss, gatewayLagMs } = settings;
    if (rejects !== null) this.rejects = new RejectWatch(strategies.length, rejects, rejectWindowMs * NS_PER_MS);
    this.loss = new LossWatch(
      {
        ...parts,
        strategyLimit: strategyLoss,
        totalLimit: totalLoss,
        killed: (strategy) => (strategy === ALL ? kills.latched('all') : kills.killed(strategy)),
        lost: (strategy, loss) => this.lost(strategy, loss),
      },
      parts.maxInstruments,
    );
    const lagNs = gatewayLagMs === null ? null : gatewayLagMs * NS_PER_MS;
    this.lag = new LagWatch(parts.table, lagNs, (ns) => this.late(ns));
  }

  /** The venue has said something of an order. */
  changed(row: number, event: number): void {
    if (event === ORDER_EVENT.rejected || event === ORDER_EVENT.replaceRejected) this.rejected(row);
  }

  private rejected(row: number): void {
    const { settings, strategies, kills, cells, table } = this.parts;
    const strategy = table.strategy[row] as number;
    const name = strategies[strategy];
    if (this.rejects === undefined || name === undefined || kills.killed(strategy)) return;
    if (!this.rejects.rejected(strategy, cells[CELL.nowNs] as number)) return;
    const reason = `the venue has rejected ${settings.rejects} of its requests within ${settings.rejectWindowMs} ms`;
    kills.kill({ of: 'strategy', name }, 'rule:rejects', reason);
  }

  /** What was asked on the connection before is waited for anew. */
  sessionUp(): void {
    this.lag.forget();
  }

  /** Engine time of the next look; Infinity where none is needed. For replay, where only losses are looked at. */
  nextDueNs(): number {
    if (!this.loss.isOn) return Number.POSITIVE_INFINITY;
    return this.isLossLeft ? Number.NEGATIVE_INFINITY : (this.dueNs[0] as number);
  }

  /** Bounded. @returns one of LOOK */
  poll(): number {
    const { cells } = this.parts;
    const now = cells[CELL.nowNs] as number;
    if (!this.isLossLeft && !this.isLagLeft) {
      if (now < (this.dueNs[0] as number)) return LOOK.none;
      this.dueNs[0] = (Math.floor(now / LOOK_EVERY_NS) + 1) * LOOK_EVERY_NS;
      this.parts.kills.poll();
      this.lookAtFeed();
      this.marks.look();
      this.isLossLeft = this.loss.isOn;
      this.isLagLeft = this.lag.isOn;
    }
    if (this.isLossLeft) this.isLossLeft = this.loss.look();
    if (this.isLagLeft) this.isLagLeft = this.lag.look(cells);
    return this.isLossLeft || this.isLagLeft ? LOOK.goesOn : LOOK.over;
  }

  private lookAtFeed(): void {
    const { settings, kills, cells } = this.parts;
    const now = cells[CELL.nowNs] as number;
    if (settings.staleFeedMs === null) return;
    const packets = cells[CELL.packets] as number;
    if (packets !== this.feed[0] || packets === 0 || cells[CELL.sessionEnded] === 1) {
      this.feed[0] = packets;
      this.feed[1] = now;
      return;
    }
    const silentNs = now - (this.feed[1] as number);
    if (silentNs <= settings.staleFeedMs * NS_PER_MS || kills.latched('all')) return;
    this.feed[1] = now;
    kills.kill({ of: 'firm' }, 'rule:staleFeed', `no packet of the feed for ${milliseconds(silentNs)}`);
  }

  private late(lagNs: number): void {
    const { kills } = this.parts;
    if (kills.latched('session') || kills.latched('all')) return;
    kills.kill({ of: 'session' }, 'rule:gatewayLag', `the venue owes an answer since ${milliseconds(lagNs)}`);
  }

  private lost(strategy: number, loss: number): void {
    const { settings, strategies, kills } = this.parts;
    const limit = strategy === ALL ? settings.totalLoss : settings.strategyLoss;
    const name = strategies[strategy];
    const scope = name === undefined ? ({ of: 'firm' } as const) : ({ of: 'strategy', name } as const);
    kills.kill(scope, 'rule:loss', `a loss of ${loss.toFixed(2)} passes ${limit}`);
  }
}

const milliseconds = (ns: number): string => `${Math.round(ns / NS_PER_MS)} ms`;
