import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { type SessionStore, STORE } from '../../gateway/index.ts';

/** A store that the suite has opened. */
export interface OpenedStore {
  readonly store: SessionStore;
  /** Lets the housekeeping side do what it has to, so that a `full` store has room again. */
  drain?(): void;
  /** The store as the next process finds it; absent where nothing outlives the process. Closes the one before. */
  reopen?(): OpenedStore;
  close(): void;
}

export interface StoreBounds {
  /** Bytes and messages that are to be kept at least; a store may keep more. */
  keptBytes: number;
  keptMessages: number;
}

const ROOMY: StoreBounds = { keptBytes: 65_536, keptMessages: 512 };
const TIGHT: StoreBounds = { keptBytes: 2_048, keptMessages: 16 };

/** What every SessionStore promises, whatever it keeps its messages in. */
export function storeConformance(name: string, open: (bounds: StoreBounds) => OpenedStore): void {
  describe(`${name} keeps what a session needs`, () => {
    let opened: OpenedStore | undefined;
    const begin = (bounds = ROOMY): SessionStore => {
      opened = open(bounds);
      return opened.store;
    };
    const again = (): SessionStore => {
      opened = opened!.reopen!();
      return opened.store;
    };
    afterEach(() => {
      opened?.close();
      opened = undefined;
    });

    it('begins at 1 and 1, with nothing kept, never reset', () => {
      const store = begin();
      expect([store.nextSenderMsgSeqNum(), store.nextTargetMsgSeqNum()]).toEqual([1, 1]);
      expect(store.oldestKept()).toBe(0);
      expect(store.creationMs[0]).toBeNaN();
      expect(store.lastReservedMsgSeqNum()).toBeGreaterThan(1);
      expect(store.read(1, new Uint8Array(64), 0)).toBe(0);
    });

    it('holds the two numbers apart', () => {
      const store = begin();
      store.setNextSender(7);
      store.setNextTarget(1_000_000);
      expect([store.nextSenderMsgSeqNum(), store.nextTargetMsgSeqNum()]).toEqual([7, 1_000_000]);
    });

    it('gives a message back byte for byte, where it is asked to, and touches nothing else', () => {
      const store = begin();
      const source = Uint8Array.from({ length: 300 }, (_, at) => (at * 7) & 255);
      expect(store.keep(1, source, 10, 266)).toBe(STORE.ok);
      store.setNextSender(2);
      const out = new Uint8Array(300).fill(0xaa);
      expect(store.read(1, out, 20)).toBe(256);
      expect(out.subarray(20, 276)).toEqual(source.subarray(10, 266));
      expect([...out.subarray(0, 20), ...out.subarray(276)].every((byte) => byte === 0xaa)).toBe(true);
    });

    it('does not give a message that does not fit', () => {
      const store = begin();
      store.keep(1, bytesOf(1, 100), 0, 100);
      store.setNextSender(2);
      const out = new Uint8Array(100);
      expect(store.read(1, out, 1)).toBe(0);
      expect(out).toEqual(new Uint8Array(100));
      expect(store.read(1, out, 0)).toBe(100);
    });

    it('knows no message between those it was given: session messages are not kept', () => {
      const store = begin();
      for (const seq of [2, 5, 9]) {
        expect(store.keep(seq, bytesOf(seq, 40), 0, 40)).toBe(STORE.ok);
        store.setNextSender(seq + 1);
      }
      const out = new Uint8Array(64);
      const lengths = Array.from({ length: 11 }, (_, seq) => store.read(seq, out, 0));
      expect(lengths).toEqual([0, 0, 40, 0, 0, 40, 0, 0, 0, 40, 0]);
      expect(store.oldestKept()).toBe(2);
    });

    it('replaces a message that was taken back', () => {
      const store = begin();
      send(store, 1, 50);
      send(store, 2, 60);
      store.setNextSender(2);
      expect(store.keep(2, bytesOf(77, 33), 0, 33)).toBe(STORE.ok);
      store.setNextSender(3);
      const out = new Uint8Array(64);
      expect(store.read(2, out, 0)).toBe(33);
      expect(out.subarray(0, 33)).toEqual(bytesOf(77, 33));
      expect(store.read(1, out, 0)).toBe(50);
    });

    it('forgets a message that was taken back, though a session message takes its number', () => {
      const store = begin();
      send(store, 1, 50);
      send(store, 2, 60);
      store.setNextSender(2);
      store.setNextSender(3);
      expect(store.read(2, new Uint8Array(64), 0)).toBe(0);
      expect(store.read(1, new Uint8Array(64), 0)).toBe(50);
    });

    it('resets: numbers, messages, and the time of it', () => {
      const store = begin();
      send(store, 1, 50);
      store.setNextTarget(9);
      store.reset(1_767_600_000_123);
      expect([store.nextSenderMsgSeqNum(), store.nextTargetMsgSeqNum()]).toEqual([1, 1]);
      expect(store.read(1, new Uint8Array(64), 0)).toBe(0);
      expect(store.oldestKept()).toBe(0);
      expect(store.creationMs[0]).toBe(1_767_600_000_123);
      send(store, 1, 20);
      expect(store.read(1, new Uint8Array(64), 0)).toBe(20);
    });

    it('forgets the oldest only, and says which are left', () => {
      const store = begin(TIGHT);
      for (let seq = 1; seq <= 400; seq++) {
        if (store.keep(seq, bytesOf(seq, 120), 0, 120) !== STORE.ok) {
          opened!.drain?.();
          expect(store.keep(seq, bytesOf(seq, 120), 0, 120)).toBe(STORE.ok);
        }
        store.setNextSender(seq + 1);
      }
      const oldest = store.oldestKept();
      expect(oldest).toBeGreaterThan(0);
      expect(oldest).toBeLessThan(400 - 8);
      const out = new Uint8Array(120);
      for (let seq = 1; seq <= 400; seq++) {
        expect(store.read(seq, out, 0)).toBe(seq < oldest ? 0 : 120);
        if (seq >= oldest) expect(out).toEqual(bytesOf(seq, 120));
      }
    });

    it('is what a plain map would be, in any order of sends, withdrawals, reads and resets', () => {
      const step = fc.oneof(
        {
          weight: 8,
          arbitrary: fc.record({ kind: fc.constant('send' as const), bytes: fc.integer({ min: 1, max: 700 }) }),
        },
        { weight: 3, arbitrary: fc.record({ kind: fc.constant('session' as const) }) },
        {
          weight: 2,
          arbitrary: fc.record({ kind: fc.constant('withdrawn' as const), bytes: fc.integer({ min: 1, max: 700 }) }),
        },
        { weight: 2, arbitrary: fc.record({ kind: fc.constant('received' as const) }) },
        { weight: 1, arbitrary: fc.record({ kind: fc.constant('reset' as const) }) },
      );
      fc.assert(
        fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
          const trial = open(TIGHT);
          try {
            follow(trial, steps);
          } finally {
            trial.close();
          }
        }),
        { numRuns: 60 },
      );
    });

    it('outlives the process, where it says that it does', () => {
      const store = begin();
      if (opened!.reopen === undefined) return;
      store.reset(1_767_600_000_123);
      for (let seq = 1; seq <= 20; seq++) send(store, seq, 30 + seq);
      store.setNextTarget(33);
      const next = again();
      expect(next.nextSenderMsgSeqNum()).toBeGreaterThanOrEqual(21);
      expect(next.nextTargetMsgSeqNum()).toBe(33);
      expect(next.creationMs[0]).toBe(1_767_600_000_123);
      const out = new Uint8Array(64);
      for (let seq = 1; seq <= 20; seq++) {
        expect(next.read(seq, out, 0)).toBe(30 + seq);
        expect(out.subarray(0, 30 + seq)).toEqual(bytesOf(seq, 30 + seq));
      }
      send(next, 21, 44);
      expect(next.read(21, out, 0)).toBe(44);
    });
  });
}

