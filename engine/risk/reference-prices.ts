/** Price that a collar is measured from: mid, else the last trade. By instrument. */
export class ReferencePrices {
  private readonly lastTrade: Float64Array;

  constructor(maxInstruments: number) {
    this.lastTrade = new Float64Array(maxInstruments).fill(Number.NaN);
  }

  traded(instrument: number, record: Float64Array, priceSlot: number): void {
    this.lastTrade[instrument] = record[priceSlot] as number;
  }

  /** @param mid NaN while a side is empty */
  of(instrument: number, mid: number): number {
    return Number.isNaN(mid) ? (this.lastTrade[instrument] as number) : mid;
  }
}
