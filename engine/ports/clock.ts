/**
 * Engine time: ns since 00:00 UTC of the run's day0. It may be negative or pass 24 hours and never wraps.
 * One cell of a shared Float64Array, so that reading it in the loop costs no heap number.
 */
export interface EngineClock {
  /** cells[CELL.nowNs]: read it as a local double, do not pass it on through polymorphic calls. */
  readonly cells: Float64Array;
  /** CLOCK_REALTIME of engine time 0 in milliseconds since 1970, for SendingTime(52). */
  readonly day0Ms: number;
}
