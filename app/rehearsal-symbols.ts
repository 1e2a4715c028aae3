/** Symbols of the recording that a rehearsal plays. */
export const REHEARSAL_SYMBOLS = ['AAPL', 'MSFT', 'NVDA', 'AMZN', 'META', 'GOOGL', 'TSLA', 'AMD'];

/** Of the symbols asked for, so many hear of a stand-in; ten thousand on eight symbols would each hear of every event. */
const MOST_HEARD = 64;

/** The n-th of those symbols stands in for the n-th that strategies ask for; names that the recording lacks for what is beyond. */
export function standIns(): (symbol: string) => string {
  const names = new Map<string, string>();
  return (symbol) => {
    const known = names.get(symbol);
    if (known !== undefined) return known;
    const count = names.size;
    const name = count < MOST_HEARD ? REHEARSAL_SYMBOLS[count % REHEARSAL_SYMBOLS.length] : `#${count}`;
    names.set(symbol, name);
    return name;
  };
}
