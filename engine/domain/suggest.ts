/** Did-you-mean: the candidate with the smallest edit distance, if it is near enough to be a slip. */
export function suggest(wrong: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  // A third of the letters, at least one, at most three: further away is another word, not a slip.
  let bestDistance = Math.max(1, Math.min(3, Math.ceil(wrong.length / 3))) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(normalise(wrong), normalise(candidate));
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

// max_order_quantity, max-order-quantity and maxOrderQuantity are one word to a person.
const normalise = (word: string): string => word.toLowerCase().replace(/[-_]/g, '');

/** Optimal string alignment: insertions, deletions, substitutions, swaps of neighbours. */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, rows[i - 2][j - 2] + 1);
      row.push(least);
    }
    rows.push(row);
  }
  return rows[a.length][b.length];
}
