/** A new version in the place of a strategy, between two events. */
import { MessageChannel } from 'node:worker_threads';
import { filter, throwError } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import type { ControlAnswer, ControlCommand, EngineOptions } from '../../../engine/engine.ts';
import { defineStrategy, param, Side, select } from '../../../engine/index.ts';
import { TurnWatch } from '../../../engine/loop/turn-watch.ts';
import type { StrategyDefinition } from '../../../engine/strategy/define-strategy.ts';
import { strategyBundle } from '../../../engine/strategy/runtime.ts';
import { INTEREST } from '../../../native/layout.ts';
import { quote } from '../../support/engine/fake-feed.ts';
import { testEngine } from '../../support/engine/test-engine.ts';

const TICK = quote('AAPL', 3_200_000, 100, 3_201_000, 100);

// biome-ignore lint/suspicious/noExplicitAny: each strategy has parameters of its own
type Definition = StrategyDefinition<any, any>;

const channels: MessageChannel[] = [];
afterEach(() => {
  for (const { port1 } of channels.splice(0)) port1.close();
});

/** An engine of one strategy, `s0`, and its versions by name. */
function swappable(first: Definition, versions: Record<string, Definition>, options: Partial<EngineOptions> = {}) {
  const channel = new MessageChannel();
  channels.push(channel);
  const answers: ControlAnswer[] = [];
  const made = testEngine([first], {
    control: channel.port2,
    answer: (answer) => answers.push(answer),
    versionOf: (name) => {
      const found = versions[name];
      return found && { bundle: strategyBundle(found), data: undefined };
    },
    ...options,
  });
  const told = (command: ControlCommand): ControlAnswer => {
    channel.port1.postMessage({ ...command, id: 1 });
    for (let turn = 0; turn < 600; turn += 1) made.engine.turn();
    return answers.pop() as ControlAnswer;
  };
  const swap = (version: string): ControlAnswer => told({ kind: 'swap', strategy: 's0', version, file: '' });
  const tick = (event = TICK): void => {
    made.feed.push(event);
    made.settle();
  };
  return { ...made, told, swap, tick };
}

/** Counts what it hears and says it when asked. */
const counter = (name: string, said: string[], more: Partial<Definition> = {}): Definition =>
  defineStrategy({
    name: 'counter',
    setup(ctx) {
      ctx.instrument('AAPL');
      const count = ctx.cells('count', 1);
      ctx.timer$.subscribe(() => void said.push(`${name} ${count[0]}`));
      return ctx.instrument('AAPL').book$.pipe(
        select((book, out) => out.set(book.bidSize(0))),
        filter(() => {
          count[0] = (count[0] as number) + 1;
          said.push(`${name} ${count[0]}`);
          return false;
        }),
      );
    },
    ...more,
  }) as Definition;

