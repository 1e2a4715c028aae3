/** What an order needs to know of an instrument. Instruments are per venue. */
export interface Instrument {
  /** Dense number that the feed and the gateway know it by. */
  readonly handle: number;
  readonly symbol: string;
  /** Prices are integers of 1/priceScale: 10,000 for TotalView-ITCH. */
  readonly priceScale: number;
  /** Smallest legal price step, in units of 1/priceScale. */
  readonly tickSize: number;
  readonly lotSize: number;
  readonly multiplier: number;
}
