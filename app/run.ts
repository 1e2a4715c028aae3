/** The engine alone, against a configured feed and a FIX venue. */
import { CELL, CELLS_DOUBLES } from '../native/index.ts';
import type { RunResult } from '../report/run-result.ts';
import { assembleResult } from './assemble-result.ts';
import { bundleAll, finishRun, openWarmUp, planEngine, stopOnRequest } from './drive-engine.ts';
import { EngineHost } from './engine-host.ts';
import { feedMidnightMs, monotonicOffsetNs } from './engine-time.ts';
import type { RunOptions } from './options.ts';

export async function run(options: RunOptions): Promise<RunResult> {
  const startMs = Date.now();
  const strategies = await bundleAll(options);
  const warmUp = await openWarmUp(options);
  const day0Ms = feedMidnightMs(options.date);
  const { group, port, interface: address, receiveBufferBytes } = options.feed;
  const { name, host: venueHost, port: venuePort, ...session } = options.venue;
  const venue = `${name} (${venueHost}:${venuePort})`;
  const plan = planEngine(options, {
    strategies,
    source: {
      mode: 'live',
      feed: { group, port, interface: address, receiveBufferBytes },
      venue: { host: venueHost, port: venuePort },
      session: { role: 'initiator', ...session },
      monotonicOffsetNs: monotonicOffsetNs(day0Ms),
      stopAtSessionEnd: true,
    },
    warmUp: warmUp?.plan ?? null,
    armed: options.enableTrading,
    day0Ms,
  });
  const cells = new Float64Array(plan.memory.cells, 0, CELLS_DOUBLES);
  let lost: string | undefined;
  const host = new EngineHost({
    plan,
    ...(options.onLog && { onLog: options.onLog }),
    onSessionUp: () => options.onLog?.('info', `Logged on to ${venue}; ${armedSentence(options.enableTrading)}`),
    onSessionLost: (reason) => {
      lost ??= `The FIX session with ${venue} ended: ${reason}`;
      host.stop('the FIX session ended');
    },
    onTick: () => options.onProgress?.({ step: 'running', done: cells[CELL.messages], total: 0, unit: 'messages' }),
  });
  const undo = stopOnRequest(host, options);
  try {
    const outcome = await host.outcome;
    const { stopReason } = outcome.report.stats;
    const result = assembleResult({
      options,
      strategies,
      outcome,
      recording: null,
      ended: lost === undefined ? { ok: true, reason: stopReason } : { ok: false, reason: lost },
      startMs,
    });
    return finishRun(options, 'run', result, outcome, startMs);
  } finally {
    undo();
    await warmUp?.close();
  }
}

const armedSentence = (armed: boolean): string =>
  armed ? 'trading is enabled.' : 'trading is disarmed: start with --enable-trading to send orders.';
