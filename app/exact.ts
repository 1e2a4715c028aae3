import { Decimal } from 'decimal.js';

/** Sums, products and halves of what is counted in a day have far less digits: nothing is ever rounded. */
export const Exact = Decimal.clone({ precision: 200 });
export type Exact = Decimal;
