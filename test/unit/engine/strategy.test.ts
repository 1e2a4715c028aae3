import {
  asapScheduler,
  bufferTime,
  debounceTime,
  delay,
  interval,
  map,
  type Observable,
  observeOn,
  pairwise,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type BookView, type BorrowedStream, defineStrategy, Side, select, snapshot } from '../../../engine/index.ts';
import { CLASS } from '../../../engine/strategy/host.ts';
import { CELL, EVENT, INTEREST } from '../../../native/layout.ts';
import { quote } from '../../support/engine/fake-feed.ts';
import { testEngine } from '../../support/engine/test-engine.ts';

const MS = 1e6;

describe('a strategy hears', () => {
  it('in a stream that a handler subscribes to, the same event: handlers come first', () => {
    const heard: string[] = [];
    let isListening = false;
    const definition = defineStrategy({
      name: 'late',
      setup: (ctx) => void ctx.instrument('AAPL'),
      onBook: (_book, ctx) => {
        heard.push('onBook');
        if (isListening) return;
        isListening = true;
        ctx.instrument('AAPL').book$.subscribe((book) => heard.push(`book$ ${book.bidPrice(0)}`));
      },
    });
    const { feed, settle } = testEngine([definition]);
    feed.push(quote('AAPL', 1, 5, 3, 5), quote('AAPL', 2, 5, 3, 5));
    settle();
    expect(heard).toEqual(['onBook', 'book$ 1', 'onBook', 'book$ 2']);
  });

  it('handlers and streams alike, once per event, in one dispatch', () => {
    const heard: string[] = [];
    const definition = defineStrategy({
      name: 'listener',
      setup(ctx) {
        const stock = ctx.instrument('AAPL');
        stock.tick$.subscribe((tick) => heard.push(`tick$ ${tick.kind}`));
        stock.trade$.subscribe((trade) => heard.push(`trade$ ${trade.price}x${trade.size}`));
        stock.book$.subscribe((book) => heard.push(`book$ ${book.bidPrice(0)}/${book.askPrice(0)}`));
        stock.status$.subscribe((status) => heard.push(`status$ ${status.code}`));
        ctx.feed$.subscribe((feed) => heard.push(`feed$ ${feed.kind}`));
      },
      onTick: (tick) => void heard.push(`onTick ${tick.sequence}`),
      onTrade: (trade) => void heard.push(`onTrade ${trade.printable}`),
      onBook: (book) => void heard.push(`onBook ${book.bidSize(0)}`),
      onStatus: (status) => void heard.push(`onStatus ${status.kind}`),
      onFeed: (feed) => void heard.push(`onFeed ${feed.sequence}`),
      onStart: () => void heard.push('onStart'),
      onStop: (reason) => void heard.push(`onStop ${reason}`),
    });
    const { feed, settle, engine } = testEngine([definition]);
    feed.push(quote('AAPL', 100, 5, 200, 6));
    feed.push({ ...quote('AAPL', 100, 4, 200, 6), kind: EVENT.execute, price: 100, size: 1 });
    feed.push({ kind: EVENT.trade, symbol: 'AAPL', price: 150, size: 2 });
    feed.push({ kind: EVENT.tradingAction, symbol: 'AAPL', code: 'H' });
    feed.push({ kind: EVENT.systemEvent, code: 'Q' });
    feed.push(quote('MSFT', 1, 1, 2, 2));
    settle();
    engine.requestStop('enough');
    expect(heard).toEqual([
      'onStart',
      'onTick 1',
      'tick$ 1',
      'onBook 5',
      'book$ 100/200',
      'onTick 2',
      'tick$ 2',
      'onTrade true',
      'trade$ 100x1',
      'onBook 4',
      'book$ 100/200',
      'onTick 3',
      'tick$ 7',
      'onTrade true',
      'trade$ 150x2',
      'onStatus 11',
      'status$ H',
      'onFeed 5',
      'feed$ 13',
      'onStop enough',
    ]);
  });

  it('only of what it asked for, and the receiver is asked for the union', () => {
    const books: string[] = [];
    const trades: string[] = [];
    const reader = defineStrategy({
      name: 'reader',
      setup: (ctx) =>
        ctx.instrument('AAPL').book$.pipe(
          select((book, out) => out.set(book.mid)),
          map((mid) => books.push(`${mid.value}`)),
        ),
    });
    const tape = defineStrategy({
      name: 'tape',
      setup: (ctx) =>
        ctx.instrument('AAPL').trade$.pipe(
          snapshot(),
          map((trade) => trades.push(`${trade.price}`)),
        ),
    });
    const { feed, settle } = testEngine([reader, tape]);
    expect(feed.interests).toEqual([INTEREST.book | INTEREST.trade]);
    feed.push(quote('AAPL', 100, 5, 200, 6), { kind: EVENT.trade, symbol: 'AAPL', price: 150, size: 2 });
    settle();
    expect([books, trades]).toEqual([['150'], ['150']]);
  });

  it('no more after it has unsubscribed, even within the event', () => {
    const seen: string[] = [];
    const definition = defineStrategy({
      name: 'quitter',
      setup(ctx) {
        const stock = ctx.instrument('AAPL');
        const first = stock.book$.subscribe(() => {
          seen.push('first');
          first.unsubscribe();
          second.unsubscribe();
        });
        const second = stock.book$.subscribe(() => seen.push('second'));
      },
    });
    const { feed, settle } = testEngine([definition]);
    feed.push(quote('AAPL', 100, 5, 200, 6), quote('AAPL', 100, 5, 200, 7));
    settle();
    expect(seen).toEqual(['first']);
    expect(feed.interests).toEqual([0]);
  });

  it('of its own orders only after the handler that caused it, though the venue answers at once', () => {
    const seen: string[] = [];
    const definition = defineStrategy({
      name: 'eager',
      setup(ctx) {
        ctx.instrument('AAPL');
        ctx.fill$.subscribe((fill) => seen.push(`fill$ ${fill.quantity}@${fill.price}`));
      },
      onBook(book, ctx) {
        seen.push('book {');
        ctx.orders.ioc(ctx.instrument('AAPL'), Side.Buy, book.askPrice(0), 10);
        seen.push('}');
      },
      onOrder: (order) => void seen.push(order.state),
    });
    const { feed, gateway, settle } = testEngine([definition]);
    gateway.onSend = ({ ordinal, price, quantity }) => {
      gateway.fill(ordinal, quantity, price, quantity, 0);
      gateway.poll();
    };
    feed.push(quote('AAPL', 3_200_000, 5, 3_200_100, 6));
    settle();
    expect(seen).toEqual(['book {', '}', 'fill$ 10@3200100', 'filled']);
  });
});

