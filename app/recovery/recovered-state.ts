/** What the records of an order journal add up to: orders that were open, positions, executions, what is latched. */
import { HotlapError } from '../../engine/domain/errors.ts';
import { isOpen } from '../../engine/domain/order-state.ts';
import {
  EXECUTION_ID_BYTES,
  EXECUTION_IMAGE,
  EXECUTION_IMAGE_BYTES,
  EXECUTION_IMAGE_DOUBLES,
  EXECUTIONS_AN_IMAGE,
  executionsBehind,
  IMAGE,
  IMAGE_BYTES,
  IMAGE_DOUBLES,
  JOURNAL_KIND,
  type JournalExecution,
  type JournalInstrument,
  type JournalKill,
  type JournalLimit,
  type JournalOpened,
  type JournalPosition,
} from '../../engine/journal/records.ts';
import type { RecoveredLimit, RecoveredState } from '../../engine/journal/recovered.ts';
import type { NumberedTerms } from '../../engine/orders/order-terms-table.ts';
import { HOUSE } from '../../engine/orders/position-report.ts';

/** Executions whose ExecID(17) may come again: what a session asks for again after a restart is far less. */
export const KEPT_EXECUTIONS = 4_096;

export interface JournalRecord {
  /** One of JOURNAL_KIND. */
  readonly kind: number;
  /** Borrowed: valid until the next record. */
  readonly payload: Uint8Array;
}

/** One run: its images number strategies and instruments as it named them. */
class Run {
  readonly strategies: readonly string[];
  readonly symbols: string[] = [];
  /** Latest image by IMAGE.key, of orders that are not in a final state. */
  readonly orders = new Map<number, Float64Array>();
  readonly positions = new Map<string, JournalPosition>();
  /** Latest image by serial, the oldest first. */
  readonly executions = new Map<number, JournalExecution>();

  constructor(strategies: readonly string[]) {
    this.strategies = strategies;
  }

  strategy(index: number): string {
    return this.strategies[index] ?? HOUSE;
  }

  symbol(handle: number): string {
    const symbol = this.symbols[handle];
    if (symbol === undefined) throw unreadable(`instrument ${handle} has no name`);
    return symbol;
  }

  execution(execution: JournalExecution): void {
    this.executions.set(execution.serial, execution);
    if (this.executions.size < 2 * KEPT_EXECUTIONS) return;
    // Cut in bulk: the way to the first of a map leads past all that were taken out before it.
    for (const serial of [...this.executions.keys()].slice(0, KEPT_EXECUTIONS)) this.executions.delete(serial);
  }

  position(position: JournalPosition): void {
    const name = `${position.strategy}\n${position.symbol}`;
    const { quantity, cost, realizedPnl, bought, sold } = position;
    const isNothing = [quantity, cost, realizedPnl, bought, sold].every((value) => value === 0);
    // One whose only executions were taken back is nothing again; one that never was anything is left out.
    if (isNothing) this.positions.delete(name);
    else this.positions.set(name, position);
  }

  order(image: Float64Array): void {
    const key = image[IMAGE.key] as number;
    if (key === 0) return;
    if (isOpen(image[IMAGE.state] as number)) this.orders.set(key, image);
    else this.orders.delete(key);
  }
}

/**
 * Takes the records of a journal in order. A run whose `carried` is missing was killed before it began: the run before
 * it stands. Kills and limits hold over all runs, until they are released or changed.
 */
export class RecoveredStateReader {
  #run: Run | undefined;
  /** Opened, and not complete yet. */
  #beginning: Run | undefined;
  readonly #kills = new Map<string, JournalKill>();
  readonly #limits = new Map<string, RecoveredLimit>();
  /** By number, which stays the same in all runs. */
  readonly #terms = new Map<number, NumberedTerms>();
  #day0Ms = 0;
  readonly #imageBytes = new Uint8Array(IMAGE_BYTES + EXECUTIONS_AN_IMAGE * EXECUTION_IMAGE_BYTES);
  readonly #text = new TextDecoder('utf-8', { fatal: true });

  /** @throws HotlapError ERR_RECOVERY_RECORD */
  take({ kind, payload }: JournalRecord): void {
    switch (kind) {
      case JOURNAL_KIND.opened:
        this.#opened(this.#json(payload));
        break;
      case JOURNAL_KIND.instrument: {
        const { handle, symbol } = this.#json<JournalInstrument>(payload);
        this.#present().symbols[handle] = symbol;
        break;
      }
      case JOURNAL_KIND.terms: {
        const numbered = this.#json<NumberedTerms>(payload);
        this.#terms.set(numbered.number, numbered);
        break;
      }
      case JOURNAL_KIND.carriedOrder:
        this.#present().order(this.#image(payload));
        break;
      case JOURNAL_KIND.carriedPosition:
        this.#present().position(this.#json(payload));
        break;
      case JOURNAL_KIND.carriedExecution:
        this.#present().execution(this.#json(payload));
        break;
      case JOURNAL_KIND.carried:
        this.#begun();
        break;
      case JOURNAL_KIND.newOrder:
      case JOURNAL_KIND.replace:
      case JOURNAL_KIND.cancel:
      case JOURNAL_KIND.notSent:
      case JOURNAL_KIND.report:
      case JOURNAL_KIND.inDoubt:
        this.#event(payload);
        break;
      case JOURNAL_KIND.kill: {
        const kill = this.#json<JournalKill>(payload);
        if (kill.killed) this.#kills.set(kill.scope, kill);
        else this.#kills.delete(kill.scope);
        break;
      }
      case JOURNAL_KIND.limit: {
        const limit = this.#json<JournalLimit>(payload);
        const name = `${limit.scope}\n${limit.name}`;
        if (limit.isDefault === true) this.#limits.delete(name);
        else this.#limits.set(name, { ...limit, atMs: this.#day0Ms + limit.timeNs / 1e6 });
        break;
      }
    }
  }

