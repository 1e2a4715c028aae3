import { asciiBytes, type MessageTemplate, type TemplateBuilder } from 'fix-parser';
import { HotlapError } from '../engine/domain/errors.ts';
import type { OrderTerms } from '../engine/domain/order-terms.ts';
import { HEADER_TAGS, type OrderDialect, OWN_TAGS, wholeFields } from './order-dialect.ts';
import type { FixSession } from './session/session.ts';

/** OrdType(40). */
const MARKET = 0x31;
const LIMIT = 0x32;
/** Slots of a template that the terms of an order decide; each message has some of them. */
export interface TermsSlots {
  readonly account: number;
  readonly execInst?: number;
  readonly ordType?: number;
  readonly timeInForce?: number;
}

/** A message in its place among the session's, and the terms that it shows: they are written where the next order's are others. */
export class OrderTemplate<Slots extends TermsSlots = TermsSlots> {
  readonly message: MessageTemplate;
  readonly slots: Slots;
  shown = -1;

  constructor(session: FixSession, slots: Slots & { readonly builder: TemplateBuilder }) {
    this.message = session.place(slots.builder);
    this.slots = slots;
  }
}

/** Terms of orders as this venue gets them: bytes that lie ready under the number that an order carries. */
export class OrderTermsBytes {
  readonly #dialect: OrderDialect;
  readonly #account: Uint8Array[] = [];
  readonly #execInst: Uint8Array[] = [];
  /** The digit, and behind it whole fields. */
  readonly #timeInForce: Uint8Array[] = [];
  readonly #market: boolean[] = [];

  constructor(dialect: OrderDialect) {
    this.#dialect = dialect;
    for (let plain = 0; plain <= 9; plain++) this.#put(plain, { isMarket: false, timeInForce: 0 }, plain);
  }

  /** @throws HotlapError ERR_ORDER_OPTIONS */
  add(number: number, terms: OrderTerms): void {
    const { account, execInst, fields = {} } = terms;
    refuseText('account', account, 64);
    refuseText('execInst', execInst, 64);
    const configured = this.#dialect.fields?.NewOrderSingle ?? {};
    for (const [tag, value] of Object.entries(fields)) {
      if (!/^[1-9]\d{0,7}$/.test(tag))
        throw refusal(`${tag} among \`tags\` is no tag: give a number from 1 to 99999999.`);
      if (OWN_TAGS.has(Number(tag)) || Object.hasOwn(configured, tag))
        throw refusal(`${tag} among \`tags\` is written already: leave it out.`);
      if (HEADER_TAGS.has(tag))
        throw refusal(`${tag} among \`tags\` is of the header: configure it in \`orders.fields\` of the venue.`);
      refuseText(`tags[${tag}]`, value, 256);
    }
    this.#put(number, terms, terms.timeInForce);
  }

  isMarket(number: number): boolean {
    return this.#market[number];
  }

  show(template: OrderTemplate, number: number): void {
    if (template.shown === number) return;
    template.shown = number;
    const { message, slots } = template;
    const account = this.#account[number];
    if (slots.account >= 0) message.setBytes(slots.account, account, 0, account.length);
    if (slots.execInst !== undefined) {
      const execInst = this.#execInst[number];
      message.setBytes(slots.execInst, execInst, 0, execInst.length);
    }
    if (slots.ordType !== undefined) message.setChar(slots.ordType, this.#market[number] ? MARKET : LIMIT);
    if (slots.timeInForce !== undefined) {
      const timeInForce = this.#timeInForce[number];
      message.setBytes(slots.timeInForce, timeInForce, 0, timeInForce.length);
    }
  }

  #put(number: number, terms: OrderTerms, timeInForce: number): void {
    const { account, execInst } = this.#dialect;
    this.#account[number] = asciiBytes(terms.account ?? account ?? '');
    this.#execInst[number] = asciiBytes([execInst, terms.execInst].filter((part) => part !== undefined).join(' '));
    const fields = Object.entries(terms.fields ?? {}).map(([tag, value]) => `${tag}=${value}`);
    this.#timeInForce[number] = wholeFields([String(timeInForce), ...fields]);
    this.#market[number] = terms.isMarket;
  }
}

const refusal = (what: string): HotlapError => new HotlapError('ERR_ORDER_OPTIONS', `Options of an order: ${what}`);

function refuseText(name: string, value: string | undefined, most: number): void {
  if (value === undefined || (typeof value === 'string' && /^[\x20-\x7e]+$/.test(value) && value.length <= most))
    return;
  throw refusal(`${name} must be 1 to ${most} printable characters.`);
}
