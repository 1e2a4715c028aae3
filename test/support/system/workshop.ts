/** A temporary folder for the files of one test file, gone after it, and strategies as a user would write them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

export interface Workshop {
  readonly folder: string;
  /** @returns the absolute path */
  write(name: string, content: string | Uint8Array): string;
  path(name: string): string;
  /** A strategy on one symbol: `body` holds its handlers. @returns its file */
  strategy(name: string, body: string): string;
}

export function openWorkshop(): Workshop {
  const folder = mkdtempSync(join(tmpdir(), 'system-test-of-hotlap-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const path = (name: string): string => join(folder, name);
  const write = (name: string, content: string | Uint8Array): string => {
    writeFileSync(path(name), content);
    return path(name);
  };
  return {
    folder,
    path,
    write,
    strategy: (name, body) =>
      write(
        `${name}.ts`,
        `import { defineStrategy, Side } from 'hotlap';\nlet events = 0;\nlet sent = 0;\nlet acknowledged = 0;\nexport default defineStrategy({\n  name: '${name}',\n${body}\n});\n`,
      ),
  };
}

/** As soon as it may, rests three buy orders so far below the market that it does not come there; says so once all are acknowledged. */
export const RESTING = `
  setup(ctx) { ctx.instrument('AAPL'); },
  onBook(book, ctx) {
    events += 1;
    if (events % 20 !== 0 || sent === 3) return;
    if (ctx.orders.limit(ctx.instrument('AAPL'), Side.Buy, book.bidPrice(0) - 50_000, 7).ok) sent += 1;
  },
  onOrder(order, ctx) {
    if (order.state === 'new') acknowledged += 1;
    if (acknowledged === 3) ctx.log.info('RESTING');
  },`;

/** Rests two buy orders below the market, and never returns once both are acknowledged. */
export const STUCK = `
  setup(ctx) { ctx.instrument('AAPL'); },
  onBook(book, ctx) {
    events += 1;
    if (events % 20 === 0 && sent < 2) {
      if (ctx.orders.limit(ctx.instrument('AAPL'), Side.Buy, book.bidPrice(0) - 10_000, 7).ok) sent += 1;
    }
  },
  onOrder(order) {
    if (order.state === 'new') acknowledged += 1;
    while (acknowledged === 2) events += 1;
  },`;
