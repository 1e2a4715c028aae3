import { expect, test } from 'vitest';
import { unsentSentence } from '../../../app/unsent-packets.ts';

test('a feed that left whole needs no word', () => {
  expect(unsentSentence({ sendErrors: 0, sendDrops: 0 })).toBeUndefined();
});

test('packets refused and packets thrown away are told with their numbers and a remedy each', () => {
  const refused = unsentSentence({ sendErrors: 1, sendDrops: 0 });
  expect(refused).toMatch(/could not send 1 packet, which the system refused: check/);
  expect(refused).not.toMatch(/threw away/);
  expect(unsentSentence({ sendErrors: 0, sendDrops: 1_200 })).toMatch(/threw away 1,200 packets .*--rate/);
  expect(unsentSentence({ sendErrors: 2, sendDrops: 3 })).toMatch(/2 packets, .* · .* 3 packets/);
});
