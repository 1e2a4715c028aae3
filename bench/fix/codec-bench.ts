/** The codecs in turn, A B A B: each a process of its own, the same messages, and proof that each did the work. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FixMessage, FRAME, Framer, PARSE } from 'fix-parser';
import { HotlapError } from '../../engine/domain/errors.ts';
import { packageRoot, workerUrl } from '../../native/paths.ts';
import { Samples } from '../samples.ts';
import { OURS } from './bars.ts';
import type { CodecRow, FixBenchResult } from './fix-result.ts';
import { type BenchOrder, ORDERS, orderLine, recordedOrders } from './orders.ts';
import { findPeer } from './peers.ts';
import { BATCH, type Operation, type Timed } from './protocol.ts';
import { compileWithQuickfix, whyNoQuickfix } from './quickfix.ts';
import { SubjectProcess } from './subject-process.ts';
import { expectedSums, fieldsOf, KINDS, type Kind, wireOf } from './wire.ts';

/** Before anything counts, each operation runs in slices of this length for as long as that makes it faster. */
const WARM_UP_MS = 300;
const MOST_WARM_UPS = 8;
/** Who asks for one round wants a look, not a figure. */
const WARM_UPS_A_ROUND = 2;
/** Of a subject that was compiled before it started: its caches fill. */
const NATIVE_WARM_UPS = 1;
const STILL_FASTER = 0.97;
/** Long enough that what V8 does once does not count where nothing is allocated. */
const ALLOCATION_MS = 400;
/** Enough for kilobytes a message, and for a counter that is exact. */
const PEER_ALLOCATION_MS = 80;

export interface CodecOptions {
  readonly rounds: number;
  /** Of each subject's operation on one kind of message in one round. */
  readonly sliceMs: number;
  /** CPU of whoever works; -1 for any. */
  readonly cpu: number;
  readonly onStep: (step: string) => void;
}

export type CodecOutcome = Pick<FixBenchResult, 'codec' | 'subjects' | 'absent' | 'messages'>;

interface SubjectCommand {
  readonly command: readonly string[];
  /** The same work, which counts what it allocates; undefined where the timed one can tell it afterwards. */
  readonly counting?: readonly string[];
}

interface Subject {
  readonly timed: SubjectProcess;
  readonly counted: SubjectProcess;
}

interface Leg {
  readonly process: SubjectProcess;
  readonly operation: Operation;
  readonly kind: Kind;
  readonly samples: Samples;
  bytesPerMessage: number;
  collections: number | null;
  /** What one pass adds to the sums. */
  readonly perPass: readonly number[];
}