  result(): RecoveredState {
    const run = this.#run ?? new Run([]);
    const orders = new Float64Array(run.orders.size * IMAGE_DOUBLES);
    let at = 0;
    for (const image of run.orders.values()) {
      orders.set(image, at);
      at += IMAGE_DOUBLES;
    }
    return {
      strategies: run.strategies,
      symbols: Array.from(run.symbols, (symbol) => symbol ?? ''),
      terms: [...this.#terms.values()],
      orders,
      positions: [...run.positions.values()],
      executions: [...run.executions.values()].slice(-KEPT_EXECUTIONS),
      kills: [...this.#kills.values()],
      limits: [...this.#limits.values()],
    };
  }

  #opened({ strategies, day0Ms }: JournalOpened): void {
    this.#beginning = new Run(strategies);
    this.#day0Ms = day0Ms;
  }

  /** The run that a record belongs to. */
  #present(): Run {
    const run = this.#beginning ?? this.#run;
    if (run === undefined) throw unreadable('no run has been opened before it');
    return run;
  }

  #begun(): Run {
    this.#run = this.#present();
    this.#beginning = undefined;
    return this.#run;
  }

  /** What leaves and what arrives ends the beginning as well: nothing does before it is complete. */
  #event(payload: Uint8Array): void {
    const run = this.#begun();
    const image = this.#image(payload);
    run.order(image);
    const of = (slot: number): number => image[slot] as number;
    const strategy = run.strategy(of(IMAGE.strategy));
    const symbol = run.symbol(of(IMAGE.instrument));
    run.position({
      strategy,
      symbol,
      quantity: of(IMAGE.positionQuantity),
      cost: of(IMAGE.positionCost),
      realizedPnl: of(IMAGE.positionRealizedPnl),
      bought: of(IMAGE.positionBought),
      sold: of(IMAGE.positionSold),
    });
    for (let index = 0; index < executionsBehind(payload.length); index += 1) this.#execution(run, index);
  }

  #execution(run: Run, index: number): void {
    const from = IMAGE_BYTES + index * EXECUTION_IMAGE_BYTES;
    const image = new Float64Array(this.#imageBytes.buffer, from, EXECUTION_IMAGE_DOUBLES);
    const of = (slot: number): number => image[slot] as number;
    const id = from + EXECUTION_IMAGE_DOUBLES * 8;
    const kept = Math.min(of(EXECUTION_IMAGE.idLength), EXECUTION_ID_BYTES);
    run.execution({
      serial: of(EXECUTION_IMAGE.serial),
      execId: String.fromCharCode(...this.#imageBytes.subarray(id, id + kept)),
      idLength: of(EXECUTION_IMAGE.idLength),
      idHash: of(EXECUTION_IMAGE.idHash),
      key: of(EXECUTION_IMAGE.key),
      strategy: run.strategy(of(EXECUTION_IMAGE.strategy)),
      symbol: run.symbol(of(EXECUTION_IMAGE.instrument)),
      side: of(EXECUTION_IMAGE.side),
      status: of(EXECUTION_IMAGE.status),
      successor: of(EXECUTION_IMAGE.successor),
      price: of(EXECUTION_IMAGE.price),
      quantity: of(EXECUTION_IMAGE.quantity),
    });
  }

  /** A copy of the image's doubles; all of the record lies in #imageBytes until the next. */
  #image(payload: Uint8Array): Float64Array {
    if (executionsBehind(payload.length) < 0) throw unreadable(`no order has ${payload.length} bytes`);
    this.#imageBytes.set(payload);
    return new Float64Array(this.#imageBytes.buffer.slice(0, IMAGE_DOUBLES * 8));
  }

  #json<T>(payload: Uint8Array): T {
    try {
      return JSON.parse(this.#text.decode(payload)) as T;
    } catch (cause) {
      throw unreadable((cause as Error).message);
    }
  }
}

/** @throws HotlapError ERR_RECOVERY_RECORD */
export function recoveredState(records: Iterable<JournalRecord>): RecoveredState {
  const reader = new RecoveredStateReader();
  for (const record of records) reader.take(record);
  return reader.result();
}

const unreadable = (why: string): HotlapError =>
  new HotlapError(
    'ERR_RECOVERY_RECORD',
    `A record of the order journal cannot be read: ${why}. It was written by another version of hotlap: look at the venue for open orders, then move the folder "orders" of stateDir away.`,
  );
