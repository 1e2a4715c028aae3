const BEGAN = 0;
const LONGEST = 1;

/** How long the loop is held up at most, as long as somebody wants to know. The clock is not read otherwise. */
export class TurnWatch {
  isOn = false;
  private readonly nowNs: () => number;
  private readonly cells = new Float64Array(2);

  /** @param nowNs any clock that only goes forward */
  constructor(nowNs: () => number) {
    this.nowNs = nowNs;
  }

  get longestNs(): number {
    return this.cells[LONGEST] as number;
  }

  /** From now on, in the middle of whatever is being done. */
  turnOn(): void {
    this.isOn = true;
    this.cells[LONGEST] = 0;
    this.begin();
  }

  turnOff(): void {
    this.isOn = false;
  }

  begin(): void {
    this.cells[BEGAN] = this.nowNs();
  }

  end(): void {
    const took = this.nowNs() - (this.cells[BEGAN] as number);
    if (took > this.longestNs) this.cells[LONGEST] = took;
  }
}
