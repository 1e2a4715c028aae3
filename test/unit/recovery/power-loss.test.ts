/**
 * A journal that a power failure has cut anywhere, and a venue that sends again what the session does not count: every
 * share is in a position in the end, once, and a person hears of what no record is left of.
 */
import { expect, it } from 'vitest';
import { ORDER_STATE } from '../../../engine/domain/order-state.ts';
import { IMAGE_FLAG, JOURNAL_KIND } from '../../../engine/journal/records.ts';
import { RecordingJournal } from '../../support/journal/recording-journal.ts';
import { image } from '../../support/recovery/hand-made-journal.ts';
import { recoveringEngine } from '../../support/recovery/recovering-engine.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const ORDERS = 4;
const FILLS = 3;
const PRICE = 100_000;
const ROUNDS = 60;

/** What happened before, in the order of the journal: `fill` 0 is the order's own record, 1 to FILLS are reports. */
interface Happening {
  key: number;
  fill: number;
}

function history(pick: (below: number) => number): Happening[] {
  const next = new Array<number>(ORDERS).fill(0);
  const all: Happening[] = [];
  while (all.length < ORDERS * (FILLS + 1)) {
    const key = pick(ORDERS);
    const fill = next[key] as number;
    if (fill > FILLS) continue;
    all.push({ key: key + 1, fill });
    next[key] = fill + 1;
  }
  return all;
}

/** Each has the position behind it. */
function record({ key, fill }: Happening, position: number) {
  const held = { positionQuantity: position, positionCost: position * PRICE, positionBought: position };
  if (fill === 0) return image(JOURNAL_KIND.newOrder, { key, ...held });
  return image(JOURNAL_KIND.report, {
    key,
    ...held,
    flags: IMAGE_FLAG.acknowledged,
    state: ORDER_STATE.partiallyFilled,
    cumQuantity: fill * 10,
    executedValue: fill * 10 * PRICE,
    leaves: 100 - fill * 10,
    executedQuantity: 10,
    executedValueChange: 10 * PRICE,
    execId: `E${key}-${fill}`,
    executions: [{ serial: key * 10 + fill, execId: `E${key}-${fill}`, key, price: PRICE, quantity: 10 }],
  });
}

it('loses no execution and counts none twice, whatever journal and session have lost', () => {
  let strangers = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const pick = seededRandom(round + 1);
    const all = history(pick);
    const kept = all.slice(0, pick(all.length + 1));
    let position = 0;
    const records = kept.map((one) => record(one, (position += one.fill > 0 ? 10 : 0)));
    const journal = new RecordingJournal();
    const made = recoveringEngine(records, { unanswered: 'accept' }, false, journal);
    const { logOn, gateway, settle, status, positions } = made;
    const reports = all.filter(({ fill }) => fill > 0);
    // The session counts no report that the journal has not.
    const counted = pick(kept.filter(({ fill }) => fill > 0).length + 1);
    logOn();
    for (const { key, fill } of reports.slice(counted)) {
      const bytes = new TextEncoder().encode(`E${key}-${fill}`);
      gateway.reply({
        clOrdOrdinal: key,
        instrument: 0,
        side: 1,
        execType: 'F',
        ordStatus: '1',
        lastQuantity: 10,
        lastPrice: PRICE,
        cumQuantity: fill * 10,
        leavesQuantity: 100 - fill * 10,
        possDup: true,
        bytes,
        execIdEnd: bytes.length,
      });
    }
    settle();
    for (const key of new Set(gateway.queries)) status(key, '1', FILLS * 10);
    const total = positions().reduce((sum, [, quantity]) => sum + (quantity as number), 0);
    expect({ round, total }).toEqual({ round, total: ORDERS * FILLS * 10 });
    const known = new Set(kept.map(({ key }) => key));
    const lost = reports.filter(({ key }) => !known.has(key)).length;
    const alerts = journal.entries.filter(
      ({ kind, said }) => kind === 'alert' && /house holds it/.test(`${said?.what}`),
    );
    expect({ round, alerts: alerts.length }).toEqual({ round, alerts: lost });
    strangers += lost;
  }
  expect(strangers).toBeGreaterThan(ROUNDS);
});
