/** What a store tells the next process of the orders that the one before has sent. */

import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openSessionStore, ringStoreOf } from '../../../app/session-store.ts';
import { MemoryStore, type SessionStore, storedOrders } from '../../../gateway/index.ts';

const root = mkdtempSync(join(tmpdir(), 'hotlap-orders-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A whole message, with BodyLength and CheckSum. */
function message(...fields: string[]): Uint8Array {
  const body = `${fields.join('\x01')}\x01`;
  const text = `8=FIX.4.4\x019=${body.length}\x01${body}`;
  const sum = Buffer.from(text).reduce((total, byte) => total + byte, 0) % 256;
  return Buffer.from(`${text}10=${String(sum).padStart(3, '0')}\x01`);
}

const order = (seq: number, clOrdId: string): Uint8Array =>
  message('35=D', '49=US', '56=THEM', `34=${seq}`, `11=${clOrdId}`, '55=AAPL', '54=2', '38=100', '40=1');

function keep(store: SessionStore, bytes: (seq: number) => Uint8Array): void {
  const seq = store.nextSenderMsgSeqNum();
  const kept = bytes(seq);
  store.keep(seq, kept, 0, kept.length);
  store.setNextSender(seq + 1);
}

it('names each order of the present numbering that is still kept, and nothing else', () => {
  const store = new MemoryStore(new Int32Array(2));
  expect([...storedOrders(store)]).toEqual([]);
  keep(store, (seq) => order(seq, 'old'));
  store.reset(1);
  store.setNextSender(2);
  keep(store, (seq) => order(seq, 'a-1'));
  keep(store, (seq) => message('35=F', `34=${seq}`, '11=a-2', '41=a-1', '55=AAPL', '54=2'));
  keep(store, () => Buffer.from('no message'));
  store.setNextSender(store.nextSenderMsgSeqNum() + 1);
  keep(store, (seq) => order(seq, 'a-3'));
  keep(store, (seq) => order(seq, 'never left'));
  store.setNextSender(7);
  expect([...storedOrders(store)]).toEqual([
    { msgSeqNum: 2, clOrdId: 'a-1', symbol: 'AAPL', side: '2' },
    { msgSeqNum: 6, clOrdId: 'a-3', symbol: 'AAPL', side: '2' },
  ]);
});

it('a run that was interrupted is told from one that ended in order', () => {
  const venue = { senderCompId: 'US', targetCompId: 'THEM' };
  const first = openSessionStore({ ...venue, stateDir: './first' }, root);
  const store = ringStoreOf(first.plan);
  for (let i = 1; i <= 130; i++) keep(store, (seq) => order(seq, `o-${i}`));
  cpSync(join(root, 'first'), join(root, 'killed'), { recursive: true });
  const name = createHash('sha256')
    .update(realpathSync(join(root, 'killed')))
    .digest('hex')
    .slice(0, 16);
  cpSync(first.plan.ringFile, `/dev/shm/hotlap-store-${process.getuid?.() ?? 0}-${name}`);
  store.close();
  first.close();

  const lines: string[] = [];
  const second = openSessionStore({ ...venue, stateDir: './killed' }, root, (level, text) =>
    lines.push(`${level} ${text}`),
  );
  expect(second.result()).toMatchObject({ recovered: 'killed' });
  second.close();

  const third = openSessionStore({ ...venue, stateDir: './first' }, root, (level, text) =>
    lines.push(`${level} ${text}`),
  );
  expect(third.result()).toMatchObject({ recovered: 'closed in order' });
  third.close();
  expect(readdirSync('/dev/shm').filter((each) => each.endsWith(name))).toEqual([]);
});
