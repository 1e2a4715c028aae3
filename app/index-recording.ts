/** `hotlap index`: an index beside a recording, so that a part of it is read without what is before. */
import { stat } from 'node:fs/promises';
import { HotlapError } from '../engine/domain/errors.ts';
import { type CaptureWalker, PcapngWalker, PcapWalker, type Place } from './recording/index/capture-walker.ts';
import { fingerprint, type RecordingIndex, writeIndex } from './recording/index/index-file.ts';
import { pieces } from './recording/index/pieces.ts';
import { createByteRing, feedRecording } from './recording/recording-feeder.ts';

/** Of what comes out between two entries. */
const ENTRY_BYTES = 4 << 20;

export interface IndexResult {
  readonly recording: string;
  readonly index: string;
  readonly packets: number;
  readonly entries: number;
}

export async function indexRecording(recording: string): Promise<IndexResult> {
  const { format, compression } = await kindOf(recording);
  if (format === 'binaryfile') {
    throw new HotlapError(
      'ERR_INDEX_USELESS',
      `${recording} is a BinaryFILE, whose messages mean little without those before: an index is for captures.`,
    );
  }
  const collector = new Collector();
  const walker: CaptureWalker =
    format === 'pcap' ? new PcapWalker(recording, collector) : new PcapngWalker(recording, collector);
  for await (const { bytes, place } of pieces(recording, compression)) {
    walker.push(bytes, place);
    collector.passed(bytes.length);
  }
  const known = await fingerprint(recording);
  if (known.bytes !== (await stat(recording)).size) throw changing(recording);
  const content = collector.index(recording);
  const index = await writeIndex(recording, { recording: known, ...content });
  return { recording, index, packets: content.packets, entries: content.entries.length };
}

async function kindOf(recording: string) {
  const feed = await feedRecording(recording, createByteRing(0));
  await feed.close();
  return feed;
}

class Collector {
  private readonly entries: RecordingIndex['entries'] = [];
  private readonly prefixes: string[] = [];
  private prefix: Uint8Array | undefined;
  private packets = 0;
  private first: bigint | undefined;
  private last = 0n;
  private sinceEntry = 0;

  passed(bytes: number): void {
    this.sinceEntry += bytes;
  }

  packet({ offset, skip }: Place, timeNs: bigint, prefix: Uint8Array): void {
    if (this.first !== undefined && this.sinceEntry >= ENTRY_BYTES) {
      if (this.prefix !== prefix) {
        this.prefix = prefix;
        this.prefixes.push(Buffer.from(prefix).toString('base64'));
      }
      this.entries.push([offset, skip, this.prefixes.length - 1, String(this.last)]);
      this.sinceEntry = 0;
    }
    this.packets += 1;
    if (this.first === undefined || timeNs < this.first) this.first = timeNs;
    if (this.packets === 1 || timeNs > this.last) this.last = timeNs;
  }

  index(recording: string): Omit<RecordingIndex, 'hotlapIndex' | 'recording'> {
    if (this.first === undefined) {
      throw new HotlapError('ERR_RECORDING_EMPTY', `${recording} has no packets: there is nothing to index.`);
    }
    const { entries, prefixes, packets } = this;
    return { packets, firstNs: String(this.first), lastNs: String(this.last), prefixes, entries };
  }
}

const changing = (recording: string): HotlapError =>
  new HotlapError('ERR_RECORDING_DAMAGED', `${recording} changed while it was read: index it once it is complete.`);
