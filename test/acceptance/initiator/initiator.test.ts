import { basename } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { InitiatorProcess } from './initiator-process.ts';
import { definitionFiles, playFiles } from './run.ts';

const files = definitionFiles();
// All begin here, several at a time: what they mostly do is wait for timers.
const plays = playFiles(files);
for (const each of plays) each.catch(() => undefined);

afterAll(() => InitiatorProcess.endAll());

describe('the initiator, played from the side of its venue', () => {
  files.forEach((file, i) => {
    it(basename(file, '.def'), () => plays[i]);
  });

  it('is given every case of the public list that an initiator meets', () => {
    const cases = new Set(
      files.map((file) =>
        basename(file)
          .split('-')[0]
          .replace(/[a-z]$/, ''),
      ),
    );
    for (const each of ['1', '2', '4', '5', '6', '7', '8', '10', '11', '12', '13', '14', '15', '16', '19', '20']) {
      expect(cases, `case ${each}`).toContain(each);
    }
  });
});
