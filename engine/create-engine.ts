import { CELL } from '../native/layout.ts';
import type { Engine, EngineOptions, EngineStats, StrategyFault, StrategyState } from './engine.ts';
import { engineStats, engineStatus, type ReportParts } from './engine-report.ts';
import { JournalNotes } from './journal/notes.ts';
import { callWatch } from './loop/call-watch.ts';
import { ControlChannel } from './loop/control-channel.ts';
import { engineCommands } from './loop/engine-commands.ts';
import { EngineLoop } from './loop/engine-loop.ts';
import { createHeartbeat } from './loop/heartbeat.ts';
import { Idler } from './loop/idler.ts';
import { type KillParts, killParts } from './loop/kill-parts.ts';
import { createLogRing, LogWriter } from './loop/log-ring.ts';
import { StopSequence } from './loop/stop-sequence.ts';
import { StrategySet } from './loop/strategy-set.ts';
import { tellers } from './loop/tellers.ts';
import { TimerQueue } from './loop/timer-queue.ts';
import { DEFAULT_INSTRUMENT, InstrumentRegistry } from './market/instrument-registry.ts';
import { orderSink } from './order-sink.ts';
import { Executions } from './orders/executions.ts';
import { OrderFillView } from './orders/fill-view.ts';
import { OrderCounts } from './orders/order-counts.ts';
import { OrderDesk } from './orders/order-desk.ts';
import { OrderJournal } from './orders/order-journal.ts';
import { createOrderLog, OrderLogWriter } from './orders/order-log.ts';
import { OrderTable } from './orders/order-table.ts';
import { createOrderTable } from './orders/order-table-layout.ts';
import { createOrderTerms, OrderTermsTable } from './orders/order-terms-table.ts';
import { orderViews } from './orders/order-view.ts';
import { HOUSE } from './orders/position-report.ts';
import { createPositions, Positions } from './orders/positions.ts';
import { QueuePlaces } from './orders/queue-places.ts';
import { RefusalLog } from './orders/refusal-log.ts';
import { ReportHandler } from './orders/report-handler.ts';
import { takeStartPositions } from './orders/start-positions.ts';
import { StatusQueries } from './orders/status-queries.ts';
import type { OrderGateway } from './ports/order-gateway.ts';
import { Reconciliation } from './recovery/reconciliation.ts';
import { DEFAULT_RECOVERY } from './recovery/settings.ts';
import { RiskChecks } from './risk/checks.ts';
import { createLimits, LimitTable } from './risk/limits.ts';
import { ReferencePrices } from './risk/reference-prices.ts';
import { untradedSymbols } from './risk/untraded-symbols.ts';
import { LOG_LEVEL, SCRATCH_DOUBLES } from './strategy/host.ts';
import { strategyCast } from './strategy-cast.ts';
import { refuseDuplicates } from './strategy-host.ts';

const DEFAULT_STOP_TIMEOUT_MS = 5_000;

/**
 * Puts an engine together and runs each strategy's `setup`; the caller owns feed, gateway and shared memory.
 * A `setup` that throws leaves that strategy faulted: see `stats().strategies`.
 * @throws HotlapError ERR_STRATEGY_DUPLICATE
 */
export const createEngine = (options: EngineOptions): Engine => new ComposedEngine(options);

class ComposedEngine implements Engine {
  private readonly options: EngineOptions;
  private readonly log: LogWriter;
  private readonly counts = new OrderCounts();
  /** What is told in words, for the order journal. */
  private readonly notes: JournalNotes;
  private readonly risk: RiskChecks;
  private readonly registry: InstrumentRegistry;
  private readonly strategies: StrategySet;
  private readonly timers: TimerQueue;
  private readonly desk: OrderDesk;
  private readonly killing: KillParts;
  private readonly gateway: OrderGateway;
  private readonly stop: StopSequence;
  private readonly loop: EngineLoop;
  private readonly faults: (StrategyFault | null)[];
  private readonly reconciliation: Reconciliation;
  private readonly trading: { armed: boolean; recovering: boolean; sessionReady: () => boolean };
  private readonly reported: ReportParts;
  private sessionLost: string | null = null;

