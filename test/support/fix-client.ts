import type { ByteStream } from '../../gateway/index.ts';
import { STREAM } from '../../native/layout.ts';

const HEADER_AND_NOISE = new Set(['8', '9', '34', '49', '52', '56', '10', '60', '17']);

/** A FIX peer in words: fields as `35=D|11=A1|…`, numbered, framed and summed here, in its own plain way. */
export class FixClient {
  readonly stream: ByteStream;
  seq = 1;
  /** Every message that has come in, whole. */
  readonly heard: string[] = [];
  readonly #sender: string;
  readonly #target: string;
  #text = '';

  constructor(stream: ByteStream, sender: string, target: string) {
    this.stream = stream;
    this.#sender = sender;
    this.#target = target;
    stream.open();
  }

  sends(fields: string): void {
    const [type, ...rest] = fields.split('|').filter((field) => field !== '');
    const sendingTime = '20260105-14:30:00.000';
    const body = [type, `49=${this.#sender}`, `56=${this.#target}`, `34=${this.seq++}`, `52=${sendingTime}`, ...rest];
    const text = `${body.join('\x01')}\x01`;
    const head = `8=FIX.4.4\x019=${text.length}\x01`;
    let sum = 0;
    for (const byte of Buffer.from(head + text, 'latin1')) sum += byte;
    const message = Buffer.from(`${head}${text}10=${String(sum & 255).padStart(3, '0')}\x01`, 'latin1');
    this.stream.tx.set(message, 0);
    if (this.stream.send(0, message.length, 0) !== message.length) throw new Error('the stream did not take it');
  }

  /** What has come in since, message by message, without header, times and ExecID; `all` keeps these. */
  receives(all = false): string[] {
    while (this.stream.poll() !== 0);
    const { rx, cells } = this.stream;
    this.#text += Buffer.from(rx.subarray(cells[STREAM.rxStart], cells[STREAM.rxEnd])).toString('latin1');
    cells[STREAM.rxStart] = cells[STREAM.rxEnd];
    const messages = this.#text.split(/(?<=\x0110=\d{3}\x01)/);
    this.#text = messages.at(-1)?.endsWith('\x01') === false ? messages.pop()! : '';
    return messages
      .filter((message) => message !== '')
      .map((message) => {
        const fields = message.split('\x01').filter((field) => field !== '');
        this.heard.push(`${fields.join('|')}|`);
        const kept = all ? fields : fields.filter((field) => !HEADER_AND_NOISE.has(field.split('=')[0]));
        return `${kept.join('|')}|`;
      });
  }
}
