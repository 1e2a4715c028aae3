import { ambient } from './ambient.ts';

/** Methods that ask the machine for its time zone or language. */
const LOCAL = /^(?:get|set)(?!UTC|Time$)|^to(?:String|Locale|Date|Time)/;

/**
 * `Date` as a strategy may use it: arithmetic on moments that it was given, in UTC. What asks the machine for its clock,
 * its time zone or its language is refused.
 */
export function loopDate(): DateConstructor {
  class LoopDate extends Date {
    constructor(...given: unknown[]) {
      if (given.length === 0) ambient('new Date()', NOT_OURS);
      const [moment] = given;
      const fits = given.length === 1 && (typeof moment === 'number' || moment instanceof Date);
      if (!fits) ambient('new Date(…) of a text or of several numbers', 'goes by the time zone: use Date.UTC(…)');
      super(Number(moment));
    }

    static override now(): number {
      return ambient('Date.now()', NOT_OURS);
    }

    static override parse(): number {
      return ambient('Date.parse()', 'goes by the time zone: use Date.UTC(…)');
    }
  }
  for (const name of Object.getOwnPropertyNames(Date.prototype).filter((each) => LOCAL.test(each))) {
    const utc = name.replace(/^(get|set)/, '$1UTC');
    const instead = utc !== name && utc in Date.prototype ? `${utc}()` : 'toISOString()';
    Object.defineProperty(LoopDate.prototype, name, {
      value: () => ambient(`${name}() of a Date`, `goes by the machine's time zone: use ${instead}`),
    });
  }
  return new Proxy(LoopDate, { apply: () => ambient('Date()', NOT_OURS) }) as unknown as DateConstructor;
}

const NOT_OURS = "is not the engine's time: use ctx.now";
