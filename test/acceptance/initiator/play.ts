import { setTimeout as sleep } from 'node:timers/promises';
import type { Definition, Step } from './definition.ts';
import { PATIENCE_MS, VENUE_STEPS } from './definition.ts';
import { difference, encode, exactly, fieldsOf, type Ids, isAs, timeMs, withHeaderFields } from './fields.ts';
import { InitiatorProcess } from './initiator-process.ts';
import { Venue } from './venue.ts';

/** Times are cut off to milliseconds, and the clocks of two processes differ by as much. */
const ROUNDING_MS = 3;
const LAST_WORDS_MS = 100;

/** Plays one definition against an initiator of its own. @throws with file and line where something is not as expected */
export async function play(definition: Definition): Promise<void> {
  const venue = new Venue();
  await venue.listen();
  let initiator: InitiatorProcess | undefined;
  try {
    const { session, numbers, rxBytes, validate } = definition;
    initiator = await InitiatorProcess.open({ port: venue.port, session, numbers, rxBytes, validate });
    await Promise.race([playAll(new Game(definition, venue, initiator), definition), initiator.death]);
    if (venue.unread() !== '') throw new Error(`${definition.file}: at the end it said ${venue.unread()}`);
    const unheard = (await initiator.over()).filter((line) => !line.startsWith('logout '));
    if (unheard.length > 0)
      throw new Error(`${definition.file}: at the end its application heard ${unheard.join(', ')}`);
  } catch (error) {
    // A connection that ends may be the first sign of a process that does.
    if (initiator !== undefined) await Promise.race([initiator.death, sleep(LAST_WORDS_MS)]);
    initiator?.kill();
    throw error;
  } finally {
    venue.destroy();
  }
}

async function playAll(game: Game, definition: Definition): Promise<void> {
  for (const step of definition.steps) await game.take(step);
}

class Game {
  readonly #file: string;
  readonly #venue: Venue;
  readonly #initiator: InitiatorProcess;
  readonly #definition: Definition;
  /** How we sign, and how it does. */
  readonly #ours: Ids;
  readonly #its: Ids;
  /** SendingTime(52) of its last message. */
  #lastSentMs = Date.now();

  constructor(definition: Definition, venue: Venue, initiator: InitiatorProcess) {
    const { beginString, senderCompId, targetCompId } = definition.session;
    this.#file = definition.file;
    this.#definition = definition;
    this.#venue = venue;
    this.#initiator = initiator;
    this.#ours = { beginString, sender: targetCompId, target: senderCompId };
    this.#its = { beginString, sender: senderCompId, target: targetCompId };
  }

  async take(step: Step): Promise<void> {
    try {
      if (!VENUE_STEPS.has(step.name)) await this.#initiator.tell(`${step.name} ${step.text}`.trim());
      else await this.#steps[step.name](step);
    } catch (error) {
      throw new Error(`${this.#file}:${step.line}: ${step.name} ${step.text}: ${(error as Error).message}`);
    }
  }

  readonly #steps: Record<string, (step: Step) => unknown> = {
    accept: ({ window }) => this.#venue.accept(window[1]),
    logon: () => this.#logon(),
    reply: ({ text }) => this.#venue.write(encode(text, this.#ours)),
    bytes: ({ text }) => this.#venue.write(exactly(text)),
    hold: () => this.#venue.hold(),
    release: ({ text }) => this.#venue.release(Number(text)),
    expect: (step) => this.#expect(step.text, step.window),
    silence: ({ text }) => this.#silence(Number(text)),
    wait: ({ text }) => sleep(Number(text)),
    closed: (step) => this.#closed(step.window),
    close: () => this.#venue.close(false),
    'half-close': () => this.#venue.halfClose(),
    reset: () => this.#venue.close(true),
    deaf: () => this.#venue.deafen(),
    listen: () => this.#venue.listen(),
    hears: ({ text, window }) => this.#hears(text, window[1]),
    logs: ({ text, window }) => this.#initiator.logs(text, window[1]),
  };

  async #logon(): Promise<void> {
    const { heartBtIntMs, defaultApplVerId } = this.#definition.session;
    const [out, back] = this.#definition.numbers;
    const fields = `98=0|108=${heartBtIntMs / 1_000}|${defaultApplVerId === undefined ? '' : `1137=${defaultApplVerId}|`}`;
    await this.#initiator.tell('start');
    await this.#venue.accept(PATIENCE_MS);
    await this.#expect(`35=A|34=${out}|${fields}`, [0, PATIENCE_MS]);
    this.#venue.write(encode(`35=A|34=${back}|${fields}`, this.#ours));
    await this.#hears('logon', PATIENCE_MS);
  }

  /** Its own clock says when it spoke: how late we hear it does not matter. */
  async #expect(text: string, [leastMs, mostMs]: [number, number]): Promise<void> {
    const fields = await this.#venue.message(PATIENCE_MS);
    // 8, 9 and 10 were verified as the message was cut.
    const actual = fields.slice(2, -1);
    const expected = withHeaderFields(text, this.#its);
    const wrong = difference(expected, actual, this.#venue.sentTimes);
    if (wrong !== '') throw new Error(`${wrong}\n  in ${fields.map((field) => field.join('=')).join('|')}|`);
    if (fields[0][1] !== this.#its.beginString) throw new Error(`BeginString ${fields[0][1]}`);
    const sentMs = timeMs(fields.find(([tag]) => tag === '52')?.[1] ?? '');
    const tookMs = sentMs - this.#lastSentMs;
    this.#lastSentMs = sentMs;
    if (leastMs > 0 && tookMs < leastMs - ROUNDING_MS) throw new Error(`after ${tookMs} ms: too soon`);
    if (tookMs > mostMs) throw new Error(`after ${tookMs} ms: too late`);
  }

  async #closed([leastMs, mostMs]: [number, number]): Promise<void> {
    await this.#venue.closed(mostMs);
    const tookMs = Date.now() - this.#lastSentMs;
    if (leastMs > 0 && tookMs < leastMs - ROUNDING_MS) throw new Error(`after ${tookMs} ms: too soon`);
  }

  async #silence(ms: number): Promise<void> {
    await sleep(ms);
    const surprise = this.#venue.surprise();
    if (surprise !== '') throw new Error(surprise);
  }

  async #hears(text: string, withinMs: number): Promise<void> {
    const line = await this.#initiator.hears(withinMs);
    if (!text.startsWith('app ') || !line.startsWith('app ')) {
      if (!isAs(text, line)) throw new Error(`it heard ${line}`);
      return;
    }
    const expected = withHeaderFields(text.slice('app '.length).replaceAll('<soh>', '|'), this.#ours);
    const wrong = difference(expected, fieldsOf(line.slice('app '.length)), this.#venue.sentTimes);
    if (wrong !== '') throw new Error(`${wrong} as it heard ${line}`);
  }
}
