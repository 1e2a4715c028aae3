/** Requests that may be answered in a second: a bucket that fills with the time, given from outside. */
export class RequestRate {
  readonly #perSecond: number;
  readonly #atOnce: number;
  #tokens: number;
  #lastMs = Number.NaN;

  constructor(perSecond: number, atOnce = perSecond) {
    this.#perSecond = perSecond;
    this.#atOnce = atOnce;
    this.#tokens = atOnce;
  }

  take(nowMs: number): boolean {
    if (nowMs > this.#lastMs)
      this.#tokens = Math.min(this.#atOnce, this.#tokens + ((nowMs - this.#lastMs) / 1_000) * this.#perSecond);
    this.#lastMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
