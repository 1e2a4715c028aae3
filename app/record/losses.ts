/** What a recording has lost, told the moment it happens, and added up. */
import type { RecorderInput } from '../../native/index.ts';
import { integer, plural } from '../../report/format.ts';
import type { OpenedInput } from './open-inputs.ts';

/** A loss goes on for a while: a line a second says enough. */
const TELL_EVERY_MS = 1_000;

/** Of one input, for whatever reason. */
export const lostOf = ({ dropped, groups }: RecorderInput): number =>
  groups.reduce((sum, { crowdedOut }) => sum + crowdedOut, dropped);

export class LossTeller {
  readonly #inputs: readonly OpenedInput[];
  readonly #ringBytes: number;
  readonly #warn: (text: string) => void;
  readonly #dropped = new Map<string, number>();
  #toldMs = Number.NEGATIVE_INFINITY;

  constructor(inputs: readonly OpenedInput[], ringBytes: number, warn: (text: string) => void) {
    this.#inputs = inputs;
    this.#ringBytes = ringBytes;
    this.#warn = warn;
  }

  /** @param last also what has been kept back */
  look(now: readonly RecorderInput[], last = false): void {
    const sentences = now.flatMap((input, index) => this.#news(input, this.#inputs[index] as OpenedInput));
    if (sentences.length === 0 || (!last && performance.now() - this.#toldMs < TELL_EVERY_MS)) return;
    this.#toldMs = performance.now();
    for (const { key, count, text } of sentences) {
      this.#dropped.set(key, count);
      this.#warn(text);
    }
  }

  #news(input: RecorderInput, { transport, interface: name, groups }: OpenedInput) {
    const since = (key: string, count: number, text: (more: number) => string) => {
      const more = count - (this.#dropped.get(key) ?? 0);
      return more > 0 ? [{ key, count, text: text(more) }] : [];
    };
    const where = transport.receiveBufferBytes === undefined ? `the ring of ${name}` : "the socket's receive buffer";
    const mib = `${integer(this.#ringBytes / 2 ** 20)} MiB`;
    return [
      ...since(
        `transport ${name} ${groups[0]}`,
        input.dropped,
        (more) => `${plural(more, 'packet')} of ${groups.join(', ')} lost: ${where} was full before they were taken.`,
      ),
      ...input.groups.flatMap(({ group, crowdedOut }) =>
        since(
          `ring ${group}`,
          crowdedOut,
          (more) =>
            `${plural(more, 'packet')} of ${group} lost: the disk is too slow, and the ${mib} that wait for it were full (--buffer).`,
        ),
      ),
    ];
  }
}
