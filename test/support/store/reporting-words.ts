/** What a test says to reporting-side.ts, in the one cell that they share. */
export const GO = 0;
export const PAUSE = 1;
export const END = 2;