type Step = { kind: 'send' | 'withdrawn'; bytes: number } | { kind: 'session' | 'received' | 'reset' };

/** Runs the steps against the store and a map, and compares them after each. */
function follow({ store, drain }: OpenedStore, steps: readonly Step[]): void {
  const model = new Map<number, Uint8Array>();
  const out = new Uint8Array(700);
  let sender = 1;
  let target = 1;
  let filling = 0;
  const keep = (bytes: number): void => {
    const message = bytesOf(filling++, bytes);
    // Wherever it lies in whatever memory.
    const memory = new Uint8Array(800).subarray(filling % 3);
    const at = (filling >> 2) % 9;
    memory.set(message, at);
    let kept = store.keep(sender, memory, at, at + bytes);
    if (kept === STORE.full && drain !== undefined) {
      drain();
      kept = store.keep(sender, memory, at, at + bytes);
    }
    expect(kept).toBe(STORE.ok);
    model.set(sender, message);
    store.setNextSender(sender + 1);
  };
  for (const step of steps) {
    switch (step.kind) {
      case 'send':
        keep(step.bytes);
        sender++;
        break;
      case 'withdrawn':
        keep(step.bytes);
        store.setNextSender(sender);
        model.delete(sender);
        break;
      case 'session':
        store.setNextSender(++sender);
        break;
      case 'received':
        store.setNextTarget(++target);
        break;
      case 'reset':
        store.reset(1_000 + filling);
        model.clear();
        sender = 1;
        target = 1;
        expect(store.creationMs[0]).toBe(1_000 + filling);
    }
    expect([store.nextSenderMsgSeqNum(), store.nextTargetMsgSeqNum()]).toEqual([sender, target]);
    const oldest = store.oldestKept();
    for (let seq = 1; seq <= sender; seq++) {
      const expected = oldest > 0 && seq >= oldest ? model.get(seq) : undefined;
      const length = store.read(seq, out, 0);
      expect(out.subarray(0, length)).toEqual(expected ?? new Uint8Array(0));
    }
  }
  if (model.size > 0) expect(store.read(Math.max(...model.keys()), out, 0)).toBeGreaterThan(0);
}

/** In the order in which a session does it. */
function send(store: SessionStore, seq: number, bytes: number): void {
  expect(store.keep(seq, bytesOf(seq, bytes), 0, bytes)).toBe(STORE.ok);
  store.setNextSender(seq + 1);
}

/** Any bytes, SOH and zero among them, different for each seed. */
function bytesOf(seed: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => (Math.imul(seed + 1, 2_654_435_761) >>> (at % 24)) ^ (at * 31));
}
