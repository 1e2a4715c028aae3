import { plural } from './format.ts';
import { labelled } from './table.ts';
import type { VerifyResult } from './verify-result.ts';

/** What `hotlap verify` prints for people. */
export function verifySummary({ folder, command, files, changed, orderLogHash, again, ok }: VerifyResult): string {
  const lines = [
    `hotlap verify: ${ok ? 'unchanged, and the same orders' : 'not what was run'}`,
    '',
    ...labelled('Run', `${command}, ${folder}`),
    ...(changed.length === 0
      ? labelled('Files', `${plural(files, 'file')}, each as it was when the run ended.`)
      : changed.flatMap((sentence, index) => labelled(index === 0 ? 'Files' : '', sentence))),
    ...againLines(again, orderLogHash),
  ];
  return `${lines.join('\n')}\n`;
}

function againLines(again: VerifyResult['again'], orderLogHash: string): string[] {
  if (again === null) return labelled('Orders', 'The run was not run again, since its files have changed.');
  if (again.orderLogHash === orderLogHash) {
    return [
      ...labelled('Orders', `${plural(again.records, 'record')} of the order log, the same as then.`),
      ...labelled('Order log', `sha256 ${orderLogHash}`),
    ];
  }
  const { difference } = again;
  return [
    ...labelled(
      'Orders',
      difference === null
        ? 'The order log is another.'
        : `From record ${difference.record} on the order log is another.`,
    ),
    ...(difference === null
      ? []
      : [...labelled('Then', difference.was ?? 'nothing more'), ...labelled('Now', difference.is ?? 'nothing more')]),
  ];
}