describe('a swap', () => {
  it('tells the longest turn when it is asked, and in a run that ends before that', () => {
    const clock = { ns: 0 };
    const turnWatch = new TurnWatch(() => clock.ns);
    const versions = { second: counter('second', []), third: counter('third', []) };
    const { engine, swap, told } = swappable(counter('first', []), versions, { turnWatch });
    const longest = (): (number | null)[] => engine.stats().swaps.map(({ longestTurnNs }) => longestTurnNs);
    const heldUp = (ns: number): void => {
      turnWatch.turnOn();
      clock.ns += ns;
      turnWatch.end();
    };
    heldUp(700);
    swap('second');
    expect(longest()).toEqual([700]);
    expect(told({ kind: 'turns' })).toMatchObject({ ok: true, data: 700 });
    heldUp(900);
    swap('third');
    expect(longest()).toEqual([700, 900]);
  });

  it('takes the numbers under names along, and the old version hears nothing more', () => {
    const said: string[] = [];
    const { tick, swap } = swappable(counter('old', said), { new: counter('new', said) });
    tick();
    tick();
    expect(swap('new')).toMatchObject({ ok: true, sentence: 's0 runs its new version from now on.' });
    tick();
    expect(said).toEqual(['old 1', 'old 2', 'new 3']);
  });

  it('gives restore what state returned, behind setup and before any stream emits', () => {
    const said: string[] = [];
    const version = (name: string): Definition =>
      counter(name, said, {
        state: () => ({ from: name, levels: [1.5, null] }),
        restore: (state) => void said.push(`${name} restores ${JSON.stringify(state)}`),
        onStart: () => void said.push(`${name} starts`),
        onStop: () => void said.push(`${name} stops`),
      });
    const { tick, swap } = swappable(version('old'), { new: version('new') });
    tick();
    expect(swap('new').ok).toBe(true);
    tick();
    expect(said).toEqual(['old starts', 'old 1', 'new restores {"from":"old","levels":[1.5,null]}', 'new 2']);
  });

  it('ends the old version’s timers, and only those', () => {
    const said: string[] = [];
    const timed = (name: string, ms: number): Definition =>
      defineStrategy({
        name: 'timed',
        setup: (ctx) => void ctx.every(ms, name),
        onTimer: (timer) => void said.push(timer),
      }) as Definition;
    const { tick, swap } = swappable(timed('old', 1), { new: timed('new', 2) });
    tick();
    swap('new');
    tick({ ...TICK, timeNs: 1_500_000 });
    tick({ ...TICK, timeNs: 2_500_000 });
    expect(said).toEqual(['new']);
  });

  it('asks the feed for what the new version wants, and no more for what the old one did', () => {
    const wanting = (symbol: string): Definition =>
      defineStrategy({
        name: 'wanting',
        setup: (ctx) => ctx.instrument(symbol).trade$.pipe(select((trade, out) => out.set(trade.price))),
      }) as Definition;
    const { feed, swap } = swappable(wanting('AAPL'), { new: wanting('MSFT') });
    swap('new');
    expect(feed.symbols).toEqual(['AAPL', 'MSFT']);
    expect(feed.interests).toEqual([0, INTEREST.trade]);
  });

  it('leaves orders, and the new version finds them', () => {
    const found: number[] = [];
    const maker = (restore: NonNullable<Definition['restore']>): Definition =>
      defineStrategy({
        name: 'maker',
        setup: (ctx) => void ctx.instrument('AAPL'),
        onBook: (book, ctx) => {
          if (book.bidSize(0) === 100) ctx.orders.limit(ctx.instrument('AAPL'), Side.Buy, book.bidPrice(0), 100);
        },
        state: () => null,
        restore,
      }) as Definition;
    const { tick, swap, gateway, settle } = swappable(
      maker(() => {}),
      {
        new: maker((_state, ctx) => {
          for (const order of ctx.openOrders()) found.push(order.quantity, order.id);
          const refused = ctx.orders.cancel(ctx.openOrders()[0]!);
          if (!refused.ok) found.push(refused.reason.length);
        }),
      },
    );
    tick();
    gateway.acknowledge(1);
    settle();
    expect(swap('new').ok).toBe(true);
    expect(found, 'an order of 100, its number, and NotArmed for a cancel').toEqual([100, 1, 'NotArmed'.length]);
    expect(gateway.sent).toHaveLength(1);
  });

  it('lets quotes go on with the orders that they have', () => {
    const quoting = (price: number): Definition =>
      defineStrategy({
        name: 'quoting',
        setup: (ctx) => void ctx.instrument('AAPL'),
        onBook: (_book, ctx) =>
          void ctx.orders.quote(ctx.instrument('AAPL'), { bids: [{ price, quantity: 100 }], asks: [] }),
      }) as Definition;
    const { tick, swap, gateway, settle } = swappable(quoting(3_199_000), { new: quoting(3_198_000) });
    tick();
    gateway.acknowledge(1);
    settle();
    swap('new');
    tick();
    expect(gateway.sent.map(({ kind, price }) => `${kind} ${price}`)).toEqual(['new 3199000', 'replace 3198000']);
  });

  it('keeps random numbers going, and says what nobody has taken over', () => {
    const drawn: number[] = [];
    const drawing: Definition = defineStrategy({
      name: 'drawing',
      setup: (ctx) => void ctx.instrument('AAPL'),
      onBook: (_book, ctx) => void drawn.push(ctx.random()),
    }) as Definition;
    const keeping = { ...drawing, setup: (ctx) => void [ctx.instrument('AAPL'), ctx.cells('spread', 3)] } as Definition;
    const alone = swappable(drawing, {});
    for (let count = 0; count < 4; count += 1) alone.tick();
    const undisturbed = drawn.splice(0);
    const { tick, swap } = swappable(keeping, { new: drawing });
    tick();
    tick();
    expect(swap('new').sentence).toBe("s0 runs its new version from now on; it has not taken over 'spread'.");
    tick();
    tick();
    expect(drawn).toEqual(undisturbed);
  });
});

