/** System calls as strace sees them, beside what the ends count themselves: two legs, one end under strace in each. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LegPlan, runLeg } from './leg.ts';
import type { Place } from './place.ts';
import type { TracedRow } from './transport-result.ts';

/** Why it cannot be done here; undefined where it can. */
export function whyNotTraceable(): string | undefined {
  const { status, error } = spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']);
  if (status === 0) return undefined;
  return error === undefined ? 'strace may not trace here' : 'strace is not installed (apt-get install strace)';
}

/** Names of the calls between the two marks, each `write` of its own. */
function callsBetweenMarks(trace: string): string[] {
  const lines = trace.split('\n').filter((line) => /^\w+\(/.test(line) && !line.startsWith('rt_sigreturn'));
  const at = (mark: string): number => lines.findIndex((line) => line.startsWith(`write(2, "${mark}\\n"`));
  return lines.slice(at('ready') + 1, at('measured')).map((line) => line.slice(0, line.indexOf('(')));
}

function byFrequency(names: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).map(([name]) => name);
}

export async function traced(place: Place, plan: LegPlan): Promise<TracedRow> {
  const folder = mkdtempSync(join(tmpdir(), 'hotlap-strace-'));
  const file = join(folder, 'calls');
  // -D: the process started is the traced one, so that a signal reaches it.
  const strace = ['strace', '-D', '-qq', '-e', 'signal=none', '-o', file];
  try {
    const receiving = await runLeg(place, plan, { receiver: strace });
    const received = callsBetweenMarks(readFileSync(file, 'utf8'));
    const sending = await runLeg(place, plan, { sender: strace });
    const sent = callsBetweenMarks(readFileSync(file, 'utf8'));
    return {
      subject: plan.subject,
      packets: receiving.receiver.packets,
      receiver: { counted: receiving.receiver.receiveCalls, traced: received.length },
      sender: { counted: sending.sender.allSendCalls, traced: sent.length },
      receiverCalls: byFrequency(received),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