  constructor(options: EngineOptions) {
    this.options = options;
    const { cells, record, maxInstruments, matching, shared = {} } = options;
    const strategies = [...options.strategies];
    refuseDuplicates([...strategies.map(({ id }) => id), HOUSE]);
    const heartbeat = new Int32Array(shared.heartbeat ?? createHeartbeat());
    const cause = new Int32Array(1);
    const scratch = new Float64Array(SCRATCH_DOUBLES);
    const orderLog = new OrderLogWriter(shared.orderLog ?? createOrderLog());
    this.faults = strategies.map(() => null);
    this.log = new LogWriter(shared.log ?? createLogRing(), cells, CELL.nowNs);
    this.notes = new JournalNotes(options.journal);
    const table = new OrderTable(shared.orders ?? createOrderTable(undefined, maxInstruments));
    table.numbers = options.journal;
    const positions = new Positions(shared.positions ?? createPositions(strategies.length, maxInstruments));
    const executions = new Executions();
    const journal = new OrderJournal(orderLog, table, positions, executions, options);
    const ids = strategies.map(({ id }) => id);
    const limits = new LimitTable(shared.limits ?? createLimits(ids.length, maxInstruments), ids);
    limits.configure(options.risk ?? {});
    this.registry = new InstrumentRegistry({
      feed: options.feed,
      depth: options.depth,
      depthLevels: options.depthLevels,
      maxInstruments,
      strategies: strategies.length,
      specOf: options.instrumentSpec ?? (() => DEFAULT_INSTRUMENT),
      matching: matching !== undefined,
      added: (instrument) => {
        table.nameInstrument(instrument.handle, instrument.symbol);
        limits.nameSymbol(instrument.handle, instrument.symbol);
        this.risk.exposure.addInstrument(instrument);
        this.notes.instrument(instrument);
        journal.addInstrument(instrument);
        this.gateway.addInstrument(instrument);
      },
    });
    const symbolOf = (handle: number): string => this.registry.all[handle]?.symbol ?? '';
    const fill = new OrderFillView(table, symbolOf);
    const references = new ReferencePrices(maxInstruments);
    const watch = callWatch(options, (strategy, text) => this.log.write(LOG_LEVEL.warn, strategy, text));
    this.strategies = new StrategySet({
      registry: this.registry,
      references,
      table: table,
      fill,
      heartbeat,
      cause,
      record,
      watch,
      marketMoved: (handle) => this.risk.marketMoved(handle),
      faulted: (strategy, phase, error) => this.faulted(strategy, phase, error),
    });
    this.trading = { armed: options.armed ?? false, recovering: false, sessionReady: () => this.gateway.isReady() };
    const { counts, trading, registry } = this;
    const market = { cells, registry, references, maxInstruments };
    const risk = new RiskChecks({ ...market, limits, trading, table, positions, scratch });
    this.risk = risk;
    positions.listener = risk.exposure;
    const places = new QueuePlaces(options.feed, table, cells);
    const terms = new OrderTermsTable(shared.terms ?? createOrderTerms(), (numbered) => {
      this.gateway.addTerms(numbered.number, numbered.terms);
      this.notes.terms(numbered);
    });
    this.desk = new OrderDesk({
      table,
      places,
      terms,
      positions,
      risk,
      journal,
      counts,
      scratch,
      cells,
      strategies: positions.house + 1,
      cause,
      latency: options.latency,
      refusals: shared.refusals && new RefusalLog(shared.refusals, orderLog, cells, scratch, cause),
    });
    const { log, alert } = tellers(this.log, this.notes, cells);
    this.killing = killParts({
      rules: options.killRules,
      isReplay: matching !== undefined,
      strategies: ids,
      ...market,
      table,
      positions,
      log,
      alert,
      record: (kill) => this.notes.kill(kill),
      recordCommand: (command) => this.notes.command(command),
      sendCancel: (row, cause) => this.desk.sendCancel(row, cause),
    });
    const { sweep, kills, rules } = this.killing;
    const queries = new StatusQueries(table, counts, cells);
    const settled = { table, positions, counts, queries, registry, executions, strategies: [...ids, HOUSE] };
    this.reconciliation = new Reconciliation({
      ...settled,
      settings: { ...DEFAULT_RECOVERY, ...options.recovery },
      sweep,
      kills,
      cells,
      trading,
      changed: (row) => risk.changed(row),
      tell: log,
      alert,
    });
    const reports = new ReportHandler({
      table,
      positions,
      executions,
      journal,
      counts,
      queries,
      changed: (row, event) => {
        risk.changed(row);
        places.changed(row, event);
        sweep.changed(row);
        rules.changed(row, event);
        this.strategies.orderChanged(row, event);
      },
      alert,
    });
    const sinkParts = { reports, reconciliation: this.reconciliation, queries, risk, killing: this.killing, log };
    const lost = (reason: string): void => this.lost(reason);
    this.gateway = options.gateway(orderSink({ ...sinkParts, stop: () => this.stop, lost }));
    this.desk.connect(this.gateway, kills, sweep);
    sweep.connect(this.gateway);
    queries.connect(this.gateway);
    this.reconciliation.connect(this.gateway, reports);
    this.timers = new TimerQueue(cells, (owner, timer) => this.strategies.timer(owner, timer));
    const stopTimeoutMs = options.stopTimeoutMs ?? DEFAULT_STOP_TIMEOUT_MS;
    this.stop = new StopSequence(cells, heartbeat, table, sweep, this.gateway, stopTimeoutMs);
    const { live, swaps } = strategyCast({
      options,
      strategies,
      set: this.strategies,
      record,
      cells,
      scratch,
      table,
      orders: orderViews(table, places, symbolOf),
      fill,
      positions,
      registry,
      desk: this.desk,
      terms,
      timers: this.timers,
      log: this.log,
      kills,
      faults: this.faults,
      isStopping: () => this.stop.requested,
    });
    const commands = engineCommands({
      handlers: {
        strategies,
        set: this.strategies,
        live,
        swaps,
        table,
        sweep,
        kills,
        arm: () => {
          this.arm();
          return trading.armed;
        },
        disarm: () => this.disarm(),
        stop: (reason) => this.requestStop(reason),
        status: () => engineStatus(this.reported),
        playback: options.playback,
      },
      limits,
      recoveredLimits: options.recovered?.limits ?? [],
      registry,
      cells,
      notes: this.notes,
      log: this.log,
      answer: options.answer,
    });
    this.loop = new EngineLoop(
      {
        feed: options.feed,
        cells,
        heartbeat,
        gateway: this.gateway,
        sweep,
        rules,
        queries,
        reconciliation: this.reconciliation,
        matching,
        timers: this.timers,
        strategies: this.strategies,
        orderLog,
        control: new ControlChannel(
          options,
          heartbeat,
          (message) => commands.handle(message),
          (reason) => this.stop.abandon(reason),
        ),
        stop: this.stop,
        tape: options.tape,
        played: options.played,
        playback: options.playback,
        idler: new Idler(options.idle),
        turnWatch: options.turnWatch,
        begin: () => options.onTimeKnown?.(),
        requestStop: (reason) => this.requestStop(reason),
        stopAtEnd: options.stopAtEnd ?? matching !== undefined,
      },
      orderLog.room,
    );
    this.reported = {
      strategies,
      set: this.strategies,
      watch,
      faults: this.faults,
      counts,
      table,
      positions,
      references,
      registry,
      kills,
      reconciliation: this.reconciliation,
      log: this.log,
      orderLog,
      loop: this.loop,
      cells,
      stop: this.stop,
      trading,
      gateway: this.gateway,
      playback: options.playback,
      swaps,
    };
    kills.restore(options.recovered?.kills ?? []);
    const { recovered } = options;
    // Before the journal is told what this run begins with.
    takeStartPositions(options.positions ?? [], {
      positions,
      registry,
      strategies: ids,
      recovered: recovered?.positions ?? [],
      warn: (sentence) => this.log.write(LOG_LEVEL.warn, -1, sentence),
    });
    terms.restore(recovered?.terms ?? []);
    if (recovered !== undefined)
      this.reconciliation.resume(recovered, { ...settled, journal, notes: this.notes, risk });
    for (const index of strategies.keys()) this.strategies.add(swaps.first(index));
    for (const sentence of untradedSymbols(options.risk, registry)) this.log.write(LOG_LEVEL.warn, -1, sentence);
    if (strategies.length > 0) this.stopWithoutStrategies();
  }

