import type { RecoveredOrder } from '../domain/recovery-report.ts';

/** One line for people about one order. */
export function findingSentence({ finding, ordinal, clOrdId, symbol, side, was, is, ...rest }: RecoveredOrder): string {
  const what = `${side} order ${clOrdId ?? ordinal} of ${symbol === '' ? 'an unknown instrument' : symbol}`;
  const executed = rest.executed === 0 ? '' : `, ${Math.abs(rest.executed)} executed that nobody had told`;
  const leaves = rest.leaves === 0 ? '' : `, ${rest.leaves} still working`;
  switch (finding) {
    case 'unknown':
      return `The venue has a ${what} that the journal does not know${leaves}.`;
    case 'foreign':
      return `The venue has a ${what} on this session that hotlap has not sent${leaves}; it is left alone.`;
    case 'unanswered':
      return `The venue has not said what became of the ${what} (${was}).`;
    default:
      return `The ${what} was ${was} here and is ${is} at the venue${executed}${leaves}.`;
  }
}
