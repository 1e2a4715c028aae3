/** Text blocks that read well in 80 to 120 columns, without colour. */

export type Align = 'left' | 'right';

/** Columns by content, two spaces apart; no line ends in a space. */
export function table(rows: readonly (readonly string[])[], align: readonly Align[]): string[] {
  const widths = align.map((_, column) => Math.max(0, ...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    widths
      .map((width, column) => {
        const cell = row[column] ?? '';
        return align[column] === 'right' ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
}

const LABEL_WIDTH = 11;
const TEXT_WIDTH = 100;

/** A label, then sentences wrapped beside it. */
export function labelled(label: string, text: string): string[] {
  return wrap(text, TEXT_WIDTH - LABEL_WIDTH).map(
    (line, index) => (index === 0 ? label : '').padEnd(LABEL_WIDTH) + line,
  );
}

/** A label on its own column, then a table beside it. */
export function labelledTable(label: string, lines: readonly string[]): string[] {
  return lines.map((line, index) => (index === 0 ? label : '').padEnd(LABEL_WIDTH) + line);
}

/** Breaks at spaces only; a longer word stays whole, so that paths and hashes can be copied. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines;
}