describe('parameters over a swap', () => {
  const version = (params: Definition['params']): Definition =>
    defineStrategy({ name: 'with', params, setup: (ctx) => void ctx.instrument('AAPL') }) as Definition;
  const first = version({
    quantity: param.integer(100, { live: true }),
    edge: param.price('0.25', { live: true }),
    gone: param.integer(1, { live: true }),
    other: param.integer(1, { live: true }),
  });

  it('stay where somebody has set them; the others have the new defaults', () => {
    const { told, swap } = swappable(first, {
      new: version({
        quantity: param.integer(7, { live: true }),
        edge: param.price('0.50', { live: true }),
        other: param.string('text'),
        added: param.number(1.5),
      }),
    });
    told({ kind: 'param', strategy: 's0', name: 'edge', value: '0.30' });
    told({ kind: 'param', strategy: 's0', name: 'gone', value: 2 });
    told({ kind: 'param', strategy: 's0', name: 'other', value: 2 });
    expect(swap('new').sentence).toMatch(/of its parameters gone is gone, other was integer and is string/);
    const values = told({ kind: 'parameters' }).data as { name: string; value: unknown }[];
    expect(values.map(({ name, value }) => `${name}=${value}`)).toEqual([
      'quantity=7',
      'edge=0.3000',
      'other=text',
      'added=1.5',
    ]);
  });

  it('refuse the version whose bounds they are out of', () => {
    const { told, swap } = swappable(first, { new: version({ quantity: param.integer(7, { max: 10, live: true }) }) });
    told({ kind: 'param', strategy: 's0', name: 'quantity', value: 50 });
    expect(swap('new')).toMatchObject({
      ok: false,
      sentence:
        'The new version of s0 is refused, and the version before trades on: Parameter quantity must be at most 10, not 50.',
    });
    told({ kind: 'param', strategy: 's0', name: 'quantity', value: 51 });
    expect((told({ kind: 'parameters' }).data as { value: unknown }[])[0]!.value).toBe(51);
  });
});

