/** What trades cost. Money is in units of 1/priceScale; rebates are negative. */
export interface Fees {
  /** Adds the fee of one fill to total[0]: a cell, because a result would cost a heap number. */
  charge(total: Float64Array, quantity: number, price: number, maker: boolean): void;
}

/** Default: results show the strategy alone; what a venue charges depends on a contract that is not ours to guess. */
export const NO_FEES: Fees = { charge: () => undefined };

/** Per share, as US equity venues charge: Nasdaq's list price is about 30 for takers and -20 for makers (0.0030 and -0.0020 USD). */
export function perShareFees(takerPerShare: number, makerPerShare: number): Fees {
  return {
    charge(total, quantity, _price, maker) {
      total[0] += quantity * (maker ? makerPerShare : takerPerShare);
    },
  };
}
