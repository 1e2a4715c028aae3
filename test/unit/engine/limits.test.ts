import { describe, expect, it } from 'vitest';
import { createLimits, LIMIT, LIMITS, LimitTable, type RiskLimits } from '../../../engine/risk/limits.ts';

const table = (limits: RiskLimits = {}) => {
  const buffer = createLimits(2, 4);
  const made = new LimitTable(buffer, ['a', 'b']);
  made.configure(limits);
  return { made, buffer };
};

describe('the list of limits', () => {
  it('stands in the order of its columns', () => {
    expect(LIMITS.map(({ name }) => LIMIT[name])).toEqual(LIMITS.map((_, index) => index));
    expect(Object.keys(LIMIT)).toEqual(LIMITS.map(({ name }) => name));
  });

  it('has defaults within its own bounds, for scopes that it has', () => {
    for (const { name, min, max, default: defaults, scopes } of LIMITS) {
      for (const [scope, value] of Object.entries(defaults)) {
        expect(scopes, name).toContain(scope);
        expect(value >= min && value <= max, name).toBe(true);
      }
    }
  });
});

describe('the table of limits', () => {
  it('begins with the defaults; what is configured lies over them', () => {
    const { made } = table({
      maxQuantity: 500,
      refuseLocked: false,
      session: { maxQuantity: 300 },
      eachStrategy: { ordersPerSecond: 10 },
      strategies: { b: { ordersPerSecond: 20, maxNotional: null } },
      eachSymbol: { maxPosition: 7 },
      symbols: { XYZ: { restricted: true } },
    });
    expect(made.get({ of: 'firm' }, 'maxQuantity')).toBe(500);
    expect(made.get({ of: 'firm' }, 'refuseLocked')).toBe(0);
    expect(made.get({ of: 'firm' }, 'collar')).toBe(0.05);
    expect(made.values[made.all + LIMIT.maxQuantity]).toBe(300);
    expect(made.values[made.ofStrategy(0) + LIMIT.ordersPerSecond]).toBe(10);
    expect(made.values[made.ofStrategy(1) + LIMIT.ordersPerSecond]).toBe(20);
    expect(made.values[made.ofStrategy(1) + LIMIT.maxNotional]).toBe(Number.POSITIVE_INFINITY);
    made.nameSymbol(0, 'ABC');
    expect(made.values[made.ofSymbol(0) + LIMIT.maxPosition]).toBe(7);
    expect(made.values[made.ofSymbol(0) + LIMIT.restricted]).toBe(0);
  });

  it('holds a limit for a symbol that nobody trades yet, once it does', () => {
    const { made } = table();
    expect(made.get({ of: 'symbol', name: 'XYZ' }, 'maxQuantity')).toBe(null);
    expect(made.set({ of: 'symbol', name: 'XYZ' }, 'maxQuantity', 100)).toBe(null);
    made.nameSymbol(2, 'XYZ');
    expect(made.values[made.ofSymbol(2) + LIMIT.maxQuantity]).toBe(100);
    expect(made.set({ of: 'symbol', name: 'XYZ' }, 'maxQuantity', 50)).toBe(100);
    expect(made.values[made.ofSymbol(2) + LIMIT.maxQuantity]).toBe(50);
  });

  it('is the same for another thread that has the memory', () => {
    const { made, buffer } = table();
    const other = new LimitTable(buffer, ['a', 'b']);
    made.set({ of: 'symbol', name: 'XYZ' }, 'maxPosition', 9);
    made.set({ of: 'strategy', name: 'a' }, 'reduceOnly', 1);
    expect(other.get({ of: 'symbol', name: 'XYZ' }, 'maxPosition')).toBe(9);
    expect(other.entries()).toContainEqual({ scope: { of: 'symbol', name: 'XYZ' }, name: 'maxPosition', value: 9 });
    expect(other.entries()).toContainEqual({ scope: { of: 'strategy', name: 'a' }, name: 'reduceOnly', value: 1 });
    expect(other.entries()).toEqual(made.entries());
  });

  it('takes the stricter of firm and session, and gives it back', () => {
    const { made } = table();
    expect(made.set({ of: 'session' }, 'maxQuantity', 5)).toBe(null);
    expect(made.values[made.all + LIMIT.maxQuantity]).toBe(5);
    expect(made.set({ of: 'session' }, 'maxQuantity', null)).toBe(5);
    expect(made.values[made.all + LIMIT.maxQuantity]).toBe(10_000);
    made.set({ of: 'session' }, 'reduceOnly', 1);
    expect(made.values[made.all + LIMIT.reduceOnly]).toBe(1);
  });

  it('refuses what is no limit, no scope of it and no value of it, and changes nothing', () => {
    const { made } = table();
    const before = made.entries();
    const set = (name: string, value: number | null, scope: Parameters<typeof made.set>[0] = { of: 'firm' }) => {
      return () => made.set(scope, name, value);
    };
    expect(set('maxQuantiti', 1)).toThrow(/did you mean maxQuantity/);
    expect(set('toString', 1)).toThrow(/There is no limit/);
    expect(set('maxGross', 1, { of: 'symbol', name: 'A' })).toThrow(/maxGross cannot be set for symbol:A/);
    expect(set('maxQuantity', 1, { of: 'strategy', name: 'c' })).toThrow(/no strategy c/);
    expect(set('maxQuantity', 1, { of: 'symbol', name: 'ÄÖ' })).toThrow(/not a symbol/);
    for (const value of [-1, 1.5, 1e10, Number.NaN]) expect(set('maxQuantity', value)).toThrow(/whole number from 0/);
    expect(set('reduceOnly', 2)).toThrow(/on \(1\) or off \(0\)/);
    expect(() => made.configure({ strategies: { c: { maxQuantity: 1 } } })).toThrow(/no strategy c/);
    expect(made.entries()).toEqual(before);
  });

  it('has room for the symbols of a run and some more, and says when there is none', () => {
    const { made } = table();
    for (let index = 0; index < 1_028; index += 1) made.set({ of: 'symbol', name: `S${index}` }, 'restricted', 1);
    expect(() => made.set({ of: 'symbol', name: 'LAST' }, 'restricted', 1)).toThrow(/raise maxInstruments/);
  });
});