export async function benchCodecs(options: CodecOptions): Promise<CodecOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'hotlap-bench-fix-'));
  const processes: SubjectProcess[] = [];
  try {
    const orders = await recordedOrders();
    const files = writeInput(folder, orders);
    const { commands, absent } = await subjectCommands([...files, String(options.cpu)]);
    const start = async (command: readonly string[]): Promise<SubjectProcess> => {
      const started = await SubjectProcess.start(command);
      processes.push(started);
      return started;
    };
    const subjects: Subject[] = [];
    for (const { command, counting } of commands) {
      const timed = await start(command);
      subjects.push({ timed, counted: counting === undefined ? timed : await start(counting) });
    }
    const legs: Leg[] = [];
    for (const subject of subjects) {
      for (const operation of subject.timed.ready.operations) {
        for (const kind of KINDS) legs.push(await warmLeg(subject, operation, kind, orders, folder, options));
      }
    }
    for (let round = 0; round < options.rounds; round++) {
      for (const leg of legs) {
        options.onStep(`${leg.process.ready.name}: ${leg.operation} ${leg.kind}`);
        const timed = await leg.process.time(leg.operation, leg.kind, options.sliceMs);
        assertWorked(leg, timed);
        leg.samples.addValues(timed.batches.map((ns) => ns / BATCH));
      }
    }
    return {
      codec: legs.map(rowOf),
      subjects: subjects.map(({ timed: { ready } }) => ({
        subject: ready.name,
        version: ready.version,
        how: ready.how,
      })),
      absent,
      messages: KINDS.map((kind) => describe(kind, orders)),
    };
  } finally {
    for (const process of processes) await process.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeInput(folder: string, orders: readonly BenchOrder[]): string[] {
  const files = [join(folder, 'orders.tsv'), ...KINDS.map((kind) => join(folder, `${kind}.fix`))];
  writeFileSync(files[0] as string, `${orders.map(orderLine).join('\n')}\n`);
  KINDS.forEach((kind, i) => {
    writeFileSync(files[i + 1] as string, wireOf(kind, orders));
  });
  return files;
}

async function subjectCommands(
  files: readonly string[],
): Promise<{ commands: SubjectCommand[]; absent: FixBenchResult['absent'] }> {
  const node = (name: string): string[] => [
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    fileURLToPath(workerUrl(import.meta.url, `subjects/${name}`)),
    ...files,
  ];
  const commands: SubjectCommand[] = [{ command: node('fix-parser') }];
  const absent: FixBenchResult['absent'] = [];
  const noQuickfix = await whyNoQuickfix();
  if (noQuickfix !== undefined) absent.push({ subject: 'QuickFIX C++', reason: noQuickfix });
  else {
    const source = join(packageRoot, 'bench', 'fix', 'quickfix', 'codec.cc');
    const [timed, counting] = await Promise.all([
      compileWithQuickfix(source, '-O2'),
      compileWithQuickfix(source, '-O2', ['-DCOUNT_ALLOCATIONS']),
    ]);
    const dictionary = findPeer('jspurefix')?.folder;
    // Debian's package has no dictionaries; jspurefix brings QuickFIX's own FIX44.xml.
    const input = [...files, ...(dictionary === undefined ? [] : [join(dictionary, 'data', 'FIX44.xml')])];
    commands.push({ command: [timed.path, ...input], counting: [counting.path, ...input] });
  }
  for (const name of ['jspurefix', 'fixparser'] as const) {
    if (findPeer(name) !== undefined) commands.push({ command: node(name) });
    else absent.push({ subject: name, reason: `not installed (${installHint(name)})` });
  }
  return { commands, absent };
}

const installHint = (name: 'jspurefix' | 'fixparser'): string =>
  `in the repository: npm ci --ignore-scripts --prefix test/interop; elsewhere: npm install --ignore-scripts ${
    name === 'fixparser' ? 'fixparser@2.9.5' : name
  }`;

/** Proves that the subject reads and writes what it should, lets it become warm, and counts what it allocates. */
async function warmLeg(
  { timed: process, counted }: Subject,
  operation: Operation,
  kind: Kind,
  orders: readonly BenchOrder[],
  folder: string,
  options: CodecOptions,
): Promise<Leg> {
  const { name } = process.ready;
  options.onStep(`${name}: warming up ${operation} ${kind}`);
  const parses = operation.startsWith('parse');
  const perPass = parses ? expectedSums(kind, orders) : await encodedSums(process, operation, kind, orders, folder);
  const leg: Leg = {
    process,
    operation,
    kind,
    samples: new Samples(),
    bytesPerMessage: 0,
    collections: null,
    perPass,
  };
  const native = counted !== process;
  const warmed = await warmUp(
    leg,
    native ? NATIVE_WARM_UPS : Math.min(MOST_WARM_UPS, options.rounds * WARM_UPS_A_ROUND),
  );
  const ms = name === OURS ? ALLOCATION_MS : PEER_ALLOCATION_MS;
  const passes = Math.ceil((ms * 1e6 * BATCH) / (medianOf(warmed) * ORDERS));
  const { bytes, messages, collections } = await counted.allocate(operation, kind, passes);
  leg.bytesPerMessage = bytes / messages;
  leg.collections = collections;
  return leg;
}

/** V8 compiles, caches fill. @returns the last slice */
async function warmUp(leg: Leg, most: number): Promise<Timed> {
  let best = Number.POSITIVE_INFINITY;
  for (let slice = 1; ; slice++) {
    const timed = await leg.process.time(leg.operation, leg.kind, WARM_UP_MS);
    assertWorked(leg, timed);
    const median = medianOf(timed);
    if (slice === most || (slice > 2 && median > best * STILL_FASTER)) return timed;
    best = Math.min(best, median);
  }
}

const medianOf = ({ batches }: Timed): number => [...batches].sort((a, b) => a - b)[batches.length >> 1] as number;

function assertWorked({ process, operation, kind, perPass }: Leg, { passes, sums }: Timed): void {
  perPass.forEach((sum, i) => {
    if (passes > 0 && sums[i] === sum * passes) return;
    throw new HotlapError(
      'ERR_BENCH_SUBJECT',
      `${process.ready.name} did not do the work of ${operation} ${kind}: sum ${i} is ${sums[i]} after ${passes} passes of ${sum}.`,
    );
  });
}

/** Compares every message with ours, field by field. @returns bytes and CheckSum(10) values of one pass */
async function encodedSums(
  process: SubjectProcess,
  operation: Operation,
  kind: Kind,
  orders: readonly BenchOrder[],
  folder: string,
): Promise<number[]> {
  const file = join(folder, 'encoded.fix');
  await process.encoded(operation, kind, file);
  const theirs = readFileSync(file);
  const texts = messageTexts(theirs, `${process.ready.name}, ${operation}`);
  const expected = messageTexts(wireOf(kind, orders), 'the benchmark');
  expected.forEach((text, i) => {
    if (texts[i] === text) return;
    throw new HotlapError(
      'ERR_BENCH_SUBJECT',
      `${process.ready.name} encodes another ${kind}: ${texts[i]} instead of ${text}.`,
    );
  });
  let checksums = 0;
  for (const [, digits] of theirs.toString('latin1').matchAll(/\x0110=(\d{3})\x01/g)) checksums += Number(digits);
  return [theirs.length, checksums];
}

function messageTexts(bytes: Uint8Array, whose: string): string[] {
  const framer = new Framer({ maxMessageBytes: 8_192, resync: 'bodyLength' });
  const message = new FixMessage();
  const texts: string[] = [];
  for (let at = 0; at < bytes.length; at = framer.end) {
    const found = framer.next(bytes, at, bytes.length);
    if (found !== FRAME.message || message.parse(bytes, framer.start, framer.end) !== PARSE.ok)
      throw new HotlapError('ERR_BENCH_SUBJECT', `Message ${texts.length} of ${whose} is garbled.`);
    texts.push(fieldsOf(message));
  }
  return texts;
}

function rowOf(leg: Leg): CodecRow {
  return {
    subject: leg.process.ready.name,
    operation: leg.operation,
    message: leg.kind,
    nsPerMessage: leg.samples.summary(),
    bytesPerMessage: leg.bytesPerMessage,
    collections: leg.collections,
    messages: leg.samples.count * BATCH,
  };
}

function describe(kind: Kind, orders: readonly BenchOrder[]): FixBenchResult['messages'][number] {
  const bytes = wireOf(kind, orders);
  const fields = messageTexts(bytes, 'the benchmark')[0]?.split('|').length ?? 0;
  // BodyLength and CheckSum are not in that text.
  return { kind, count: ORDERS, fields: fields + 2, meanBytes: Math.round(bytes.length / ORDERS) };
}