describe('engine time', () => {
  const run = (
    recorded: boolean,
    setup: (
      ctx: Parameters<NonNullable<Parameters<typeof defineStrategy>[0]['setup']>>[0],
      seen: string[],
    ) => Observable<unknown> | undefined,
  ) => {
    const seen: string[] = [];
    const definition = defineStrategy({
      name: 'timed',
      setup(ctx) {
        ctx.instrument('AAPL');
        return setup(ctx as never, seen);
      },
      onBook: (_book, ctx) => void seen.push(`book ${ctx.now / MS}`),
      onTimer: (name, ctx) => void seen.push(`${name} ${ctx.now / MS}`),
    });
    const matching = { onEvent() {}, poll: () => 0, nextDueNs: () => Number.POSITIVE_INFINITY };
    const made = testEngine([definition], { recorded, ...(recorded ? { matching } : {}) });
    const at = (ms: number) => made.feed.push({ ...quote('AAPL', 100, 5, 200, 6), timeNs: ms * MS });
    return { ...made, seen, at };
  };

  it('in replay, timers fire at their exact time between two messages, counted from the first', () => {
    const { seen, at, settle } = run(true, (ctx) => {
      ctx.every(10, 'ten');
      ctx.after(15, 'fifteen');
      return undefined;
    });
    at(1_000);
    at(1_012);
    at(1_020);
    at(1_031);
    settle();
    expect(seen).toEqual([
      'book 1000',
      'ten 1010',
      'book 1012',
      'fifteen 1015',
      'book 1020',
      'ten 1020',
      'ten 1030',
      'book 1031',
    ]);
  });

  it('live, a loop that fell behind passes over what it missed', () => {
    const { seen, at, settle } = run(false, (ctx) => {
      const timer = ctx.every(10, 'ten');
      ctx.after(45, 'cancel').cancel();
      return ctx.every(20).pipe(map((count) => count === 1 && timer.cancel()));
    });
    for (const ms of [0, 35, 39, 41, 60]) at(ms);
    settle();
    expect(seen).toEqual(['book 0', 'book 35', 'ten 35', 'book 39', 'book 41', 'ten 41', 'book 60']);
  });

  it("RxJS's own operators run on it", () => {
    const { seen, at, settle } = run(true, (ctx, out) => {
      const stock = ctx.instrument('AAPL');
      const now = () => ctx.now / MS;
      interval(10).subscribe((count) => out.push(`interval ${count} ${now()}`));
      stock.book$.pipe(snapshot(), delay(3)).subscribe(() => out.push(`delay ${now()}`));
      stock.book$.pipe(snapshot(), debounceTime(4)).subscribe(() => out.push(`debounce ${now()}`));
      stock.book$.pipe(snapshot(), observeOn(asapScheduler)).subscribe(() => out.push(`asap ${now()}`));
      return stock.book$.pipe(
        snapshot(),
        bufferTime(20),
        map(({ length }) => out.push(`buffer ${length} ${now()}`)),
      );
    });
    at(100);
    at(102);
    at(125);
    settle();
    expect(seen).toEqual([
      'book 100',
      'asap 100',
      'book 102',
      'asap 102',
      'delay 103',
      'delay 105',
      'debounce 106',
      'interval 0 110',
      'buffer 2 120',
      'interval 1 120',
      'book 125',
      'asap 125',
    ]);
  });

  it('random numbers are the same in each run, and differ between strategies', () => {
    const draw = () => {
      const drawn: number[] = [];
      const definition = defineStrategy({ name: 'dice', setup: (ctx) => void drawn.push(ctx.random(), ctx.random()) });
      testEngine([definition, definition], { seed: 7 });
      return drawn;
    };
    const drawn = draw();
    expect(draw()).toEqual(drawn);
    expect(new Set(drawn).size).toBe(4);
    expect(drawn.every((value) => value >= 0 && value < 1)).toBe(true);
  });

  it('lag is what waits in the receiver', () => {
    let lag = -1;
    const definition = defineStrategy({
      name: 'lagging',
      setup: (ctx) => void ctx.instrument('AAPL'),
      onBook: (_book, ctx) => {
        lag = ctx.lag;
      },
    });
    const { feed, settle } = testEngine([definition]);
    feed.cells[CELL.lagPackets] = 9;
    feed.push(quote('AAPL', 100, 5, 200, 6));
    settle();
    expect(lag).toBe(9);
  });
});

it('the classes that cross to a bundle are the numbers of the shared drawing', () => {
  expect(CLASS).toEqual({
    book: INTEREST.book,
    trade: INTEREST.trade,
    status: INTEREST.status,
    imbalance: INTEREST.imbalance,
  });
});

it('a view cannot be kept by mistake: these do not compile', () => {
  const types = (book$: BorrowedStream<BookView>) => {
    // @ts-expect-error pairwise keeps the view, which is the same object each time
    book$.pipe(pairwise());
    // @ts-expect-error so does anything that does not project first
    book$.pipe(map((book) => book));
    book$.pipe(snapshot(), pairwise());
    book$.pipe(
      select((book, out) => out.set(book.mid)),
      map((mid) => mid.value),
      pairwise(),
    );
  };
  expect(types).toBeTypeOf('function');
});
