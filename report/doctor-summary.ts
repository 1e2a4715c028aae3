/** `hotlap doctor` for people, in 80 columns, worst first; commands stay whole enough to be copied. */
import type { DoctorFinding, DoctorResult, DoctorVerdict } from './doctor-result.ts';
import { printable } from './format.ts';
import { wrap } from './table.ts';

const COLUMNS = 80;
const MARK: Record<DoctorVerdict, string> = { missing: '✗', improve: '!', unknown: '?', ok: '✓' };
const WORD: Record<DoctorVerdict, string> = { missing: 'missing', improve: 'to improve', unknown: 'unknown', ok: 'ok' };
export function doctorSummary({ host, counts, findings, skipped }: DoctorResult): string {
  const where = [host.virtualMachine && 'a virtual machine', host.container && 'in a container'].filter(Boolean);
  const lines = [
    ...wrap(
      `${host.name}: ${host.processor}, Linux ${host.kernel}, Node ${host.node}${where.map((each) => `, ${each}`).join('')}`,
      COLUMNS,
    ),
    ...wrap(`hot loop on CPU ${host.hotCore} of ${host.cpus}, looked at as ${host.user}`, COLUMNS),
    '',
    tally(counts, skipped),
  ];
  const told = new Map<string, string>();
  for (const finding of findings.filter(({ verdict }) => verdict !== 'ok')) lines.push('', ...atLength(finding, told));
  const fine = findings.filter(({ verdict }) => verdict === 'ok');
  if (fine.length > 0) lines.push('', ...inShort(fine));
  if (findings.some(({ mend }) => (mend?.keep.length ?? 0) > 0))
    lines.push('', ...wrap('What `mend` sets holds until the next boot, what `keep` writes beyond it.', COLUMNS));
  return `${lines.join('\n')}\n`;
}

const ORDER: readonly DoctorVerdict[] = ['missing', 'improve', 'unknown', 'ok'];

function tally(counts: DoctorResult['counts'], skipped: readonly string[]): string {
  const parts = ORDER.filter((verdict) => counts[verdict] > 0).map(
    (verdict) => `${MARK[verdict]} ${counts[verdict]} ${WORD[verdict]}`,
  );
  return [...parts, ...(skipped.length > 0 ? [`${skipped.length} left out`] : [])].join('   ');
}

const heading = ({ title, interface: of }: DoctorFinding): string => printable(of === null ? title : `${of}: ${title}`);

/** @param told What mends stands further up already, under which heading. */
function atLength(finding: DoctorFinding, told: Map<string, string>): string[] {
  const { verdict, found, why, mend } = finding;
  const name = heading(finding);
  const lines = [
    `${MARK[verdict]} ${name}`.padEnd(COLUMNS - WORD[verdict].length) + WORD[verdict],
    ...text('found', found),
    ...text('why', why),
  ];
  if (mend === null) return lines;
  const key = [...mend.commands, mend.note].join('\n');
  const earlier = told.get(key);
  if (earlier !== undefined) return [...lines, ...text('mend', `together with \`${earlier}\` above`)];
  told.set(key, name);
  lines.push(...commands('mend', mend.commands), ...commands('keep', mend.keep));
  if (mend.note !== '') lines.push(...text(mend.commands.length === 0 ? 'mend' : 'note', mend.note));
  return lines;
}

function inShort(fine: readonly DoctorFinding[]): string[] {
  const titleWidth = Math.max(...fine.map((finding) => heading(finding).length)) + 2;
  return fine.flatMap((finding) =>
    wrap(printable(finding.found), COLUMNS - titleWidth - 2).map((line, index) =>
      index === 0 ? `${MARK.ok} ${heading(finding).padEnd(titleWidth)}${line}` : `${' '.repeat(titleWidth + 2)}${line}`,
    ),
  );
}

const LABEL_WIDTH = 8;

const text = (label: string, sentences: string): string[] =>
  beside(label, wrap(printable(sentences), COLUMNS - LABEL_WIDTH));

const commands = (label: string, lines: readonly string[]): string[] => beside(label, lines.flatMap(command));

const beside = (label: string, lines: readonly string[]): string[] =>
  lines.map((line, index) => `  ${index === 0 ? label : ''}`.padEnd(LABEL_WIDTH) + line);

/** Broken with a backslash where the shell takes it as nothing: at spaces outside quotes. */
function command(line: string): string[] {
  const room = COLUMNS - LABEL_WIDTH - '$ '.length - ' \\'.length;
  const parts: string[] = [];
  let part = '';
  for (const word of shellWords(printable(line))) {
    if (part !== '' && part.length + 1 + word.length > room) {
      parts.push(part);
      part = `  ${word}`;
    } else part = part === '' ? word : `${part} ${word}`;
  }
  parts.push(part);
  return parts.map((each, index) => `${index === 0 ? '$ ' : '  '}${each}${index < parts.length - 1 ? ' \\' : ''}`);
}

/** Splits at spaces that are not inside quotes. */
function shellWords(line: string): string[] {
  const words: string[] = [''];
  let quote = '';
  for (const character of line) {
    if (character === quote) quote = '';
    else if (quote === '' && (character === "'" || character === '"')) quote = character;
    if (character === ' ' && quote === '') words.push('');
    else words[words.length - 1] += character;
  }
  return words;
}
