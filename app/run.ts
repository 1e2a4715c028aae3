/** The engine alone, against a configured feed and a FIX venue. */
import { join } from 'node:path';
import { CELL, CELLS_DOUBLES, JOURNAL_FROM } from '../native/index.ts';
import type { RunResult } from '../report/run-result.ts';
import { assembleResult } from './assemble-result.ts';
import { sessionConfigOf, venueDictionaries } from './config/index.ts';
import { connectVenue } from './connect-venue.ts';
import { type OpenControl, openControl } from './control/open-control.ts';
import { bundleAll, finishRun, openWarmUp, planEngine, stopOnRequest } from './drive-engine.ts';
import { openDropCopy } from './drop-copy/venue-drop-copy.ts';
import { EngineHost } from './engine-host.ts';
import type { LivePlan, PlannedStrategy } from './engine-plan.ts';
import { feedMidnightMs, monotonicOffsetNs } from './engine-time.ts';
import type { RunOptions } from './options.ts';
import { beginRun, type OpenedOrderJournal, openOrderJournal } from './order-journal.ts';
import { keptTape } from './run-directory/kept-plan.ts';
import { beginRunFolder, endRunFolder } from './run-directory/run-folder.ts';
import { type OpenedSessionStore, openSessionStore, stateDirOf } from './session-store.ts';
import { openTapeDrain } from './tape/tape-drain.ts';

export async function run(options: RunOptions): Promise<RunResult> {
  const startMs = Date.now();
  return endRunFolder(options, await runOnce(options, startMs));
}

async function runOnce(options: RunOptions, startMs: number): Promise<RunResult> {
  const strategies = await bundleAll(options);
  const journal = openOrderJournal(ordersFolderOf(options), options.onLog);
  try {
    const store = openSessionStore(options.venue, options.configFolder, options.onLog, journal);
    try {
      const control = await openControl(options.control, options.configFolder, store.folder, options.onLog);
      try {
        return await runWith(options, strategies, { store, journal, control }, startMs);
      } finally {
        control.close();
      }
    } finally {
      // Before the session says how far it has come.
      journal.close();
      store.close();
    }
  } finally {
    journal.close();
  }
}

/** A session that has sent messages and no orders of it: what earlier runs left open is not known here. */
const isJournalLost = (store: OpenedSessionStore, journal: OpenedOrderJournal): boolean =>
  journal.recovery.from === JOURNAL_FROM.nothing && store.hasHistory;

const lostJournalSentence = (store: OpenedSessionStore, journal: OpenedOrderJournal): string =>
  `The session of ${store.folder} has sent messages before, and the order journal of ${journal.folder} is new: open orders and positions of earlier runs are not known. Put the folder back, or compare with the venue and enter \`positions:\`; trading stays disabled until hotlap ctl arm.`;

const ordersFolderOf = ({ venue, configFolder }: RunOptions): string => join(stateDirOf(venue, configFolder), 'orders');

interface Opened {
  readonly store: OpenedSessionStore;
  readonly journal: OpenedOrderJournal;
  readonly control: OpenControl;
}

async function runWith(
  options: RunOptions,
  strategies: readonly PlannedStrategy[],
  { store, journal, control }: Opened,
  startMs: number,
): Promise<RunResult> {
  const { validation, dataFields } = await venueDictionaries(options.venue, options.configFolder, options.venueAt);
  const connection = await connectVenue(options.venue, options.configFolder, options.onLog);
  const dropCopy = await openDropCopy(options.venue, options.configFolder, store.folder, dataFields, options.onLog);
  const venue = connection.label;
  const warmUp = await openWarmUp(options);
  const day0Ms = feedMidnightMs(options.date);
  const isLost = isJournalLost(store, journal);
  if (isLost) options.onLog?.('error', lostJournalSentence(store, journal));
  const armed = options.enableTrading && !isLost;
  const journalPlan = beginRun(journal, { day0Ms, startMs, strategies: strategies.map(({ id }) => id) });
  const tape = options.out === null ? undefined : openTapeDrain(options.out, options.onLog);
  const source: LivePlan = {
    mode: 'live',
    ...(tape && { tape: { ringFile: tape.ringFile } }),
    feed: options.feed,
    venue: connection.venue,
    send: { tx: options.venue.tx, bypass: options.venue.bypass, lwip: options.venue.lwip },
    session: sessionConfigOf(options.venue, dataFields),
    store: store.plan,
    journal: journalPlan,
    orders: options.venue.orders,
    ...(validation && { validation }),
    monotonicOffsetNs: monotonicOffsetNs(day0Ms),
    stopAtSessionEnd: true,
  };
  const plan = planEngine(options, {
    venue: options.venue.name,
    strategies,
    source,
    clOrdIdPrefix: journal.clOrdIdPrefix,
    rehearsals: warmUp.plans,
    armed,
    day0Ms,
  });
  beginRunFolder(options, { command: 'run', recordings: [], startMs, plan, source: keptTape(source) });
  const cells = new Float64Array(plan.memory.cells, 0, CELLS_DOUBLES);
  const host = new EngineHost({
    plan,
    out: options.out,
    journal: journal.writer,
    ...(options.onLog && { onLog: options.onLog }),
    onSessionUp: () => options.onLog?.('info', `Logged on to ${venue}; ${armedSentence(armed)}`),
    onTick: () => options.onProgress?.({ step: 'running', done: cells[CELL.messages], total: 0, unit: 'messages' }),
  });
  store.whenFailed(() => host.send({ kind: 'disarm', who: 'rule:store' }));
  journal.whenFailed(() => host.send({ kind: 'disarm', who: 'rule:journal' }));
  control.serve({
    plan,
    venue,
    receiving: () => host.receiving,
    sending: () => host.sending,
    ask: (command, who) => host.ask(command, who),
    swap: (request, who) => host.swap(request, who),
  });
  const compared = dropCopy?.begin({
    clOrdIdPrefix: journal.clOrdIdPrefix,
    orderLog: host.orderLog,
    send: (message) => host.send(message),
    journal: { writer: journal.writer, day0Ms },
  });
  const undo = stopOnRequest(host, options);
  try {
    const outcome = await host.outcome;
    const dropCopyResult = await compared?.finish();
    const { stopReason, sessionLost } = outcome.report.stats;
    if (sessionLost === null) journal.ended(stopReason);
    const result = assembleResult({
      options,
      outcome,
      recording: null,
      ended:
        sessionLost === null
          ? { ok: true, reason: stopReason }
          : { ok: false, reason: `The FIX session with ${venue} ended: ${sessionLost}.` },
      startMs,
      session: { ...store.result(), earlierOrdersInDoubt: outcome.report.stats.recovery?.findings.unanswered ?? 0 },
      dropCopy: dropCopyResult,
    });
    return finishRun(options, 'run', result, outcome, startMs);
  } finally {
    undo();
    await warmUp.close();
    await dropCopy?.close();
    await connection.close();
    tape?.close();
  }
}

const armedSentence = (armed: boolean): string =>
  armed ? 'trading is enabled.' : 'trading is disarmed: start with --enable-trading to send orders.';
