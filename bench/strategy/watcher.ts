/** What a strategy has that watches many instruments: a pipeline of operators for each. It sends nothing. */
import { merge } from 'rxjs';
import { crossesAbove, defineStrategy, ema, microprice, param } from '../../engine/index.ts';

const WINDOW = 20;
/** Above every price. */
const NEVER = 1e12;

export default defineStrategy({
  name: 'watcher',
  params: {
    symbols: param.string('', { description: 'File with a symbol a line.' }),
    listens: param.boolean(true, { description: 'Off: it asks for the instruments and hears of none.' }),
  },
  load: async ({ readText, params }) => (await readText(params.symbols)).trim().split('\n'),
  setup(ctx) {
    const watched = ctx.data.map((symbol) => ctx.instrument(symbol));
    if (!ctx.params.listens) return;
    return merge(...watched.map(({ book$ }) => book$.pipe(microprice(), ema(WINDOW), crossesAbove(NEVER))));
  },
});
