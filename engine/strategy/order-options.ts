import { HotlapError } from '../domain/errors.ts';
import { type OrderTerms, POST_ONLY } from '../domain/order-terms.ts';
import { TimeInForce } from '../domain/time-in-force.ts';
import type { OrderOptions } from './context.ts';
import type { StrategyHost } from './host.ts';

/** Options that have been used before, and the number of their terms. */
interface Known {
  readonly options: OrderOptions;
  readonly isMarket: boolean;
  readonly timeInForce: TimeInForce;
  readonly number: number;
}

const OPTIONS: ReadonlySet<string> = new Set(['session', 'account', 'timeInForce', 'postOnly', 'execInst', 'tags']);
/** Not of an order: what else the caller reads from the same object. */
const OF_QUOTES = 'keepWithinTicks';

/** Options of orders to numbers of terms. What was asked for once costs a comparison, and no memory. */
export class OptionTerms {
  private readonly host: StrategyHost;
  private readonly known: Known[] = [];

  constructor(host: StrategyHost) {
    this.host = host;
  }

  /**
   * @param timeInForce where the options say nothing
   * @throws HotlapError ERR_ORDER_OPTIONS
   */
  numberOf(options: OrderOptions | undefined, isMarket: boolean, timeInForce: TimeInForce): number {
    if (options === undefined && !isMarket) return timeInForce;
    const asked = options ?? NONE;
    for (let index = 0; index < this.known.length; index += 1) {
      const known = this.known[index] as Known;
      if (known.isMarket === isMarket && known.timeInForce === timeInForce && isSame(known.options, asked))
        return known.number;
    }
    return this.learn(asked, isMarket, timeInForce);
  }

  private learn(asked: OrderOptions, isMarket: boolean, timeInForce: TimeInForce): number {
    // A copy: the object may be used again for others.
    const options = { ...asked, ...(asked.tags !== undefined && { tags: { ...asked.tags } }) };
    const number = this.numberFor(options, isMarket, timeInForce);
    this.known.push({ options, isMarket, timeInForce, number });
    return number;
  }

  private numberFor(options: OrderOptions, isMarket: boolean, standard: TimeInForce): number {
    const wrong = Object.keys(options).find((name) => !OPTIONS.has(name) && name !== OF_QUOTES);
    if (wrong !== undefined) throw refused(`has no ${wrong}; there are ${[...OPTIONS].join(', ')}`);
    const { session, account, timeInForce = standard, postOnly = false, execInst, tags } = options;
    if (!Object.values(TimeInForce).includes(timeInForce)) throw refused('timeInForce must be one of TimeInForce');
    if (session !== undefined && session !== this.host.session)
      throw refused(`session must be ${this.host.session}, the venue's name: this version trades on one`);
    const isPassive = timeInForce === TimeInForce.Day || timeInForce === TimeInForce.GoodTillCancel;
    if (postOnly && (isMarket || !isPassive))
      throw refused(
        'postOnly is for limit orders that may rest: leave timeInForce out, or make it Day or GoodTillCancel',
      );
    const instructions = [...(postOnly ? [POST_ONLY] : []), ...(execInst === undefined ? [] : [execInst])].join(' ');
    if (!isMarket && account === undefined && instructions === '' && tags === undefined) return timeInForce;
    const terms: OrderTerms = {
      isMarket,
      timeInForce,
      ...(account !== undefined && { account }),
      ...(instructions !== '' && { execInst: instructions }),
      ...(tags !== undefined && { fields: tags }),
    };
    return this.host.terms(terms);
  }
}

const NONE: OrderOptions = Object.freeze({});

const refused = (what: string): HotlapError => new HotlapError('ERR_ORDER_OPTIONS', `Options of an order: ${what}.`);

const isSame = (a: OrderOptions, b: OrderOptions): boolean =>
  a === b ||
  (a.timeInForce === b.timeInForce &&
    a.postOnly === b.postOnly &&
    a.account === b.account &&
    a.session === b.session &&
    a.execInst === b.execInst &&
    areSameTags(a.tags, b.tags));

function areSameTags(a: OrderOptions['tags'], b: OrderOptions['tags']): boolean {
  if (a === undefined || b === undefined) return a === b;
  for (const tag in a) if (a[tag] !== b[tag]) return false;
  for (const tag in b) if (!(tag in a)) return false;
  return true;
}
