/** The native path must not grow by stealth: its instructions are counted, not timed. */
import { expect, test } from 'vitest';
import { committedFigures, countInstructions, whyNotCountable } from '../../../bench/count-instructions.ts';

const TOLERANCE = 0.03;
const reason = whyNotCountable();

test('instructions per message stay within 3 % of the committed figure', ({ skip, annotate }) => {
  if (reason !== undefined) skip(reason);
  const { compiler, instructionsPerMessage } = countInstructions();
  const committed = committedFigures()[compiler];
  if (committed === undefined) {
    // Another compiler makes other instructions: no figure to hold it to, so the count itself is held.
    annotate(
      `no figure for ${compiler}: ${instructionsPerMessage.toFixed(1)}; add it with node bench/count-instructions.ts --write`,
    );
    const again = countInstructions().instructionsPerMessage;
    expect(Math.abs(again / instructionsPerMessage - 1)).toBeLessThan(0.01);
    return;
  }
  expect(
    Math.abs(instructionsPerMessage / committed - 1),
    `${instructionsPerMessage.toFixed(1)} instructions per message with ${compiler}, committed are ${committed}. If the change is meant: node bench/count-instructions.ts --write, and say why in the commit`,
  ).toBeLessThan(TOLERANCE);
});