describe('a version is refused, and the one before trades on,', () => {
  const said: string[] = [];
  const refusedOf = (version: Definition, first = counter('old', said)): ControlAnswer => {
    said.length = 0;
    const { tick, swap, feed, engine, told } = swappable(first, { new: version });
    tick();
    const interests = [...feed.interests];
    const answer = swap('new');
    expect(answer.ok).toBe(false);
    tick();
    tick({ ...TICK, timeNs: 5_000_000 });
    expect(feed.interests.slice(0, 1)).toEqual(interests);
    expect(said.filter((line) => line !== 'new 1')).toEqual(['old 1', 'old 2', 'old 3']);
    expect(engine.stats().strategies[0]!.state).toBe('running');
    expect(engine.stats().swaps).toEqual([]);
    expect(told({ kind: 'param', strategy: 's0', name: 'x', value: 1 }).ok).toBe(false);
    return answer;
  };
  const before = 'The new version of s0 is refused, and the version before trades on: ';

  it('when its setup throws', () => {
    const answer = refusedOf(
      counter('new', said, {
        setup: (ctx) => {
          ctx.every(1, 'never');
          ctx.instrument('AAPL').book$.subscribe(() => void said.push('never'));
          throw new Error('no such model');
        },
        onTimer: () => void said.push('never'),
      }),
    );
    expect(answer.sentence).toBe(`${before}no such model`);
    expect((answer.data as { stack: string }).stack).toContain('swap.test.ts');
  });

  it('when its stream fails as it is subscribed to', () => {
    const answer = refusedOf(
      counter('new', said, {
        setup: () => throwError(() => new Error('no pipe')),
      }),
    );
    expect(answer.sentence).toBe(`${before}no pipe`);
  });

  it('when its numbers do not fit', () => {
    const answer = refusedOf(counter('new', said, { setup: (ctx) => void ctx.cells('count', 2) }));
    expect(answer.sentence).toContain("'count' was cells(1) and is cells(2) now: its numbers do not fit.");
  });

  it('when it has no restore for what state returned, or its restore throws', () => {
    const keeping = counter('old', said, { state: () => ({ a: 1 }) });
    expect(refusedOf(counter('new', said), keeping).sentence).toContain('no `restore` to take it up');
    const restore = (): never => {
      throw new Error('no a');
    };
    expect(refusedOf(counter('new', said, { restore }), keeping).sentence).toBe(`${before}no a`);
  });

  it('when the state is no JSON, with the path', () => {
    const keeping = counter('old', said, { state: () => ({ levels: [1, { price: Number.NaN }] }) });
    expect(refusedOf(counter('new', said, { restore: () => {} }), keeping).sentence).toContain(
      'state().levels[1].price is NaN, which JSON does not carry',
    );
  });

  it('when it is another strategy, or unknown', () => {
    expect(refusedOf(counter('new', said, { name: 'another' })).sentence).toBe(
      's0 is the strategy counter, and the new version is called another: a version keeps the name.',
    );
    const { swap, told } = swappable(counter('old', said), {});
    expect(swap('none').sentence).toMatch(/There is no version none of s0/);
    expect(told({ kind: 'swap', strategy: 's9', version: 'none', file: '' }).sentence).toMatch(
      /There is no strategy s9/,
    );
  });
});

describe('a strategy that has faulted', () => {
  it('comes back by a swap, without its state; its kill stands until it is released', () => {
    const said: string[] = [];
    const broken = counter('old', said, {
      onBook: () => {
        throw new Error('broken');
      },
      state: () => 1,
    });
    const mended = counter('new', said, {
      onStart: () => void said.push('new starts'),
      onBook: (book, ctx) =>
        void said.push(
          ctx.orders.limit(ctx.instrument('AAPL'), Side.Buy, book.bidPrice(0), 100).ok ? 'sent' : 'refused',
        ),
    });
    const other = defineStrategy({ name: 'other', setup: (ctx) => void ctx.instrument('MSFT') }) as Definition;
    const channel = new MessageChannel();
    channels.push(channel);
    const answers: ControlAnswer[] = [];
    const { engine, feed, settle } = testEngine([broken, other], {
      control: channel.port2,
      answer: (answer) => answers.push(answer),
      versionOf: () => ({ bundle: strategyBundle(mended), data: undefined }),
    });
    const told = (command: ControlCommand): ControlAnswer => {
      channel.port1.postMessage({ ...command, id: 1 });
      for (let turn = 0; turn < 600; turn += 1) engine.turn();
      return answers.pop() as ControlAnswer;
    };
    feed.push(TICK);
    settle();
    expect(engine.stats().strategies[0]!.state).toBe('faulted');
    expect(told({ kind: 'swap', strategy: 's0', version: 'new', file: '' }).sentence).toBe(
      's0 runs its new version from now on; it had faulted and begins anew, without the state it had; its kill holds until `hotlap ctl release strategy:s0`.',
    );
    said.length = 0;
    feed.push(TICK);
    settle();
    expect(told({ kind: 'release', scope: { of: 'strategy', name: 's0' } }).ok).toBe(true);
    feed.push(TICK);
    settle();
    expect(said).toEqual(['refused', 'new 1', 'sent', 'new 2']);
    expect(engine.stats().strategies[0]).toMatchObject({ state: 'running', fault: null });
    expect(engine.stats().swaps[0]).toMatchObject({ strategy: 's0', version: 'new', isRevived: true });
  });
});
