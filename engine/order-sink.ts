import type { KillParts } from './loop/kill-parts.ts';
import type { StopSequence } from './loop/stop-sequence.ts';
import type { ReportHandler } from './orders/report-handler.ts';
import type { StatusQueries } from './orders/status-queries.ts';
import type { OrderEventSink } from './ports/order-gateway.ts';
import type { Reconciliation } from './recovery/reconciliation.ts';
import type { RiskChecks } from './risk/checks.ts';
import { LOG_LEVEL } from './strategy/host.ts';

export interface SinkParts {
  reports: ReportHandler;
  reconciliation: Reconciliation;
  queries: StatusQueries;
  risk: RiskChecks;
  killing: KillParts;
  /** Made after the gateway, which hears of this sink first. */
  stop: () => StopSequence;
  log: (level: number, text: string) => void;
  /** The session is over and does not come again by itself. */
  lost: (reason: string) => void;
}

/** Who hears what the venue says, and of the session: each part in the order in which the next needs it. */
export const orderSink = (parts: SinkParts): OrderEventSink => {
  const { reports, reconciliation, queries, risk, killing, log } = parts;
  const { sweep, kills, rules } = killing;
  return {
    onExecution: (report) => {
      sweep.hear(report);
      if (reconciliation.isAsking) reconciliation.hear(report);
      else reports.handle(report);
      risk.reported(report);
    },
    onSessionUp: () => {
      reconciliation.sessionUp();
      queries.sessionUp();
      sweep.sessionUp();
      kills.enforce();
      rules.sessionUp();
      log(LOG_LEVEL.info, 'The order session is up.');
    },
    onInDoubt: (ordinal, reason) => reports.inDoubt(ordinal, reason),
    onMassCancel: (ordinal, accepted, reason) => sweep.massCancelAnswered(ordinal, accepted, reason),
    onMassStatus: (ordinal, orders) => reconciliation.massStatus(ordinal, orders),
    onSessionDown: (reason, final) => {
      reports.sessionLost(reason);
      const stop = parts.stop();
      if (stop.requested) {
        stop.sessionDown();
        return;
      }
      reconciliation.sessionDown();
      if (!final) {
        log(LOG_LEVEL.warn, `The order session is down, it connects again: ${reason}`);
        return;
      }
      log(LOG_LEVEL.error, `The order session was lost: ${reason}`);
      parts.lost(reason);
    },
  };
};
