import { plural } from '../report/format.ts';

/** Of what the simulator's playback says of itself. */
interface Unsent {
  readonly sendErrors: number;
  readonly sendDrops: number;
}

/** The feed was not whole when it left: what the engine lacks was never on the wire. @returns undefined where it was */
export function unsentSentence({ sendErrors, sendDrops }: Unsent): string | undefined {
  const sentences = [
    sendErrors > 0 &&
      `The simulator could not send ${plural(sendErrors, 'packet')}, which the system refused: check the feed's interface and route (\`ip -s link\`), and run again`,
    sendDrops > 0 &&
      `The simulator's interface threw away ${plural(sendDrops, 'packet')} for want of room: send slower (--speed, --rate), or more messages a packet (--messages-per-packet)`,
  ].filter((sentence) => sentence !== false);
  return sentences.length === 0 ? undefined : sentences.join(' · ');
}
