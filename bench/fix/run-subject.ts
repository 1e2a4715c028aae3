/** The frame around a subject written in JavaScript: reads requests on stdin, does the work, answers on stdout. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { GCProfiler, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { native } from '../../native/index.ts';
import { type BenchOrder, parseOrders } from './orders.ts';
import { type Allocated, BATCH, type Operation, type Ready, type SubjectRequest, type Timed } from './protocol.ts';
import { FIELDS_READ, type Kind } from './wire.ts';

/** Handles messages [from, to) and adds what it read, or what it wrote, to the sums. */
export type Work = (from: number, to: number, sums: Float64Array) => void;

export interface Subject extends Omit<Ready, 'operations'> {
  readonly parse: Record<Kind, Work>;
  readonly encode: Record<Kind, Work>;
  /** The message that `encode` makes of order `index`; cold. */
  encoded(kind: Kind, index: number): Uint8Array;
}

export interface SubjectInput {
  readonly orders: readonly BenchOrder[];
  readonly wire: Record<Kind, Buffer>;
}

/** Arguments: the file of orders, the files of messages, the CPU to stay on (-1 for any). */
export async function runSubject(create: (input: SubjectInput) => Subject | Promise<Subject>): Promise<void> {
  const [, , ordersFile, orderWire, reportWire, cpu] = process.argv as string[];
  const orders = parseOrders(readFileSync(ordersFile as string, 'utf8'));
  const wire = {
    NewOrderSingle: readFileSync(orderWire as string),
    ExecutionReport: readFileSync(reportWire as string),
  };
  const subject = await create({ orders, wire });
  // Only this thread: compilers and collectors of V8 stay on the other cores, whoever they work for.
  if (Number(cpu) >= 0) native().host.setAffinity([Number(cpu)]);
  const say = (answer: object): void => {
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  };
  const { name, version, how } = subject;
  say({ name, version, how: `${how}; Node ${process.version}`, operations: ['parse', 'encode'] } satisfies Ready);
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line) as SubjectRequest;
    const work = workOf(subject, request.operation)[request.kind];
    const sums = new Float64Array(FIELDS_READ);
    if (request.do === 'time') say(time(work, orders.length, request.ms, sums));
    else if (request.do === 'allocate') say(allocate(work, orders.length, request.passes, sums));
    else {
      writeFileSync(request.file, Buffer.concat(orders.map((_, i) => Buffer.from(subject.encoded(request.kind, i)))));
      say({});
    }
  }
}

function workOf(subject: Subject, operation: Operation): Record<Kind, Work> {
  if (operation === 'parse' || operation === 'encode') return subject[operation];
  throw new RangeError(`${subject.name} has no operation ${operation}`);
}

function time(work: Work, messages: number, ms: number, sums: Float64Array): Timed {
  const batches: number[] = [];
  let passes = 0;
  for (const endMs = performance.now() + ms; performance.now() < endMs; passes++) {
    for (let from = 0; from < messages; from += BATCH) {
      const startMs = performance.now();
      work(from, from + BATCH, sums);
      batches.push(Math.round((performance.now() - startMs) * 1e6));
    }
  }
  return { passes, batches, sums: [...sums] };
}

/** Heap growth and what collections freed meanwhile: a delta alone would miss what has gone already. */
function allocate(work: Work, messages: number, passes: number, sums: Float64Array): Allocated {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const measure = (count: number): { bytes: number; collections: number } => {
    collect();
    collect();
    const profiler = new GCProfiler();
    profiler.start();
    const before = process.memoryUsage().heapUsed;
    for (let pass = 0; pass < count; pass++)
      for (let from = 0; from < messages; from += BATCH) work(from, from + BATCH, sums);
    const after = process.memoryUsage().heapUsed;
    const { statistics } = profiler.stop();
    let freed = 0;
    for (const { beforeGC, afterGC } of statistics)
      freed += beforeGC.heapStatistics.usedHeapSize - afterGC.heapStatistics.usedHeapSize;
    return { bytes: after - before + freed, collections: statistics.length };
  };
  measure(1);
  const { bytes, collections } = measure(passes);
  // What measuring itself allocates.
  const { bytes: own } = measure(0);
  return { bytes: Math.max(0, bytes - own), messages: passes * messages, collections };
}
