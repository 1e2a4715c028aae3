/** Lists of CPUs as the kernel writes them: `0-3,8`. */

/** What is no list (empty, `(null)`) is an empty one. */
export function cpuList(text: string | null): number[] {
  const cpus = new Set<number>();
  for (const part of (text ?? '').split(',')) {
    const range = /^\s*(\d{1,5})(?:-(\d{1,5}))?\s*$/.exec(part);
    if (range === null) continue;
    const first = Number(range[1]);
    for (let cpu = first; cpu <= Number(range[2] ?? first); ++cpu) cpus.add(cpu);
  }
  return [...cpus].sort((a, b) => a - b);
}

export function cpuText(cpus: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const cpu of [...cpus].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && cpu <= last[1] + 1) last[1] = cpu;
    else ranges.push([cpu, cpu]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}

export const without = (cpus: readonly number[], others: readonly number[]): number[] =>
  cpus.filter((cpu) => !others.includes(cpu));
