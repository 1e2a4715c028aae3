/** By which transport a feed comes and orders leave, and what was passed over for it, in words: at the start and in the summary. */
import { integer } from './format.ts';
import { EXCLUDED_BY_POLICY, type PassedOver, type ReceiveTransport, type SendTransport } from './run-result.ts';

/** `kernel, not accelerated: why`. */
export function transportText({ backend, accelerated, reason }: SendTransport): string {
  const because = reason === '' ? '' : `: ${reason.replace(/\.$/, '')}`;
  return `${backend}, ${accelerated ? 'accelerated' : 'not accelerated'}${because}`;
}

export function chosenText(rx: ReceiveTransport): string {
  const extras = [
    rx.zeroCopy && 'zero copy',
    `time stamps by ${rx.timestampSource}`,
    rx.receiveBufferBytes !== undefined && `receive buffer ${integer(rx.receiveBufferBytes / 1024)} KiB`,
  ].filter((text) => text !== false);
  return `${transportText(rx)}; ${extras.join(', ')}`;
}

type Passing = Pick<SendTransport, 'passedOver'>;

/** Something else was preferred, was tried, and could not be had; a policy's exclusion is what the user has asked for. */
export const isFallback = ({ passedOver }: Passing): boolean => passedOver?.some(wasTried) ?? false;

const wasTried = ({ code }: PassedOver): boolean => code !== EXCLUDED_BY_POLICY;

export const passedOverTexts = ({ passedOver }: Passing): string[] =>
  (passedOver ?? []).map((each) => {
    const text = `${each.backend}: ${each.reason}`;
    return wasTried(each) ? `FELL BACK from ${text}` : `Passed over ${text}`;
  });

/** One line each at the start. */
export const receiveSentence = (rx: ReceiveTransport): string =>
  `${[`Receiving the feed by ${chosenText(rx)}`, ...passedOverTexts(rx)].join('. ')}.`;

export const sendSentence = (tx: SendTransport): string =>
  `${[`Sending orders by ${transportText(tx)}`, ...passedOverTexts(tx)].join('. ')}.`;
