import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import type { DoctorFinding, DoctorMend, DoctorResult } from '../../../report/doctor-result.ts';
import { doctorSummary } from '../../../report/doctor-summary.ts';

const MEND: DoctorMend = { commands: [], effect: 'now', keep: [], note: '' };

const finding = (given: Partial<DoctorFinding>): DoctorFinding => ({
  check: 'swap',
  title: 'swap',
  interface: null,
  verdict: 'ok',
  found: 'none',
  why: 'a page fault takes milliseconds',
  mend: null,
  ...given,
});

const result = (...findings: DoctorFinding[]): DoctorResult => ({
  host: {
    name: 'hot1',
    processor: 'AMD EPYC 9274F 24-Core Processor',
    kernel: '6.12.41',
    node: 'v24.21.0',
    cpus: '0-3',
    hotCore: 3,
    virtualMachine: false,
    container: false,
    user: 'ann',
    interfaces: [],
    rx: null,
  },
  counts: { missing: 0, improve: 1, unknown: 0, ok: 1 },
  findings,
  skipped: [],
});

test('what was found, why it matters, what mends it', () => {
  const improve = finding({
    verdict: 'improve',
    found: '/swap.img (2048 MiB, 1 MiB used)',
    mend: {
      ...MEND,
      commands: ['sudo swapoff -a'],
      keep: ['sudo systemctl mask swap.target'],
      note: 'Look at `free -m` first.',
    },
  });
  expect(doctorSummary(result(improve, finding({ title: 'clock source', found: 'tsc' })))).toBe(`\
hot1: AMD EPYC 9274F 24-Core Processor, Linux 6.12.41, Node v24.21.0
hot loop on CPU 3 of 0-3, looked at as ann

! 1 to improve   ✓ 1 ok

! swap                                                                to improve
  found /swap.img (2048 MiB, 1 MiB used)
  why   a page fault takes milliseconds
  mend  $ sudo swapoff -a
  keep  $ sudo systemctl mask swap.target
  note  Look at \`free -m\` first.

✓ clock source  tsc

What \`mend\` sets holds until the next boot, what \`keep\` writes beyond it.
`);
});

test('a long command fits 80 columns and is still the same command', () => {
  const text = `a 'word with  " spaces in it' "two  ' of them" ${'b '.repeat(60)}`.trim();
  const command = `printf '%s,' ${text}`;
  const summary = doctorSummary(result(finding({ verdict: 'missing', mend: { ...MEND, commands: [command] } })));
  const lines = summary.split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  const first = lines.findIndex((line) => line.includes('$ '));
  const last = lines.findIndex((line, index) => index >= first && !line.endsWith('\\'));
  expect(last).toBeGreaterThan(first);
  const copied = lines
    .slice(first, last + 1)
    .join('\n')
    .replace(/^.*\$ /, '');
  expect(sh(copied)).toBe(sh(command));
});

const sh = (command: string): string => execFileSync('sh', ['-c', command], { encoding: 'utf8' });

test('what is mended by the same command is told once', () => {
  const mend = { ...MEND, commands: ['update-grub'] };
  const summary = doctorSummary(
    result(
      finding({ verdict: 'improve', title: 'isolated hot core', mend }),
      finding({ verdict: 'improve', title: 'RCU callbacks', mend }),
    ),
  );
  expect(summary.match(/update-grub/g)).toHaveLength(1);
  expect(summary).toContain('  mend  together with `isolated hot core` above\n');
});

test('a driver cannot write to the terminal', () => {
  expect(doctorSummary(result(finding({ found: 'eth0\u001b[2J' })))).toContain('eth0\\x1b[2J');
});