  get stopped(): boolean {
    return this.stop.over;
  }

  turn(): number {
    return this.loop.turn();
  }

  run(shouldStop?: () => boolean): void {
    this.loop.run(shouldStop);
  }

  arm(): void {
    if (this.stop.requested) return;
    this.trading.armed = true;
    this.reconciliation.overrule();
  }

  disarm(): void {
    this.trading.armed = false;
  }

  requestStop(reason: string): void {
    if (this.stop.requested) return;
    this.log.write(LOG_LEVEL.info, -1, `Stopping: ${reason}.`);
    this.disarm();
    this.stop.begin(reason);
    this.strategies.stop(reason);
    for (const index of this.faults.keys()) this.timers.stopAll(index);
  }

  stats(): EngineStats {
    return engineStats(this.reported, this.sessionLost);
  }

  states(): StrategyState[] {
    return this.reported.swaps.states();
  }

  retire(): void {
    this.strategies.retireAll();
  }

  private lost(reason: string): void {
    this.sessionLost = reason;
    if (this.options.stopOnSessionLoss ?? true) this.requestStop('the order session was lost');
  }

  private faulted(strategy: number, phase: string, error: unknown): void {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    this.faults[strategy] = { phase, message, stack: stack ?? message };
    const { id } = this.options.strategies[strategy]!;
    this.log.write(LOG_LEVEL.error, strategy, `Strategy ${id} has faulted in ${phase}: ${String(error)}`);
    this.registry.drop(strategy);
    this.timers.stopAll(strategy);
    this.desk.fault(strategy);
    this.killing.kills.kill({ of: 'strategy', name: id }, 'rule:faulted', `it has faulted in ${phase}: ${message}`);
    // Not before all have been set up: whether any is left is known only then.
    if (phase !== 'setup') this.stopWithoutStrategies();
  }

  private stopWithoutStrategies(): void {
    if (this.strategies.running === 0) this.requestStop('every strategy has faulted');
  }
}
