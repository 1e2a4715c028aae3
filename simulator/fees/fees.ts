/** Finer than any price list, so that what trades cost is a whole number and its sums are exact. */
export const FEE_DECIMALS = 8;

/** What trades cost, in 1/10^FEE_DECIMALS of the currency; rebates are negative. */
export interface Fees {
  /** Adds the fee of one fill to total[0]: a cell, because a result would cost a heap number. */
  charge(total: Float64Array, quantity: number, price: number, isMaker: boolean): void;
}

/** Default: results show the strategy alone; what a venue charges depends on a contract that is not ours to guess. */
export const NO_FEES: Fees = { charge: () => undefined };

/** Per share in the currency, as US equity venues charge: Nasdaq's list price is about 0.0030 USD for takers, -0.0020 for makers. */
export function perShareFees(takerPerShare: number, makerPerShare: number): Fees {
  const taker = Math.round(takerPerShare * 10 ** FEE_DECIMALS);
  const maker = Math.round(makerPerShare * 10 ** FEE_DECIMALS);
  return {
    charge(total, quantity, _price, isMaker) {
      total[0] += quantity * (isMaker ? maker : taker);
    },
  };
}
